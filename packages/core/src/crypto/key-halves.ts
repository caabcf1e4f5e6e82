/**
 * Whether the numbers of a private key belong together: a runtime signs with some that do not, and says nothing. Runs
 * once a key, when it is set up; takes a few milliseconds.
 */
import type { CurveName } from './curve-points.ts';
import { isPublicPoint } from './curves.ts';
import { numberOf } from './numbers.ts';

/** What is said where the private half is another key's. */
export const NO_PAIR = 'the private key and the public key in it do not belong together';

/** What is said where only the numbers that make signing faster are another key's. */
export const NO_CRT = 'its numbers dp, dq and qi do not belong to the others';

/** As RFC 8017, appendix A.1.2, and RFC 7518 §6.3 name them, highest byte first. */
export type RsaNumbers = Readonly<Record<'n' | 'e' | 'd' | 'p' | 'q' | 'dp' | 'dq' | 'qi', Uint8Array>>;

/** Why they are not one private RSA key (RFC 8017 §3.2); undefined where they are. */
export function rsaHalvesFault(numbers: RsaNumbers): string | undefined {
  const [n, e, d] = [numberOf(numbers.n), numberOf(numbers.e), numberOf(numbers.d)];
  const [p, q] = [numberOf(numbers.p), numberOf(numbers.q)];
  const [dp, dq, qi] = [numberOf(numbers.dp), numberOf(numbers.dq), numberOf(numbers.qi)];
  // Each is below n: what is longer is multiplied with nothing.
  if ([e, d, p, q, dp, dq, qi].some((number) => number > n)) return NO_PAIR;
  if (p < 3n || q < 3n || p * q !== n) return NO_PAIR;
  if ((e * d) % (p - 1n) !== 1n || (e * d) % (q - 1n) !== 1n) return NO_PAIR;
  return dp === d % (p - 1n) && dq === d % (q - 1n) && qi < p && (qi * q) % p === 1n ? undefined : NO_CRT;
}

/** Why a private number is not the one of a point: x and y are of the curve's length. Undefined where it is. */
export function ecHalvesFault(
  curve: CurveName,
  { d, x, y }: Readonly<Record<'d' | 'x' | 'y', Uint8Array>>,
): string | undefined {
  return isPublicPoint(curve, d, x, y) ? undefined : NO_PAIR;
}
