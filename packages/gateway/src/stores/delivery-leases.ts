/** Who has which delivery, in the memory of the one process that has the file: leases end with it. */

export interface DeliveryLeases {
  /** @returns the lease */
  take(place: number, destination: string, nowMs: number, leaseMs: number): number;
  /** What was taken later than now, by a clock that was ahead, was taken now. */
  rebase(nowMs: number): void;
  /** Whether somebody has it at that time. */
  isTaken(place: number, nowMs: number): boolean;
  holds(place: number, lease: number): boolean;
  release(place: number, lease: number): void;
  /** How many of a destination are taken, those whose lease has ended included. */
  count(destination: string): number;
}

interface Lease {
  readonly lease: number;
  readonly destination: string;
  readonly takenMs: number;
  readonly leaseMs: number;
}

export function createDeliveryLeases(): DeliveryLeases {
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
    take: (place, destination, nowMs, leaseMs) => {
      drop(place);
      leases.set(place, { lease: ++last, destination, takenMs: nowMs, leaseMs });
      counts.set(destination, (counts.get(destination) ?? 0) + 1);
      return last;
    },
    rebase: (nowMs) => {
      for (const [place, lease] of leases)
        if (lease.takenMs > nowMs) leases.set(place, { ...lease, takenMs: nowMs });
    },
    isTaken: (place, nowMs) => {
      const lease = leases.get(place);
      return lease !== undefined && lease.takenMs + lease.leaseMs > nowMs;
    },
    holds: (place, lease) => leases.get(place)?.lease === lease,
    release: (place, lease) => {
      if (leases.get(place)?.lease === lease) drop(place);
    },
    count: (destination) => counts.get(destination) ?? 0,
  };
}
