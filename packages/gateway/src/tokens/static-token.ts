/** A token that somebody else fetched: it is used as it is, and cannot be renewed here. */
import { parseExactJson } from '@countersign/core/internal/parse-exact-json';
import type { Secret } from '../config/secret.ts';
import type { TokenManager } from './token-manager.ts';

/** What callers need of a token, whoever fetches it. */
export type TokenSource = Pick<TokenManager, 'use' | 'status' | 'close'>;

export interface StaticTokenOptions {
  readonly token: Secret;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function createStaticToken({ token, now }: StaticTokenOptions): TokenSource {
  const expiresAtMs = readExpiry(token.reveal());
  return {
    use: (call) => call(token.reveal()),
    status: () => ({
      state: expiresAtMs !== undefined && now() >= expiresAtMs ? 'expired' : 'good',
      ageMs: undefined,
      expiresAtMs,
      failures: 0,
      lastFailure: undefined,
    }),
    close: () => {},
  };
}

/** When a JWT says that it expires (RFC 7519 §4.1.4), in milliseconds since the epoch; undefined for other tokens. Nothing is verified. */
export function readExpiry(token: string): number | undefined {
  const parts = token.split('.');
  if (parts.length !== 3) return undefined;
  try {
    const claims: unknown = parseExactJson(Buffer.from(parts[1] ?? '', 'base64url').toString());
    const exp = typeof claims === 'object' && claims !== null && 'exp' in claims ? claims.exp : undefined;
    return typeof exp === 'number' && Number.isFinite(exp) ? Math.floor(exp * 1000) : undefined;
  } catch {
    return undefined;
  }
}
