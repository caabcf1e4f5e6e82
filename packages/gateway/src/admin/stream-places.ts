/** How many streams one person has open: the feed's places are few, and nobody takes all of them. */
import type { LogInSession } from './access/log-in-sessions.ts';

/** A browser opens six connections to a listener at most. */
const MAX_STREAMS = 8;

export interface StreamPlaces {
  /** Takes a place; the result gives it back. Undefined: the person has all that one may have. */
  take(session: LogInSession): (() => void) | undefined;
}

export function createStreamPlaces(): StreamPlaces {
  const taken = new Map<string, number>();
  return {
    take(session) {
      const person = personOf(session);
      const count = taken.get(person) ?? 0;
      if (count >= MAX_STREAMS) return undefined;
      taken.set(person, count + 1);
      return () => {
        const left = (taken.get(person) ?? 1) - 1;
        if (left === 0) taken.delete(person);
        else taken.set(person, left);
      };
    },
  };
}

/** Several may have the token: each session by it is a person of its own. */
function personOf({ caller: { name, by }, csrf }: LogInSession): string {
  return by === 'token' ? csrf : `${by} ${name}`;
}
