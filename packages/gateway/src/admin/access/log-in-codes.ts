/** Codes that log a person in without a password: whoever started the gateway follows a link with one. In memory, each good once. */

import { randomBytes } from 'node:crypto';
import { MINUTE } from '../../config/units.ts';
import { digestOf } from './digest.ts';

export interface LogInCodes {
  /** A new code. Beyond sixteen the oldest is good no more. */
  create(): string;
  /** Whether it was good; from now on it is not. */
  take(code: string): boolean;
}

/** How long a code is good. */
const LOG_IN_CODE_MS: number = 10 * MINUTE;
const MOST_CODES = 16;
const CODE_BYTES = 32;

export function createLogInCodes(now: () => number): LogInCodes {
  /** When each was made, by its digest; the oldest first. How long a digest takes to be looked up tells nothing of a code. */
  const madeMs = new Map<string, number>();
  return {
    create() {
      const code = randomBytes(CODE_BYTES).toString('base64url');
      const [oldest] = madeMs.keys();
      if (madeMs.size >= MOST_CODES && oldest !== undefined) madeMs.delete(oldest);
      madeMs.set(digestOf(code), now());
      return code;
    },
    take(code) {
      const hash = digestOf(code);
      const sinceMs = madeMs.get(hash);
      madeMs.delete(hash);
      const ageMs = now() - (sinceMs ?? Number.NEGATIVE_INFINITY);
      // A clock that was set back makes none good for longer.
      return ageMs >= 0 && ageMs < LOG_IN_CODE_MS;
    },
  };
}
