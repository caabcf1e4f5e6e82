/** A store of events, claims and deliveries on a real PostgreSQL: one gateway’s of several. */
import { createPostgresClaims, type PostgresClaims } from '../../src/stores/postgres/claims.ts';
import { createPostgresRetention } from '../../src/stores/postgres/retention.ts';
import { WriteMeter } from '../../src/stores/postgres/write-meter.ts';
import type { StoreClocks } from '../../src/testing/store-bench.ts';
import { openPostgresDeliveries, type PostgresDeliveryStore } from './postgres-deliveries.ts';

export interface PostgresEventStore extends PostgresDeliveryStore {
  readonly claims: PostgresClaims;
  readonly address: string;
}

export async function openPostgresEvents(address: string, clocks?: StoreClocks): Promise<PostgresEventStore> {
  const { events, deliveries, database, close } = await openPostgresDeliveries(address, clocks);
  const now = clocks?.now ?? Date.now;
  const claims = createPostgresClaims({ database, meter: new WriteMeter(10_000), now });
  const retention = createPostgresRetention({ database, now });
  return {
    events: Object.assign(events, { drop: retention.drop.bind(retention) }),
    deliveries,
    claims,
    database,
    address,
    async close() {
      await Promise.all([claims.close(), retention.close()]);
      await close();
    },
  };
}
