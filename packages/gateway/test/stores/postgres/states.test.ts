/** Records, refused requests, issues and the audit log in a real PostgreSQL: their contracts. */
import { describe, it } from 'vitest';
import { createPostgresAudit } from '../../../src/stores/postgres/audit.ts';
import { connectDatabase, type Database } from '../../../src/stores/postgres/database.ts';
import { createPostgresIssues } from '../../../src/stores/postgres/issues.ts';
import { createPostgresRecords } from '../../../src/stores/postgres/records.ts';
import { createPostgresRefused } from '../../../src/stores/postgres/refused.ts';
import { WriteMeter } from '../../../src/stores/postgres/write-meter.ts';
import {
  testAuditStore,
  testIssueStore,
  testRecordStore,
  testRefusedStore,
} from '../../../src/testing/index.ts';
import { leaveOutPostgres, postgresDatabases, postgresReason } from '../../support/postgres-databases.ts';

interface Closing {
  close(): Promise<void>;
}

describe.skipIf(leaveOutPostgres)(`states in PostgreSQL${postgresReason}`, () => {
  const databases = postgresDatabases();

  /** On a new database, or the one of an address. */
  async function connect(address?: string): Promise<Database> {
    return connectDatabase({ address: address ?? (await databases.create()), maxConnections: 4 });
  }

  function closing(database: Database, part: Closing): () => Promise<void> {
    return async () => {
      await part.close();
      await database.close();
    };
  }

  const name = 'PostgreSQL';
  testRecordStore({
    describe,
    it,
    name,
    create: async ({ now }) => {
      const database = await connect();
      const records = createPostgresRecords({ database, meter: new WriteMeter(1_000), now });
      return { records, close: closing(database, records) };
    },
  });
  testRefusedStore({
    describe,
    it,
    name,
    create: async ({ now }) => {
      const database = await connect();
      const refused = createPostgresRefused({ database, meter: new WriteMeter(1_000), now });
      return { refused, close: closing(database, refused) };
    },
  });
  testIssueStore({
    describe,
    it,
    name,
    create: async () => {
      const database = await connect();
      const issues = createPostgresIssues({ database, meter: new WriteMeter(1_000) });
      return { issues, close: closing(database, issues) };
    },
  });
  testAuditStore({
    describe,
    it,
    name,
    create: async () => {
      const database = await connect();
      const audit = createPostgresAudit({ database, meter: new WriteMeter(1_000) });
      return { audit, close: closing(database, audit) };
    },
  });
});
