/** Messages of one member of the JSON, or of the JSON with the signature’s member in it. */
import type { BodyReading } from '../../schemes/body-reading.ts';
import { decodeUtf8, utf8, utf8Text } from '../../text/bytes.ts';
import type { TrialHypothesis } from '../hypothesis.ts';
import { printTree } from '../json-print.ts';
import { JSON_PRINTERS } from '../json-printers.ts';
import { bodyJson } from '../other-body.ts';
import { literalField, replaced } from '../other-message.ts';
import { withTemplate } from '../other-options.ts';
import { signatureText } from '../written-signature.ts';
import { messageRow } from './message.ts';

/** Nobody signs a member over several lines. */
const ONE_LINE = JSON_PRINTERS.filter(({ indent }) => indent === undefined);

export const MESSAGE_MEMBER: readonly TrialHypothesis[] = [
  messageRow(
    'message-member-alone',
    'The sender signs one member of the JSON alone',
    function* (parts, { signature }, trial) {
      const tree = 'member' in signature ? bodyJson(trial) : undefined;
      if (tree?.kind !== 'object') return;
      for (const { name, value } of tree.members.slice(0, MAX_MEMBERS)) {
        if (value.kind === 'word') continue;
        const texts = value.kind === 'text' ? [value.text] : ONE_LINE.map((style) => printTree(style, value));
        for (const [at, text] of [...new Set(texts)].entries()) {
          const placeholder = `{body.${name}${at === 0 ? '' : `, printed otherwise ${at}`}}`;
          yield* replaced(parts, 'body', literalField('body', placeholder, utf8Text(text)));
        }
      }
    },
  ),
  {
    id: 'message-signature-member',
    part: 'message',
    steps: ['compare'],
    isTriedAlone: true,
    example: 'message-parts',
    *changes(trial) {
      const text = signatureText(trial);
      if (text === undefined || text === '') return;
      for (const empty of ['""', 'null']) {
        const read: BodyReading['read'] = ({ request: { body } }) => emptied(body, text, empty);
        yield* withTemplate(
          trial,
          (options) =>
            'member' in options.signature ? { ...options, body: [{ name: '', read }] } : undefined,
          empty,
        );
      }
    },
    says: (value) =>
      `The sender signs the body with the member of the signature in it, as ${value}, and puts the signature in its place then.`,
    mend: () =>
      'Have the sender sign the body without that member, and add the member with the signature after that.',
  },
];

/** The body with another value in place of the signature; undefined where it does not stand there to the letter. */
function emptied(body: Uint8Array, signature: string, value: string): Uint8Array | undefined {
  const text = decodeUtf8(body);
  const quotedText = JSON.stringify(signature);
  return text?.includes(quotedText) ? utf8(text.replace(quotedText, value)) : undefined;
}

/** More members are not looked at. */
const MAX_MEMBERS = 32;
