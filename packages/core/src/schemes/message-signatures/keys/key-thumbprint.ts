/** The name that a public key has of itself: the SHA-256 thumbprint of its JWK (RFC 7638). */
import { backend } from '#crypto';
import { andThen } from '../../../and-then.ts';
import type { Jwk } from '../../../keys/jwk.ts';
import type { MaybePromise } from '../../../model.ts';
import { utf8 } from '../../../text/bytes.ts';
import { encodeBase64url } from '../../../text/encodings.ts';

/** The members of each type that count, in the order of their names: RFC 7638 §3.2, and RFC 8037 appendix A.3 for OKP. */
const MEMBERS: ReadonlyMap<unknown, readonly string[]> = new Map([
  ['RSA', ['e', 'kty', 'n']],
  ['EC', ['crv', 'kty', 'x', 'y']],
  ['OKP', ['crv', 'kty', 'x']],
]);

/**
 * In base64url without padding, 43 characters; undefined where a member is missing or no text, or the type is another.
 * @see RFC 7638 §3
 */
export function keyThumbprint(jwk: Jwk): MaybePromise<string> | undefined {
  const members = MEMBERS.get(jwk['kty']);
  if (!members?.every((name) => typeof jwk[name] === 'string')) return undefined;
  const text = JSON.stringify(Object.fromEntries(members.map((name) => [name, jwk[name]])));
  return andThen(backend.sha256([utf8(text)]), (digest: Uint8Array) => encodeBase64url(digest));
}
