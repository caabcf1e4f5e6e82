/** Looking after a store in a real PostgreSQL. */
import { describe, it } from 'vitest';
import { testStoreUpkeep } from '../../../src/testing/index.ts';
import { leaveOutPostgres, postgresDatabases, postgresReason } from '../../support/postgres-databases.ts';
import { openPostgresUpkeep } from '../../support/postgres-upkeep.ts';

describe.skipIf(leaveOutPostgres)(`looking after a store in PostgreSQL${postgresReason}`, () => {
  const databases = postgresDatabases();

  testStoreUpkeep({
    describe,
    it,
    name: 'PostgreSQL',
    create: async (clocks) => openPostgresUpkeep(await databases.create(), clocks),
  });
});
