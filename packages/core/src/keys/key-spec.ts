/** How a key is given. */

/** `active` signs and verifies; `next` and `retiring` verify only; `revoked` does neither. */
export type KeyState = 'active' | 'next' | 'retiring' | 'revoked';

/** How a key's text becomes bytes. `prefixed` is the scheme's own form, e.g. `whsec_…`. */
export type KeyEncoding =
  | 'utf8'
  | 'base64'
  | 'base64url'
  | 'hex'
  | 'base32'
  | 'pem'
  /** One JSON Web Key: a secret’s (`oct`) for HMAC, a public or private one for tokens of those. */
  | 'jwk'
  /** A set of JSON Web Keys, of which a token’s `kid` chooses. */
  | 'jwks'
  | 'prefixed';

/** What a key proves requests for, where they choose among several things. */
export interface KeyPurpose {
  /** The name of the one action that requests of this key may ask for; at most 256 characters. */
  readonly action: string;
}

export interface KeySpec {
  /** Default `key-1`, `key-2`, … by position; from a function of keys, what the request named. */
  readonly id?: string;
  /**
   * A text is read as `encoding` says: under `utf8` to the letter, quotes and line ends included; under the others line
   * ends, blanks and missing padding do not matter. Bytes are the key itself.
   */
  readonly secret: string | Uint8Array;
  /** Default: the scheme's. */
  readonly encoding?: KeyEncoding;
  /** Default `active`. */
  readonly state?: KeyState;
  /** Milliseconds since the epoch; the key is not accepted before. */
  readonly fromMs?: number;
  /** Milliseconds since the epoch; the key is not accepted from then on. */
  readonly untilMs?: number;
  /** Binds the key to an action: it proves no request for another. The gate’s `action` tells which one a request asks for. Default: bound to none. */
  readonly for?: KeyPurpose;
}

/**
 * A key as a program has it: `process.env.STRIPE_WEBHOOK_SECRET` is one. A secret that is undefined is refused at start, by the name of the variable
 * to set.
 */
export type KeyInput =
  | string
  | undefined
  | (Omit<KeySpec, 'secret'> & { readonly secret: KeySpec['secret'] | undefined });
