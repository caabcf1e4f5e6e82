/** Every contract suite of a store, against every store. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, onTestFinished } from 'vitest';
import { isLong, longReason } from '../../../../scripts/effort.ts';
import { openStore } from '../../src/stores/open-store.ts';
import type { Store } from '../../src/stores/store.ts';
import {
  testAuditStore,
  testClaimStore,
  testDeliveryStore,
  testEventRetention,
  testEventStore,
  testFullTextStore,
  testIssueStore,
  testRecordStore,
  testRefusedStore,
  testStoreUpkeep,
} from '../../src/testing/index.ts';
import type { StoreClocks } from '../../src/testing/store-bench.ts';
import { leaveOutPostgres, postgresDatabases, postgresReason } from '../support/postgres-databases.ts';

const STORES: Readonly<Record<string, (clocks: StoreClocks) => Promise<Store>>> = {
  'SQLite file': (clocks) => {
    const directory = mkdtempSync(join(tmpdir(), 'countersign-contract-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    return openStore(`sqlite:${join(directory, 'store.db')}`, clocks);
  },
  'SQLite in memory': (clocks) => openStore(':memory:', clocks),
};

for (const [name, create] of Object.entries(STORES)) testAll(name, create);

// Each part has them in a test of its own, in short runs as well; here all parts are together.
describe.skipIf(leaveOutPostgres || !isLong)(`PostgreSQL${postgresReason}${longReason}`, () => {
  const databases = postgresDatabases();
  testAll('PostgreSQL', async (clocks) => openStore(await databases.create(), clocks));
});

function testAll(name: string, create: (clocks: StoreClocks) => Promise<Store>): void {
  testEventStore({ describe, it, name, create });
  testEventRetention({ describe, it, name, create });
  testDeliveryStore({ describe, it, name, create });
  testFullTextStore({ describe, it, name, create });
  testClaimStore({ describe, it, name, create });
  testRecordStore({ describe, it, name, create });
  testIssueStore({ describe, it, name, create });
  testRefusedStore({ describe, it, name, create });
  testAuditStore({ describe, it, name, create });
  testStoreUpkeep({ describe, it, name, create });
}
