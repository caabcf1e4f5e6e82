/** What met another transaction is tried again. */
import { isTransient, storeError } from './errors.ts';

const MAX_TRIES = 8;

/** Runs `work` again where it was a deadlock’s victim, or conflicted: it has left no trace. */
export async function withRetry<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (!isTransient(error)) throw error;
      if (tries === MAX_TRIES) throw storeError(error);
    }
  }
}
