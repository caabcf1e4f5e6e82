/** Log-ins by face, which the SDK reports to the front end and a backend has verified. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { IncodeAuthAttempt } from './model.ts';

export interface AuthAttempts {
  /** Remembers a good one. */
  create(interviewToken: string): IncodeAuthAttempt;
  /** Whether this is one, with nothing changed. */
  has(attempt: IncodeAuthAttempt): boolean;
}

/** None yet. */
export function createAuthAttempts(): AuthAttempts {
  const byTransaction = new Map<string, IncodeAuthAttempt>();
  return {
    create: (interviewToken) => {
      const attempt = { transactionId: randomUUID(), token: randomBytes(24).toString('hex'), interviewToken };
      byTransaction.set(attempt.transactionId, attempt);
      return attempt;
    },
    has: ({ transactionId, token, interviewToken }) => {
      const attempt = byTransaction.get(transactionId);
      return attempt !== undefined && attempt.token === token && attempt.interviewToken === interviewToken;
    },
  };
}
