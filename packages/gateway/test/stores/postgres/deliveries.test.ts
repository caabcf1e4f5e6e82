/** Deliveries in a real PostgreSQL. */
import { describe, it } from 'vitest';
import { testDeliveryStore } from '../../../src/testing/index.ts';
import { leaveOutPostgres, postgresDatabases, postgresReason } from '../../support/postgres-databases.ts';
import { openPostgresDeliveries } from '../../support/postgres-deliveries.ts';

describe.skipIf(leaveOutPostgres)(`deliveries in PostgreSQL${postgresReason}`, () => {
  const databases = postgresDatabases();

  testDeliveryStore({
    describe,
    it,
    name: 'PostgreSQL',
    create: async (clocks) => openPostgresDeliveries(await databases.create(), clocks),
  });
});
