/** Claims that bind a token to its request: what they hold must be of the request that comes with them. */
import { andThen } from '../../and-then.ts';
import type { Origin } from '../../effective-request.ts';
import type { CoverageWarning, CoveredPart, MaybePromise, SignedRequest } from '../../model.ts';
import { type Objection, objection } from '../../objection.ts';
import type { TokenClaims } from './token-claims.ts';

/** A claim that holds something of the request, such as the SHA-256 of its body. */
export interface BoundClaim {
  /** Its name in the token’s payload. */
  readonly name: string;
  /** What of a request it proves. */
  readonly covers: readonly CoveredPart[];
  /** What it is, as the end of a sentence, e.g. `the SHA-256 of the body in hex`. */
  readonly says: string;
  /** What it leaves open of the parts that it covers. */
  readonly warnings: readonly CoverageWarning[];
  /** What to do where it is of another request. */
  readonly remedy: string;
  /** Whether the tokens of such a request need not have it: then one without it is for such requests alone. */
  mayBeAbsent(request: SignedRequest): boolean;
  /** What it must say, or why that cannot be told. @param origin whom requests are sent to; undefined: as the request says */
  value(request: SignedRequest, origin: Origin | undefined): MaybePromise<string | Objection>;
  /** Whether the token’s text says the same as the value. */
  isSame(text: string, value: string): boolean;
}

/** Judges each of them, in their order, as far as the first that is wrong. */
export function judgeBoundClaims(
  bound: readonly BoundClaim[],
  claims: TokenClaims,
  request: SignedRequest,
  origin: Origin | undefined,
  first = 0,
): MaybePromise<Objection | undefined> {
  const claim = bound[first];
  if (claim === undefined) return undefined;
  return andThen(
    judgeBoundClaim(claim, claims, request, origin),
    (fault) => fault ?? judgeBoundClaims(bound, claims, request, origin, first + 1),
  );
}

function judgeBoundClaim(
  claim: BoundClaim,
  claims: TokenClaims,
  request: SignedRequest,
  origin: Origin | undefined,
): MaybePromise<Objection | undefined> {
  const { name, says, remedy } = claim;
  const text = Object.hasOwn(claims, name) ? claims[name] : undefined;
  if (text === undefined) return claim.mayBeAbsent(request) ? undefined : missing(claim);
  if (typeof text !== 'string')
    return objection('binding-mismatch', `the claim ${name} is not text`, `It must be ${says}.`);
  return andThen(claim.value(request, origin), (value) => {
    if (typeof value !== 'string') return value;
    return claim.isSame(text, value)
      ? undefined
      : objection(
          'binding-mismatch',
          `the token is for another request: its claim ${name} is not ${says}`,
          remedy,
        );
  });
}

function missing({ name, says }: BoundClaim): Objection {
  return objection(
    'missing-claim',
    `the token has no claim ${name}, which binds it to its request`,
    `Have the issuer put ${says} into it: without it the token would be good for any request.`,
  );
}
