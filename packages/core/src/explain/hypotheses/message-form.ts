/** Parts of a message that the sender writes otherwise: times in another unit, digests in another form. */
import { backend } from '#crypto';
import { andThen } from '../../and-then.ts';
import { BODY_SHA256_BYTES, BODY_SHA256_HEX } from '../../schemes/body-digest.ts';
import type { BodyReading } from '../../schemes/body-reading.ts';
import type { MessageField } from '../../schemes/message-part.ts';
import { BODY, TIMESTAMP } from '../../schemes/message-parts.ts';
import { decodeUtf8, utf8 } from '../../text/bytes.ts';
import { encodeBase64, encodeBase64url, encodeHex } from '../../text/encodings.ts';
import { declaredAs } from '../declared.ts';
import type { Tried } from '../hypothesis.ts';
import { partsOf, placesOf, replaced, rewritten } from '../other-message.ts';
import { withTemplate } from '../other-options.ts';
import { type FindProof, provedBy } from '../other-proof.ts';
import { signatureText } from '../written-signature.ts';
import { messageRow } from './message.ts';

const digestIn = (form: string, encode: (bytes: Uint8Array) => string): MessageField => ({
  ...BODY_SHA256_HEX,
  written: `{body:sha256:${form}}`,
  reader:
    () =>
    ({ found }) =>
      encode(found.bodyDigest as Uint8Array),
});

const BASE64 = digestIn('base64', encodeBase64);
const BASE64URL = digestIn('base64url', encodeBase64url);
const UPPER_HEX = digestIn('hex in upper case', (bytes) => encodeHex(bytes).toUpperCase());

const HAVE_SIGN = 'Have the sender sign what the gate expects: no declared scheme has this form.';
const isSeconds = (text: string): boolean => /^\d{9,11}$/.test(text);

const laterBy = (seconds: number): MessageField =>
  rewritten(TIMESTAMP, `{timestamp} ${seconds < 0 ? 'less' : 'and'} ${Math.abs(seconds)} s`, (text) =>
    isSeconds(text) ? String(Number(text) + seconds) : text,
  );

export const MESSAGE_FORM: readonly Tried[] = [
  messageRow(
    'message-timestamp-ms',
    'The sender signs the timestamp in milliseconds, and sends it in seconds',
    (parts) =>
      replaced(
        parts,
        'timestamp',
        rewritten(TIMESTAMP, '{timestamp}000', (text) => (isSeconds(text) ? `${text}000` : text)),
      ),
    () => 'Have the sender write the time once, in seconds, and sign that very text.',
  ),
  messageRow(
    'message-timestamp-s',
    'The sender signs the timestamp in seconds, and sends it in milliseconds',
    (parts) =>
      replaced(
        parts,
        'timestamp',
        rewritten(TIMESTAMP, '{timestamp} in seconds', (text) => text.replace(/^(\d{9,11})\d{3}$/, '$1')),
      ),
    () => 'Have the sender write the time once, in the unit that the gate expects, and sign that very text.',
  ),
  messageRow(
    'message-timestamp-taken-twice',
    'The sender takes the time twice, and signs another second than it sends',
    (parts) => replaced(parts, 'timestamp', ...[-1, 1, -2, 2].map((seconds) => laterBy(seconds))),
    () => 'Have the sender take the time once, keep its text, and sign and send that.',
  ),
  messageRow('message-body-hashed', 'The sender signs a digest of the body instead of the body', (parts) =>
    replaced(parts, 'body', BODY_SHA256_HEX, BODY_SHA256_BYTES, BASE64, BASE64URL, UPPER_HEX),
  ),
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
  messageRow(
    'message-digest-form',
    'The sender writes the body’s digest in another form',
    (parts) => replaced(parts, 'digest', BASE64, BODY_SHA256_HEX, BODY_SHA256_BYTES, UPPER_HEX, BASE64URL),
    () => HAVE_SIGN,
  ),
  {
    id: 'message-signature-member',
    part: 'message',
    steps: ['compare'],
    isLong: true,
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
  {
    id: 'message-hashed-first',
    part: 'message',
    steps: ['compare'],
    example: 'message-parts',
    *changes({ scheme }) {
      const { options } = declaredAs(scheme, 'template') ?? {};
      // Of the body alone `message-body-hashed` says so.
      if (options && partsOf(options).some(({ length }) => length > 1))
        yield { scheme: provedBy(scheme, hashedFirst) };
    },
    says: () => 'The sender hashes the message with SHA-256, and signs the digest instead of the message.',
    mend: () => 'Have the sender sign the message itself: HMAC hashes it. No declared scheme does it twice.',
  },
];

/** The body with another value in place of the signature; undefined where it does not stand there to the letter. */
function emptied(body: Uint8Array, signature: string, value: string): Uint8Array | undefined {
  const text = decodeUtf8(body);
  const written = JSON.stringify(signature);
  return text?.includes(written) ? utf8(text.replace(written, value)) : undefined;
}

/** The digest’s bytes, its hex and its base64. */
const hashedFirst: FindProof = ({ proof }, message, signatures) =>
  andThen(backend.sha256(message), (digest) =>
    andThen(proof.find([digest], signatures), (raw) =>
      raw >= 0
        ? raw
        : andThen(proof.find([encodeHex(digest)], signatures), (hex) =>
            hex >= 0 ? hex : proof.find([encodeBase64(digest)], signatures),
          ),
    ),
  );
