/** A store of deliveries on a real PostgreSQL, with the events that they are of. */
import { connectDatabase, type Database } from '../../src/stores/postgres/database.ts';
import { createDays } from '../../src/stores/postgres/days.ts';
import type { DelayedJobs } from '../../src/stores/postgres/delayed-jobs.ts';
import { createPostgresDeliveries, type PostgresDeliveries } from '../../src/stores/postgres/deliveries.ts';
import { createPostgresEvents } from '../../src/stores/postgres/events.ts';
import { WriteMeter } from '../../src/stores/postgres/write-meter.ts';
import type { StoreClocks, StorePart } from '../../src/testing/store-bench.ts';

export interface PostgresDeliveryStore extends StorePart<'events' | 'deliveries'> {
  readonly deliveries: PostgresDeliveries;
  readonly database: Database;
}

const NO_JOBS: DelayedJobs = { isWritten: () => false, write: async () => {} };

const CLOCKS: StoreClocks = { now: Date.now, monotonicMs: () => performance.now() };

/** @param delayed default: none is written */
export async function openPostgresDeliveries(
  address: string,
  { now, monotonicMs }: StoreClocks = CLOCKS,
  delayed: DelayedJobs = NO_JOBS,
): Promise<PostgresDeliveryStore> {
  const database = await connectDatabase({ address });
  const meter = new WriteMeter(1_000);
  const events = createPostgresEvents({ database, days: createDays(database), meter, now });
  const deliveries = createPostgresDeliveries({ database, meter, delayed, now, monotonicMs });
  const unused = () => Promise.reject(new Error('not part of these events'));
  return {
    events: Object.assign(events, { search: unused, drop: unused }),
    deliveries,
    database,
    async close() {
      await Promise.all([events.close(), deliveries.close()]);
      await database.close();
    },
  };
}
