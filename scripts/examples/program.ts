/** What the programs that settings stand in have in common: secrets, what is signed by them, and what must be printed. */
import { createHash, createHmac, generateKeyPairSync, sign } from 'node:crypto';

export interface Program {
  /** `CODE` stands for the example. */
  readonly text: string;
  readonly prints: string;
  /** What is in the environment variable, where it is not the secret itself. */
  readonly secret?: string;
}

export const SECRET = 'a-secret-of-the-examples';
export const OLD_SECRET = 'the-secret-of-last-year';
export const WITH_BLANKS = ` ${SECRET}\r\n`;
export const IN_BASE64: string = Buffer.from(SECRET).toString('base64');

/** A target that a framework would decode, and what the sender signed behind a proxy. */
export const TARGET = '/a%2Fb?x=%3a';
export const ADDRESS = 'https://hooks.example';

/** Of the body `{}`. */
export const SIGNATURE: string = hexOf(SECRET, '{}');
export const OLD_SIGNATURE: string = hexOf(OLD_SECRET, '{}');

/** Three: one that is now, one that is an hour old, and one whose time was changed under the signature. */
export const SIGNED_TIMES: readonly (readonly [time: string, signature: string])[] = (() => {
  const now = Math.floor(Date.now() / 1000);
  const signed = (time: number): string => `sha256=${hexOf(SECRET, `${time}.{}`)}`;
  return [
    [`${now}`, signed(now)],
    [`${now - 3600}`, signed(now - 3600)],
    [`${now}`, signed(now - 3600)],
  ];
})();

/** Of Authorization: Bearer alice. */
export const BOUND_VALUE = 'Bearer alice';
export const BINDING: string = createHash('sha256').update(BOUND_VALUE).digest('base64');

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const KEY_SET: string = JSON.stringify({
  keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'a', alg: 'RS256', use: 'sig' }],
});

/** By the issuer’s key, for this audience and for another. */
export const TOKENS: readonly string[] = ['https://api.example', 'https://other.example'].map((aud) => {
  const message = tokenMessage({ alg: 'RS256', kid: 'a' }, { iss: 'https://issuer.example', aud });
  return `${message}.${sign('sha256', Buffer.from(message), privateKey).toString('base64url')}`;
});

export const APPROOV_KEY = 'a-secret-of-the-examples-that-is-long-enough-for-any-hash-function';

/** With the claim pay. */
export const BOUND_TOKEN: string = (() => {
  const message = tokenMessage({ alg: 'HS256' }, { pay: BINDING });
  return `${message}.${createHmac('sha256', APPROOV_KEY).update(message).digest('base64url')}`;
})();

function tokenMessage(header: object, claims: object): string {
  const exp = Math.floor(Date.now() / 1000) + 3600;
  return [header, { ...claims, exp }]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
}

function hexOf(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text).digest('hex');
}
