/** A cursor from beyond the store: it was read of another, or of this one before it was put back from a copy. */
import { Problem } from './problem.ts';

export function placeNotReached(): Problem {
  return new Problem(
    'place-not-reached',
    'no event has reached this place: it was read of another store, or before this one was put back from a copy',
  );
}
