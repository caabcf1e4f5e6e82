/** Looking after a store in a real PostgreSQL. */
import { describe, it } from 'vitest';
import { connectDatabase } from '../../../src/stores/postgres/database.ts';
import { createPostgresEventSearch } from '../../../src/stores/postgres/event-search.ts';
import { createPostgresRefused } from '../../../src/stores/postgres/refused.ts';
import { createPostgresUpkeep } from '../../../src/stores/postgres/upkeep.ts';
import { WriteMeter } from '../../../src/stores/postgres/write-meter.ts';
import { testStoreUpkeep } from '../../../src/testing/index.ts';
import type { StoreClocks, StorePart } from '../../../src/testing/store-bench.ts';
import { leaveOutPostgres, postgresDatabases, postgresReason } from '../../support/postgres-databases.ts';
import { openPostgresDeliveries } from '../../support/postgres-deliveries.ts';

type Part = 'events' | 'deliveries' | 'refused' | 'upkeep';

describe.skipIf(leaveOutPostgres)(`looking after a store in PostgreSQL${postgresReason}`, () => {
  const databases = postgresDatabases();

  async function create(clocks: StoreClocks): Promise<StorePart<Part>> {
    const address = await databases.create();
    const { now } = clocks;
    const database = await connectDatabase({ address });
    const store = await openPostgresDeliveries(address, clocks);
    const { deliveries } = store;
    const { search } = createPostgresEventSearch({ database });
    const events = Object.assign(store.events, { search });
    const refused = createPostgresRefused({ database, meter: new WriteMeter(1_000), now });
    const upkeep = createPostgresUpkeep({ address, database, events, deliveries, refused, now });
    return {
      events,
      deliveries,
      refused,
      upkeep,
      async close() {
        await upkeep.close();
        await refused.close();
        await store.close();
        await database.close();
      },
    };
  }

  testStoreUpkeep({ describe, it, name: 'PostgreSQL', create });
});
