/** Bearer tokens of our own: random, short-lived, known by their digests only, in memory. A restart forgets them: their clients fetch anew. */
import { createHash, randomBytes } from 'node:crypto';

export interface IssuedTokens {
  /** Makes one. */
  issue(): { readonly token: string; readonly lifeSeconds: number };
  has(token: string): boolean;
}

const LIFE_SECONDS = 3_600;
/** A client needs one an hour. The oldest makes room for the newest: who can ask for so many knows the client's secret. */
const MAX_TOKENS = 1_000;

/** @param now milliseconds since the epoch. */
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

/** What is looked up is the digest: how long that takes says nothing of a token. */
function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}
