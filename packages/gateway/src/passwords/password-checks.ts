/** Tries of passwords, so many at a time: each takes the memory that its hash says. */
import { createTurns } from '../turns.ts';
import { isPassword } from './argon2id.ts';
import type { PasswordHash } from './password-hash.ts';

/** So many at a time take 512 MB at most, and leave half of Node's four threads to others. */
const MAX_RUNNING = 2;
const MAX_WAITING = 16;

export interface PasswordChecks {
  /** False where so many wait that another is turned away. */
  hasRoom(): boolean;
  /** Whether the password is the hash's. */
  check(password: string, hash: PasswordHash): Promise<boolean>;
}

export function createPasswordChecks(): PasswordChecks {
  // Whoever has not asked for room waits all the same.
  const turns = createTurns({ concurrency: MAX_RUNNING, queue: Number.POSITIVE_INFINITY });
  return {
    hasRoom: () => turns.waiting < MAX_WAITING,
    async check(password, hash) {
      if (!turns.take()) await new Promise((resolve) => turns.wait(resolve));
      try {
        return await isPassword(password, hash);
      } finally {
        turns.give();
      }
    },
  };
}
