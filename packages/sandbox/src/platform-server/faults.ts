/** Faults waiting for the calls that they strike. */
import type { PlatformFault } from './model.ts';

export interface Faults<Route extends string> {
  /** @throws RangeError where `times` is no positive integer. */
  add(fault: PlatformFault<Route>): void;
  /** Takes the first fault that strikes this call. */
  take(route: Route): PlatformFault<Route> | undefined;
}

/** An empty queue. */
export function createFaults<Route extends string>(): Faults<Route> {
  const queue: { readonly fault: PlatformFault<Route>; left: number }[] = [];
  return {
    add: (fault) => {
      const { times = 1 } = fault;
      if (!Number.isSafeInteger(times) || times < 1) {
        throw new RangeError(`times: ${times} is not a positive integer.`);
      }
      queue.push({ fault, left: times });
    },
    take: (route) => {
      const at = queue.findIndex(({ fault }) => fault.route === undefined || fault.route === route);
      const entry = queue[at];
      if (entry === undefined) return undefined;
      entry.left -= 1;
      if (entry.left === 0) queue.splice(at, 1);
      return entry.fault;
    },
  };
}
