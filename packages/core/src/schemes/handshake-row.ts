/** The row of a platform’s test of the address, for schemes that are declared. */
import { FLAG, HEADER_NAME, namedTexts, type OptionRow, object, TEXT, words } from '../option-row.ts';

export const HANDSHAKE_ROW: OptionRow = {
  name: 'handshake',
  description:
    'the platform’s test of the address: { method, signed, when, token, challenge, answer, headers, deliversKey, probes }; by GET or HEAD it comes unsigned, by POST it must be signed unless signed is false',
  value: object({
    method: { ...words('GET', 'HEAD', 'POST'), description: 'that of the test. Default: POST' },
    signed: {
      ...FLAG,
      description:
        'of a POST: false where the test carries no proof, and is told by its challenge. Default: true',
    },
    when: {
      ...namedTexts(TEXT),
      description: 'what parameters of the query, or members of a JSON body, hold in a test',
    },
    token: {
      ...object(
        {
          query: { ...TEXT, description: 'the parameter of the query that holds it' },
          value: { ...TEXT, description: 'the text that was given to the platform' },
        },
        ['query', 'value'],
      ),
      description: 'a text that only the platform knows, which an unsigned test repeats',
    },
    challenge: {
      anyOf: [
        TEXT,
        object({
          header: { ...HEADER_NAME, description: 'a header' },
          query: { ...TEXT, description: 'a parameter of the query' },
        }),
      ],
      description:
        'where the text is that the platform wants to see again: a parameter of the query, or of a POST a member of the JSON body; or { header }, { query }',
    },
    answer: {
      anyOf: [{ type: 'string' }, namedTexts({ anyOf: [TEXT, { type: 'integer', minimum: 0 }] })],
      description:
        'a text, or the members of a JSON object, with {challenge}, and {hmac:hex} or {hmac:base64} for the HMAC of it; or an empty text. Default: {challenge}, or nothing',
    },
    headers: {
      ...namedTexts(TEXT),
      description: 'headers of the answer, e.g. { x-hook-secret: "{challenge}" }',
    },
    deliversKey: {
      ...FLAG,
      description:
        'the challenge of an unsigned POST is the key that the platform signs with from then on. It is taken only while an operator has opened the gate for it',
    },
    probes: {
      ...FLAG,
      description:
        'the platform sends this test with wrong signatures as well, to see that they are refused: a few such refusals are no alarm',
    },
  }),
  default: 'none',
};
