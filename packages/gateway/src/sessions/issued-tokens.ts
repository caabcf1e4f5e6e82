/** Bearer tokens of our own, short-lived: sealed ones, which every gateway with the same store key takes, or such as one process remembers. */
import { createHash, randomBytes } from 'node:crypto';
import type { Sealer } from '../sealed/seal.ts';

export interface IssuedTokens {
  /** Makes one. */
  issue(): { readonly token: string; readonly lifeSeconds: number };
  has(token: string): boolean;
}

const LIFE_SECONDS = 3_600;
/** A client needs one an hour. The oldest makes room for the newest: who can ask for so many knows the client's secret. */
const MAX_TOKENS = 1_000;

/** Known by their digests only, in memory: a restart forgets them, and their clients fetch anew. @param now milliseconds since the epoch. */
export function createIssuedTokens(now: () => number): IssuedTokens {
  /** Until when a digest's token is good; in the order of issue, which is that of their ends. */
  const ends = new Map<string, number>();
  return {
    issue() {
      const nowMs = now();
      for (const [digest, endMs] of ends) {
        if (endMs > nowMs && ends.size < MAX_TOKENS) break;
        ends.delete(digest);
      }
      const token = randomBytes(32).toString('base64url');
      ends.set(digestOf(token), nowMs + LIFE_SECONDS * 1_000);
      return { token, lifeSeconds: LIFE_SECONDS };
    },
    has: (token) => (ends.get(digestOf(token)) ?? 0) > now(),
  };
}

export interface SealedTokensOptions {
  readonly sealer: Sealer;
  /** Whose they are, and what they were given for: where that changes, none is good any more. */
  readonly holder: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Known by their seal: nothing is kept of them. */
export function createSealedTokens({ sealer, holder, now }: SealedTokensOptions): IssuedTokens {
  const context = `issued token ${digestOf(holder)}`;
  return {
    issue() {
      const endMs = Math.floor(now()) + LIFE_SECONDS * 1_000;
      const token = Buffer.from(sealer.seal(String(endMs), context)).toString('base64url');
      return { token, lifeSeconds: LIFE_SECONDS };
    },
    has(token) {
      const bytes = Buffer.from(token, 'base64url');
      // A token is one text: others are read as the same bytes.
      return bytes.toString('base64url') === token && Number(sealer.open(bytes, context) ?? 0) > now();
    },
  };
}

/** What is looked up is the digest: how long that takes says nothing of a token. */
function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}
