/** A claim that holds the SHA-256 of the body. */
import { backend } from '#crypto';
import { andThen } from '../../and-then.ts';
import type { BoundClaim } from './bound-claim.ts';
import { type HashEncoding, hashText, isSameHash } from './hash-text.ts';

/**
 * What a token says of an empty body: `hashed`: the hash of no bytes; `absent`: nothing, so that a token without the claim
 * is for an empty body and for no other.
 */
export type EmptyBody = 'hashed' | 'absent';

export const EMPTY_BODY: readonly EmptyBody[] = ['hashed', 'absent'];

export interface BodyHashOptions {
  /** Default `hex`. */
  readonly encoding?: HashEncoding;
  /** Default `hashed`. */
  readonly emptyBody?: EmptyBody;
}

/** The body is hashed as its bytes came. */
export function bodyHashClaim(
  name: string,
  { encoding = 'hex', emptyBody = 'hashed' }: BodyHashOptions = {},
): BoundClaim {
  return {
    name,
    covers: ['body'],
    says: `the SHA-256 of the body in ${encoding}`,
    warnings: [],
    remedy:
      'The body was changed on its way, or the sender hashed another: look for a proxy or a framework that parses the body and writes it anew.',
    mayBeAbsent: ({ body }) => emptyBody === 'absent' && body.length === 0,
    value: ({ body }) => andThen(backend.sha256([body]), (hash) => hashText(hash, encoding)),
    isSame: (text, value) => isSameHash(text, value, encoding),
  };
}
