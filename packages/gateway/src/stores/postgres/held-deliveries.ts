/** Whose deliveries the places are that were taken here: with the event’s id a settlement finds its partition at once. */
import { arrayOf } from './arrays.ts';
import type { Database, Row } from './database.ts';
import { partitionOf } from './days.ts';
import { daysOfPlaces } from './delivery-stretches.ts';
import { rereading } from './event-lists.ts';

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
      for (const { place, event_id: id, destination, order_key: orderKey } of await rereading(() =>
        rowsAt(database, others),
      ))
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

async function rowsAt(database: Database, places: readonly number[]): Promise<readonly Row[]> {
  const days = await daysOfPlaces(database, places);
  if (days.length === 0) return [];
  const parts = days.map(
    (day) =>
      `SELECT place, event_id, destination, order_key FROM ${partitionOf('deliveries', day)} WHERE place = ANY($1::bigint[])`,
  );
  return database.query(parts.join(' UNION ALL '), [arrayOf('bigint', places)]);
}
