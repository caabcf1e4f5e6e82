/** Counts the calls of the API, and those under way. */
import type { IncodePlatform, IncodeRoute } from './model.ts';

export interface CallCounter extends Pick<IncodePlatform, 'calls' | 'mostAtOnce'> {
  /** Counts a call; what it gives back ends the call. */
  arrive(route: IncodeRoute): () => void;
}

/** All at 0. */
export function createCallCounter(): CallCounter {
  const none = { calls: 0, underWay: 0, mostAtOnce: 0 };
  const counts = new Map<IncodeRoute, { calls: number; underWay: number; mostAtOnce: number }>();
  const of = (route: IncodeRoute): Readonly<typeof none> => counts.get(route) ?? none;
  return {
    arrive: (route) => {
      const count = counts.get(route) ?? { ...none };
      counts.set(route, count);
      count.calls += 1;
      count.underWay += 1;
      count.mostAtOnce = Math.max(count.mostAtOnce, count.underWay);
      return () => {
        count.underWay -= 1;
      };
    },
    calls: (route) => of(route).calls,
    mostAtOnce: (route) => of(route).mostAtOnce,
  };
}
