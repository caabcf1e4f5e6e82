/**
 * Who has which delivery, in the memory of the one process that has the file: leases end with it. They last by a clock that only goes on:
 * where the wall clock is set, nothing that is on its way is taken by a second.
 */

export interface DeliveryLeases {
  /** @returns the lease */
  take(place: number, destination: string, leaseMs: number): number;
  /** Whether somebody has it now. */
  isTaken(place: number): boolean;
  holds(place: number, lease: number): boolean;
  release(place: number, lease: number): void;
  /** How many of a destination are taken, those whose lease has ended included. */
  count(destination: string): number;
}

interface Lease {
  readonly lease: number;
  readonly destination: string;
  /** By the clock of the leases. */
  readonly untilMs: number;
}

/** @param monotonicMs a clock that only goes on, from any start */
export function createDeliveryLeases(monotonicMs: () => number): DeliveryLeases {
  const leases = new Map<number, Lease>();
  const counts = new Map<string, number>();
  let last = 0;
  const drop = (place: number): void => {
    const lease = leases.get(place);
    if (lease === undefined) return;
    leases.delete(place);
    counts.set(lease.destination, (counts.get(lease.destination) ?? 1) - 1);
  };
  return {
    take: (place, destination, leaseMs) => {
      drop(place);
      leases.set(place, { lease: ++last, destination, untilMs: monotonicMs() + leaseMs });
      counts.set(destination, (counts.get(destination) ?? 0) + 1);
      return last;
    },
    isTaken: (place) => {
      const lease = leases.get(place);
      return lease !== undefined && lease.untilMs > monotonicMs();
    },
    holds: (place, lease) => leases.get(place)?.lease === lease,
    release: (place, lease) => {
      if (leases.get(place)?.lease === lease) drop(place);
    },
    count: (destination) => counts.get(destination) ?? 0,
  };
}
