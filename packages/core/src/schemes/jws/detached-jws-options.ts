/** What a scheme of detached JSON Web Signatures is declared as. */
import type { PublicKeyJwtAlgorithm } from '../jwt/algorithms.ts';
import type { KeySetUrl } from '../jwt/key-set-url.ts';

export type PathEnd = 'as-received' | 'either';

export const PATH_ENDS: readonly PathEnd[] = ['as-received', 'either'];

export interface DetachedJwsOptions {
  readonly name: string;
  /** Fixed here; a signature that names another is refused. Of public keys alone. */
  readonly algorithms: readonly PublicKeyJwtAlgorithm[];
  /** Lower-case name of the header that carries the signature. */
  readonly header: string;
  /** The parameter of the signature’s header that names the headers that it covers, with commas between. */
  readonly headersParameter: string;
  /** What other parameters of the signature’s header must say. Default none. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Lower-case names of headers that each signature must cover. Default none. */
  readonly requiredHeaders?: readonly string[];
  /**
   * How the path ends: `as-received`; or `either`: a signature of the path with a slash at its end, or without it, is as
   * good. Default `as-received`.
   */
  readonly pathEnd?: PathEnd;
  /** Where the public keys are, instead of `keys`. A signature that names another address (`jku`) is refused. */
  readonly keySet?: KeySetUrl;
  /** Where they are if there are neither `keys` nor `keySet`. */
  readonly defaultKeySet?: KeySetUrl;
}
