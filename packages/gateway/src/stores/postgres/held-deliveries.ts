/** Whose deliveries the places are that were taken here: with the event’s id a settlement finds its partition at once. */
import type { Database } from './database.ts';

export interface HeldDelivery {
  readonly eventId: string;
  readonly destination: string;
  readonly orderKey?: string;
}

export interface HeldDeliveries {
  add(place: number, delivery: HeldDelivery): void;
  /** Of those that were not taken here, or long ago, the database is asked. Absent: there is no such delivery. */
  find(places: readonly number[]): Promise<ReadonlyMap<number, HeldDelivery>>;
  delete(place: number): void;
}

/** Of those that nobody settles the oldest go. */
const MAX_HELD = 65_536;

export function createHeldDeliveries(database: Database): HeldDeliveries {
  const held = new Map<number, HeldDelivery>();
  return {
    add(place, delivery) {
      held.delete(place);
      held.set(place, delivery);
      for (const oldest of held.keys()) {
        if (held.size <= MAX_HELD) break;
        held.delete(oldest);
      }
    },
    async find(places) {
      const all = new Map<number, HeldDelivery>();
      const others: number[] = [];
      for (const place of places) {
        const delivery = held.get(place);
        if (delivery === undefined) others.push(place);
        else all.set(place, delivery);
      }
      if (others.length === 0) return all;
      const rows = await database.query(
        'SELECT place, event_id, destination, order_key FROM countersign.deliveries WHERE place = ANY($1::bigint[])',
        [others],
      );
      for (const { place, event_id: id, destination, order_key: orderKey } of rows)
        all.set(Number(place), {
          eventId: String(id),
          destination: String(destination),
          ...(typeof orderKey === 'string' && { orderKey }),
        });
      return all;
    },
    delete: (place) => {
      held.delete(place);
    },
  };
}
