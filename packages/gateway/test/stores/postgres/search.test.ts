/** Searches and the full-text index in a real PostgreSQL. */
import { describe, it } from 'vitest';
import { testEventStore, testFullTextStore } from '../../../src/testing/index.ts';
import type { StoreClocks } from '../../../src/testing/store-bench.ts';
import { leaveOutPostgres, postgresDatabases, postgresReason } from '../../support/postgres-databases.ts';
import { openPostgresSearch } from '../../support/postgres-search.ts';

describe.skipIf(leaveOutPostgres)(`searches in PostgreSQL${postgresReason}`, () => {
  const databases = postgresDatabases();

  const create = async (clocks: StoreClocks) => openPostgresSearch(await databases.create(), clocks);

  testEventStore({
    describe,
    it: (title, body) => (title.startsWith('a search') ? it(title, body) : undefined),
    name: 'PostgreSQL',
    create,
  });
  testFullTextStore({ describe, it, name: 'PostgreSQL', create });
});
