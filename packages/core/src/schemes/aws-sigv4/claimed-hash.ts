/** What a request itself says of its body. */
import type { SignedRequest } from '../../model.ts';
import { type Objection, objection, withCode } from '../../objection.ts';
import type { SigV4Authorization } from './authorization.ts';
import { HASH_PARAMETER } from './presigned.ts';
import type { SigV4Options } from './sigv4-options.ts';
import { UNSIGNED_PAYLOAD } from './string-to-sign.ts';

export const HASH_HEADER = 'x-amz-content-sha256';

const HASH = /^[0-9a-f]{64}$/;

/** The SHA-256 in hex, or the word in its place; signed, as every `x-amz-*` and every parameter is. */
export function readClaimedHash(
  { unsignedPayload }: SigV4Options,
  { headers }: SignedRequest,
  { presigned }: SigV4Authorization,
): string | Objection | undefined {
  const field = headers.single(HASH_HEADER);
  if (field === null) return objection('missing-part', `the header ${HASH_HEADER} occurs twice`);
  const parameter = presigned?.claimedHash;
  const text = parameter ?? field;
  if (text === undefined) return undefined;
  if (field !== undefined && field !== text)
    return objection('missing-part', `the header ${HASH_HEADER} and the parameter ${HASH_PARAMETER} differ`);
  const place = parameter === undefined ? `header ${HASH_HEADER}` : `parameter ${HASH_PARAMETER}`;
  if (HASH.test(text) || (text === UNSIGNED_PAYLOAD && unsignedPayload)) return text;
  if (text === UNSIGNED_PAYLOAD) {
    return withCode(
      'body-unproved',
      objection(
        'missing-part',
        `the ${place} says ${UNSIGNED_PAYLOAD}: nothing of the request proves its body`,
        'Have the sender sign the body’s SHA-256; or set unsignedPayload, if anybody’s body is to be taken.',
      ),
    );
  }
  return text.startsWith('STREAMING-')
    ? objection(
        'algorithm-not-allowed',
        'the body is signed in chunks of its own, which the gate does not take',
        'Have the sender sign the body as a whole.',
      )
    : objection('missing-part', `the ${place} is not a SHA-256 in lower-case hex`);
}
