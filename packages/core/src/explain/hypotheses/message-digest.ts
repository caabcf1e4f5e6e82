/** Messages that have a digest in the place of the body, the body in the place of its digest, or are hashed before they are signed. */
import { BODY_SHA256_BYTES, BODY_SHA256_HEX } from '../../schemes/body-digest.ts';
import type { MessageField } from '../../schemes/message-part.ts';
import { BODY } from '../../schemes/message-parts.ts';
import { byteText } from '../../text/bytes.ts';
import { encodeBase64, encodeBase64url, encodeHex } from '../../text/encodings.ts';
import { declaredAs } from '../declared.ts';
import { DIGEST_NAMES, digestOf } from '../digests.ts';
import type { TrialHypothesis } from '../hypothesis.ts';
import { literalField, partsOf, placesOf, replaced, withParts } from '../other-message.ts';
import { type FindProof, provedBy } from '../other-proof.ts';
import type { Change, Trial } from '../trial.ts';
import { messageRow } from './message.ts';

/** How a digest is written, the usual first. */
const WRITTEN: readonly (readonly [string, (digest: Uint8Array) => string])[] = [
  ['hex', encodeHex],
  ['base64', encodeBase64],
  ['bytes', byteText],
  ['hex in upper case', (digest) => encodeHex(digest).toUpperCase()],
  ['base64url', encodeBase64url],
];

/** A row of a part in whose place the sender puts a digest of the body. */
function digestRow(id: string, sentence: string, field: 'body' | 'digest'): TrialHypothesis {
  return {
    ...messageRow(id, sentence, () => []),
    async *changes(trial): AsyncGenerator<Change> {
      const { options } = declaredAs(trial.scheme, 'template') ?? {};
      if (!options || !partsOf(options).some((parts) => placesOf(parts, field).length > 0)) return;
      const digests = await digestsOf(trial);
      yield* withParts(trial, (parts) => replaced(parts, field, ...digests));
    },
  };
}

/** The body’s digest by each hash, in each form. */
async function digestsOf({ request }: Trial): Promise<readonly MessageField[]> {
  const fields: MessageField[] = [];
  for (const name of DIGEST_NAMES) {
    const digest = await digestOf(name, [request.body]);
    for (const [form, write] of digest ? WRITTEN : []) {
      const placeholder = `{body:${name}:${form}}`;
      const declared = [BODY_SHA256_HEX, BODY_SHA256_BYTES].find((field) => field.written === placeholder);
      fields.push(declared ?? literalField('digest', placeholder, write(digest as Uint8Array)));
    }
  }
  return fields;
}

export const MESSAGE_DIGEST: readonly TrialHypothesis[] = [
  digestRow('message-body-hashed', 'The sender signs a digest of the body instead of the body', 'body'),
  messageRow(
    'message-empty-body',
    'The body is empty, and the sender signs nothing in its place',
    function* (parts, _options, { request }) {
      if (request.body.length > 0) return;
      for (const at of placesOf(parts, 'digest')) yield parts.filter((_, i) => i !== at);
    },
    () => 'Have the sender sign the SHA-256 of the empty body, e3b0c442…, or send no such request.',
  ),
  messageRow('message-body-not-hashed', 'The sender signs the body instead of its digest', (parts) =>
    replaced(parts, 'digest', BODY),
  ),
  digestRow('message-digest-form', 'The sender writes the body’s digest in another form', 'digest'),
  {
    id: 'message-hashed-first',
    part: 'message',
    steps: ['compare'],
    example: 'message-parts',
    *changes({ scheme }) {
      const { options } = declaredAs(scheme, 'template') ?? {};
      // `message-body-hashed` says so of the body alone.
      const isBody = options !== undefined && partsOf(options).every(({ length }) => length === 1);
      // Keys that are JWKs of an algorithm of their own have no forms as which another ring could read them.
      const isReadable = scheme.proof === 'signature' && scheme.keys.forms.length > 0;
      if (isReadable && !isBody) yield { scheme: provedBy(scheme, hashedFirst) };
    },
    says: () => 'The sender hashes the message, and signs the digest instead of the message.',
    mend: () =>
      'Have the sender sign the message itself: HMAC and signature algorithms hash it. No declared scheme does it twice.',
  },
];

/** The message’s digest by each hash: its bytes, its hex and its base64. */
const hashedFirst: FindProof = async ({ proof }, message, signatures) => {
  for (const name of DIGEST_NAMES) {
    const digest = await digestOf(name, message);
    if (digest === undefined) continue;
    for (const text of [digest, encodeHex(digest), encodeBase64(digest)]) {
      const at = await proof.find([text], signatures);
      if (at >= 0) return at;
    }
  }
  return -1;
};
