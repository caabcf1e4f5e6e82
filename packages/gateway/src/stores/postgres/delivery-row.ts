/** Rows of PostgreSQL’s tables `deliveries` and `attempts`, as what they hold: but for their leases as SQLite’s. */
import type { DueDelivery } from '../delivery-store.ts';
import { dueOf as dueOfEither } from '../sqlite-delivery-row.ts';
import type { Row } from './database.ts';

export { attemptOf, deliveryOf } from '../sqlite-delivery-row.ts';

/** But for its event. */
export function dueOf(row: Row): Omit<DueDelivery, 'event'> {
  return { place: Number(row['place']), lease: Number(row['lease']), ...dueOfEither(row) };
}
