/** Who has which delivery, in the memory of the one process that has the file: leases end with it. */

export interface DeliveryLeases {
  /** @returns the lease */
  take(place: number, destination: string, untilMs: number): number;
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
  readonly untilMs: number;
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
    take: (place, destination, untilMs) => {
      drop(place);
      leases.set(place, { lease: ++last, destination, untilMs });
      counts.set(destination, (counts.get(destination) ?? 0) + 1);
      return last;
    },
    isTaken: (place, nowMs) => (leases.get(place)?.untilMs ?? Number.NEGATIVE_INFINITY) > nowMs,
    holds: (place, lease) => leases.get(place)?.lease === lease,
    release: (place, lease) => {
      if (leases.get(place)?.lease === lease) drop(place);
    },
    count: (destination) => counts.get(destination) ?? 0,
  };
}
