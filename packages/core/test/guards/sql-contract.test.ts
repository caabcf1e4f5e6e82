/** The guard over a real PostgreSQL, and over SQLite. */
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { isLong, longReason } from '../../../../scripts/effort.ts';
import {
  createSqlReplayGuard,
  type SqlQuery,
  type SqlReplayGuard,
  sqlReplayTable,
} from '../../src/guards/sql.ts';
import { testReplayGuard } from '../../src/testing/replay-guard-contract.ts';
import {
  leaveOutPostgres,
  type PostgresServer,
  postgresReason,
  startPostgres,
} from '../support/postgres-server.ts';
import { sqliteQuery } from '../support/sqlite-query.ts';

testReplayGuard({
  describe,
  it,
  name: 'a table of SQLite',
  create: () => {
    const query = sqliteQuery(new DatabaseSync(':memory:'));
    for (const statement of sqlReplayTable()) query(statement, []);
    return createSqlReplayGuard({ dialect: 'sqlite', query });
  },
});

describe.skipIf(leaveOutPostgres || !isLong)(`over PostgreSQL${postgresReason || longReason}`, () => {
  let server: PostgresServer;
  let query: SqlQuery;
  let guards = 0;
  beforeAll(async () => {
    server = await startPostgres();
    query = server.connect(8);
  });
  afterAll(() => server.close());

  testReplayGuard({
    describe,
    it,
    name: 'a table of PostgreSQL',
    async create(): Promise<SqlReplayGuard> {
      const table = `claims_${guards++}`;
      for (const statement of sqlReplayTable(table)) await query(statement, []);
      return createSqlReplayGuard({ dialect: 'postgres', table, query, timeoutMs: 20_000 });
    },
  });
});
