/** Content-Digest (RFC 9530): the link between a signature over header fields and the body. */
import { backend } from '#crypto';
import { andThen } from '../../and-then.ts';
import type { HeaderList } from '../../headers.ts';
import type { MaybePromise, SignedRequest } from '../../model.ts';
import { type Objection, objection, withCode } from '../../objection.ts';
import { equalBytes } from '../../text/bytes.ts';
import { encodeBase64 } from '../../text/encodings.ts';
import { type ByteEncoding, plainBytes } from './byte-encoding.ts';
import { fieldValue } from './field-value.ts';
import type { MessageKind } from './message-kind.ts';
import { parseStrictMembers } from './structured-fields.ts';
import { readUsualMembers } from './usual-members.ts';

/** The algorithms of the registry that resist an adversary; the others are ignored. */
export type DigestAlgorithm = 'sha-256' | 'sha-512';

export const DIGEST_ALGORITHMS: readonly DigestAlgorithm[] = ['sha-256', 'sha-512'];

/** A longer field is refused before any of it is parsed. */
const MAX_FIELD_CHARS = 2 * 1024;

const WRITE_DIGEST = 'Have the sender write it as RFC 9530 does, e.g. `sha-256=:` base64 of the hash `:`.';

/** The field was signed, so that the key is the sender's. */
const OTHER_BODY =
  'The key is right, and the body was changed after it was signed: look for what parses it and writes it anew, or decompresses it, before it is verified.';

/** The field's value for a body. */
export function contentDigest(body: Uint8Array, algorithm: DigestAlgorithm): MaybePromise<string> {
  const write = (digest: Uint8Array): string => `${algorithm}=:${encodeBase64(digest)}:`;
  return andThen(digestOf(body, algorithm), write);
}

/**
 * Holds the body against the message’s Content-Digest: each digest of a known algorithm must be the body's, and one
 * at least must be there. Says nothing about whether the field is signed.
 */
export function checkContentDigest(
  { headers, body }: SignedRequest,
  kind: MessageKind = 'request',
  encoding?: ByteEncoding,
): MaybePromise<Objection | undefined> {
  const value = digestField(headers, encoding);
  if (value === undefined) return objection('missing-part', `the ${kind} has no Content-Digest`);
  const members =
    value.length > MAX_FIELD_CHARS
      ? undefined
      : (readUsualMembers(value) ?? parseStrictMembers(padded(value)));
  if (members === undefined || [...members.values()].some((member) => typeof member === 'string')) {
    return objection(
      'malformed-signature',
      'Content-Digest is not a short dictionary with each name once',
      WRITE_DIGEST,
    );
  }
  const algorithms = DIGEST_ALGORITHMS.filter((algorithm) => members.has(algorithm));
  if (algorithms.length === 0) {
    return objection(
      'algorithm-not-allowed',
      `Content-Digest has none of ${DIGEST_ALGORITHMS.join(' and ')}`,
      'Have the sender add one of these: the other algorithms of the registry can be forged.',
    );
  }
  const judge = (actual: Uint8Array, algorithm: DigestAlgorithm): Objection | undefined => {
    const member = members.get(algorithm);
    if (typeof member !== 'object' || member.bytes === undefined) {
      return objection(
        'malformed-signature',
        `Content-Digest: ${algorithm} is not a byte sequence`,
        WRITE_DIGEST,
      );
    }
    return equalBytes(member.bytes, actual)
      ? undefined
      : withCode(
          'digest-of-another-body',
          objection('signature-mismatch', `Content-Digest’s ${algorithm} is of another body`, OTHER_BODY),
        );
  };
  const judged = algorithms.map((algorithm) => andThen(digestOf(body, algorithm), judge, algorithm));
  const first = (objections: readonly (Objection | undefined)[]): Objection | undefined =>
    objections.find((failure) => failure !== undefined);
  return judged.some((failure) => failure instanceof Promise)
    ? Promise.all(judged).then(first)
    : first(judged as (Objection | undefined)[]);
}

/** Of a profile of base64url too some senders write the digest as RFC 9530 does: it is compared, and its spelling proves nothing. */
function digestField(headers: HeaderList, encoding: ByteEncoding | undefined): string | undefined {
  const value = fieldValue(headers, 'content-digest');
  return value && plainBytes(value, encoding, false);
}

/** RFC 9651 §4.2.7: a byte sequence without its padding is read; the digest of it is one text all the same. */
function padded(field: string): string {
  return field.replace(
    /:([A-Za-z0-9+/]+):/g,
    (_all, digits: string) => `:${digits.padEnd(Math.ceil(digits.length / 4) * 4, '=')}:`,
  );
}

function digestOf(body: Uint8Array, algorithm: DigestAlgorithm): MaybePromise<Uint8Array> {
  return algorithm === 'sha-256' ? backend.sha256([body]) : backend.sha512([body]);
}
