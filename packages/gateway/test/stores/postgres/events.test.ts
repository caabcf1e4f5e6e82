/** Events and claims in a real PostgreSQL. */
import { describe, it } from 'vitest';
import { testClaimStore, testEventRetention, testEventStore } from '../../../src/testing/index.ts';
import type { StoreClocks } from '../../../src/testing/store-bench.ts';
import { leaveOutPostgres, postgresDatabases, postgresReason } from '../../support/postgres-databases.ts';
import { openPostgresEvents, type PostgresEventStore } from '../../support/postgres-events.ts';

describe.skipIf(leaveOutPostgres)(`events in PostgreSQL${postgresReason}`, () => {
  const databases = postgresDatabases();

  const create = async (clocks: StoreClocks): Promise<PostgresEventStore> =>
    openPostgresEvents(await databases.create(), clocks);

  /** What searches has suites of its own. */
  const withoutSearches = (title: string, body: () => Promise<void>) =>
    title.startsWith('a search') ? undefined : it(title, body);

  testEventStore({ describe, it: withoutSearches, name: 'PostgreSQL', create });
  testEventRetention({ describe, it, name: 'PostgreSQL', create });
  testClaimStore({ describe, it, name: 'PostgreSQL', create });
});
