// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/** The schema of how answers are signed; see `schema.ts`. */
import type { AnswerSignInput, KeyInput } from './config-input.ts';
import type { KeyConfig } from './key-config.ts';
import { optional, withDefault } from './left-out.ts';
import { oneOf, plainText, size } from './schema-leaves.ts';
import { either, into, list, mapping, type Schema } from './shape.ts';
import type { AnswerSignConfig } from './sign-config.ts';

/** Makes the schema of a list of keys. */
export type KeysSchema = (description: string) => Schema<readonly KeyConfig[], readonly KeyInput[]>;

const COMPONENT = 'A component: @status, a field’s name, or with ;req a part of the request.';

/** Makes the schema of `answer.sign`. */
export function signSchema(keys: KeysSchema): Schema<AnswerSignConfig, AnswerSignInput> {
  const written = mapping(
    'Signs every answer to an accepted request, and to its repeats (HTTP message signatures, RFC 9421 section 2.4), tied to that very request. Refusals of requests that are not proved are not signed. A streamed answer is read to its end first.',
    {
      keys: optional(
        keys('The keys that sign: the first active one does, which is a secret or a private key.'),
        'those of the gate, if its requests are proved by HTTP message signatures with a secret',
      ),
      algorithm: optional(
        oneOf(
          [
            'hmac-sha256',
            'ed25519',
            'ecdsa-p256-sha256',
            'ecdsa-p384-sha384',
            'rsa-pss-sha512',
            'rsa-v1_5-sha256',
          ],
          'What the keys are of.',
        ),
        'hmac-sha256; with the gate’s keys, theirs',
      ),
      components: optional(
        either(plainText(COMPONENT), list(plainText(COMPONENT), { expected: 'a list of components' }), {
          expected: 'a list of components, such as [@status, content-digest, "@method;req"]',
          description:
            'What a signature covers: @status always, a field of the answer where the answer has it; besides these each header that carries the request’s proof.',
        }),
        '@status, content-type, content-digest, location, @method;req, @target-uri;req',
      ),
      label: optional(plainText('The label of the signature.'), 'sig1'),
      tag: optional(plainText('The tag of the signature.'), 'none'),
      digest: optional(oneOf(['sha-256', 'sha-512'], 'The digest of the body.'), 'sha-256'),
      origin: optional(
        plainText('Scheme and host as the client knows them, e.g. https://api.example.com.'),
        'https and the request’s host, or what a trusted proxy says of them; with the gate’s keys, its origin',
      ),
      maxBody: withDefault(
        size('How much of an answer is held to be signed. In place of a longer one 500 is answered.'),
        '1MB',
      ),
    },
    '{ algorithm: ed25519, keys: [{ id: us, secret: "${file:/run/secrets/answers.pem}" }] }',
  );
  return into(written, ({ maxBody, ...rest }) => ({ ...rest, maxBodyBytes: maxBody }));
}
