/** What a scheme of JSON Web Tokens is declared as. */
import type { Origin } from '../../effective-request.ts';
import type { KeyEncoding } from '../../keys.ts';
import type { Lifetime } from '../lifetime.ts';
import type { JwtAlgorithm } from './algorithms.ts';
import type { BindingMode } from './binding.ts';
import type { BoundClaim } from './bound-claim.ts';
import type { KeySource } from './key-by-id.ts';
import type { KeySetUrl } from './key-set-url.ts';
import type { RequiredValues } from './required-values.ts';
import type { TokenRemedies } from './token-header.ts';

export interface JwtOptions {
  readonly name: string;
  /**
   * Fixed here; a token that names another is refused (RFC 8725 §3.1). One HMAC algorithm, or one or several of
   * public keys.
   */
  readonly algorithms: readonly JwtAlgorithm[];
  /** Lower-case header name that carries the token. */
  readonly header: string;
  /** Before the token, e.g. `Bearer `; compared without regard to case. */
  readonly prefix?: string;
  /** How an HMAC key’s text becomes bytes. Default `utf8`. */
  readonly keyEncoding?: Exclude<KeyEncoding, 'prefixed' | 'pem' | 'jwks'>;
  /** Where the public keys are, instead of `keys`. */
  readonly keySet?: KeySetUrl;
  /** Where they are if there are neither `keys` nor `keySet`. */
  readonly defaultKeySet?: KeySetUrl;
  /** What fetches the public keys one by one, instead of `keys` and `keySet`. */
  readonly keySource?: KeySource;
  /** Claims that must be there, besides `exp`. Default none. */
  readonly required?: readonly string[];
  /** Whether a token must have `exp`. Default `bounded`: it must. */
  readonly lifetime?: Lifetime;
  /**
   * Allowed difference of the clocks: how far ahead `nbf` and `iat` may be, and how long after `exp` a token is still
   * taken. Default 5 s for `nbf` and `iat`, as an issuer’s clock is another than ours, and 0 for `exp`.
   */
  readonly leewayMs?: number;
  /** The token’s `iss` must be one of them. Default: any. */
  readonly issuers?: readonly string[];
  /** The token’s `aud` must be, or hold, one of them. Default: any. */
  readonly audiences?: readonly string[];
  /** Whether the sender’s tokens name none, so that no gate could demand one. Default false. */
  readonly hasNoAudience?: boolean;
  /** The token’s header `typ` must be this media type. Default: any. */
  readonly typ?: string;
  /**
   * Lower-case names of the headers that the claim `pay` binds, in order: base64 of the SHA-256 of the one's value,
   * or of the trimmed values joined.
   */
  readonly binding?: readonly string[];
  /** Default `required`. */
  readonly bindingMode?: BindingMode;
  /** Whether the claim `ip` must be the client’s address. Default false. */
  readonly ip?: boolean;
  /** What claims must say, by their names. Default: anything. */
  readonly requiredValues?: RequiredValues;
  /**
   * How old a token may be by its `iat`, which must be there then; `exp` need not. Default: until it expires.
   */
  readonly maxAgeMs?: number;
  /**
   * Claims that bind a token to its request, judged in their order. One of the body makes it good for one request: the
   * whole token is its identity. Default none.
   */
  readonly bound?: readonly BoundClaim[];
  /** Whom requests are sent to, for claims of the URL. Default: as each request says. */
  readonly origin?: Origin;
  /** How often a token is accepted, by its `jti` or, without one, as a whole; 1 to 1000. Default: until it expires. */
  readonly consume?: number;
  /** What to do where a gate cannot set the option that decided. */
  readonly remedies?: TokenRemedies;
}
