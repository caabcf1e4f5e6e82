/** A platform's tokens: JWTs by HS256 (RFC 7519, RFC 7515), good for one platform and for a time. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

export interface Tokens {
  issue(subject: string): string;
  /** Whom a token was issued to; undefined where it is not one of ours, has expired or was revoked. */
  subjectOf(token: string): string | undefined;
  /** Makes every token issued so far invalid. */
  revokeAll(): void;
}

interface Claims {
  readonly sub: string;
  readonly exp: number;
}

const HEAD = base64url(JSON.stringify({ alg: 'HS256', typ: 'JWT' }));

/** Issues tokens that live `lifeMs`, signed with a random key of its own. */
export function createTokens(options: { readonly lifeMs: number; readonly now: () => number }): Tokens {
  const { lifeMs, now } = options;
  let key = randomBytes(32);
  const sign = (text: string): Buffer => createHmac('sha256', key).update(text, 'ascii').digest();
  return {
    issue: (subject) => {
      const issuedMs = now();
      const jti = randomBytes(8).toString('hex');
      // Seconds, with a fraction where there is one (RFC 7519 §2, NumericDate).
      const times = { iat: issuedMs / 1000, exp: (issuedMs + lifeMs) / 1000 };
      const text = `${HEAD}.${base64url(JSON.stringify({ sub: subject, ...times, jti }))}`;
      return `${text}.${sign(text).toString('base64url')}`;
    },
    subjectOf: (token) => {
      const [head, claims, signature, ...more] = token.split('.');
      if (claims === undefined || signature === undefined || more.length > 0) return undefined;
      const expected = sign(`${head}.${claims}`);
      const actual = Buffer.from(signature, 'base64url');
      if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) return undefined;
      // Only we hold the key, so what it signed is what we wrote.
      const { sub, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as Claims;
      return now() < Math.round(exp * 1000) ? sub : undefined;
    },
    revokeAll: () => {
      key = randomBytes(32);
    },
  };
}

function base64url(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64url');
}
