/** What is a database's own: rows that are purged, transactions that hold a row, what a driver returns. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { codeBlocks } from '../../../../scripts/docs-blocks.ts';
import {
  createSqlReplayGuard,
  type SqlDialect,
  type SqlQuery,
  sqlReplayTable,
} from '../../src/guards/sql.ts';
import { identity } from '../../src/testing/replay-guard/claims.ts';
import {
  leaveOutPostgres,
  type PostgresServer,
  postgresReason,
  startPostgres,
} from '../support/postgres-server.ts';
import { sqliteQuery } from '../support/sqlite-query.ts';

const NOW = 1_760_000_000_000;
const LEASE = 60_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let postgres: PostgresServer | undefined;
beforeAll(async () => {
  if (!leaveOutPostgres) postgres = await startPostgres();
});
afterAll(() => postgres?.close());

const DIALECTS: readonly {
  readonly dialect: SqlDialect;
  readonly open: () => SqlQuery;
  readonly isMissing: boolean;
  readonly name: string;
}[] = [
  {
    dialect: 'sqlite',
    open: () => sqliteQuery(new DatabaseSync(':memory:')),
    isMissing: false,
    name: 'SQLite',
  },
  {
    dialect: 'postgres',
    open: () => (postgres as PostgresServer).connect(3),
    isMissing: leaveOutPostgres,
    name: `PostgreSQL${postgresReason}`,
  },
];

async function rowsOf(query: SqlQuery, text: string): Promise<readonly unknown[]> {
  const result = await query(text, []);
  return 'rows' in result ? result.rows : result;
}

describe.each(DIALECTS)('a table of $name', ({ dialect, open, isMissing }) => {
  it.skipIf(isMissing)(
    'is made by statements that may be run again, in a schema where it is in one',
    async () => {
      const query = open();
      const schema = dialect === 'postgres' ? 'public' : 'main';
      const longest = `c${'x'.repeat(47)}`;
      // Words of the language, and what PostgreSQL would cut off.
      for (const table of ['again', 'order', longest, `${schema}.claims`, `${schema}.select`]) {
        for (let time = 0; time < 2; time++)
          for (const statement of sqlReplayTable(table, dialect)) await query(statement, []);
        const guard = createSqlReplayGuard({ dialect, query, table });
        expect(await guard.begin(identity(1), NOW, LEASE)).toEqual({ state: 'begun', attempt: 1 });
        await guard.renew(identity(1), NOW + 1, LEASE);
        await guard.abort(identity(1));
        await guard.commit(identity(1), NOW - DAY);
        expect(await guard.purge(NOW)).toBe(1);
        const name = table.replace(/^.*\./, '');
        const indexes =
          dialect === 'postgres'
            ? `SELECT indexname FROM pg_indexes WHERE tablename = '${name}' AND indexname = '${name}_keep_until_ms'`
            : `SELECT name FROM sqlite_schema WHERE tbl_name = '${name}' AND name = '${name}_keep_until_ms'`;
        expect(await rowsOf(query, indexes)).toHaveLength(1);
      }
    },
  );

  it.skipIf(isMissing)(
    'tells a lease by the clock of who asks: one that is two thirds of it ahead may run its request too',
    async () => {
      const query = open();
      for (const statement of sqlReplayTable('clocks')) await query(statement, []);
      const [first, ahead] = [0, 1].map(() => createSqlReplayGuard({ dialect, query, table: 'clocks' }));
      await first?.begin(identity(1), NOW, LEASE);
      // Just before it is renewed, after a third.
      const aheadMs = NOW + LEASE / 3 + (2 * LEASE) / 3;
      expect(await ahead?.begin(identity(1), aheadMs - 1, LEASE)).toEqual({
        state: 'in-flight',
        retryAfterMs: 1,
      });
      expect(await ahead?.begin(identity(1), aheadMs, LEASE)).toEqual({ state: 'begun', attempt: 2 });
    },
  );

  it.skipIf(isMissing)('is purged of what nobody needs, by both clocks, and of nothing else', async () => {
    const query = open();
    for (const statement of sqlReplayTable('purged')) await query(statement, []);
    const guard = createSqlReplayGuard({ dialect, query, table: 'purged' });
    await guard.commit(identity(1), NOW);
    await guard.begin(identity(2), NOW, LEASE);
    await guard.begin(identity(3), NOW, LEASE);
    await guard.abort(identity(3));
    await guard.commit(identity(4), Date.now() + DAY);

    expect(await guard.purge(NOW + HOUR - 1)).toBe(0);
    expect(await guard.purge(NOW + HOUR)).toBe(1);
    expect(await guard.purge(NOW + LEASE + DAY - 1)).toBe(0);
    expect(await guard.purge(NOW + LEASE + DAY)).toBe(2);
    // A caller's clock that is years ahead makes nothing old: the database's does not say so.
    expect(await guard.purge(Date.now() + 1000 * DAY)).toBe(0);
    expect(await guard.begin(identity(4), Date.now(), LEASE)).toEqual({ state: 'committed' });
  });

  it.skipIf(isMissing)('is purged beside begins, a few rows at a time', async () => {
    const query = open();
    for (const statement of sqlReplayTable('swept')) await query(statement, []);
    const guard = createSqlReplayGuard({ dialect, query, table: 'swept' });
    for (let n = 0; n < 1200; n++) await guard.commit(identity(n), NOW);
    expect(await guard.purge(NOW + HOUR)).toBe(500);
    const later = NOW + HOUR;
    for (let n = 0; n < 400; n++) await guard.begin(identity(10_000 + n), later, DAY);
    await vi.waitFor(
      async () => {
        const old = await rowsOf(query, "SELECT identity FROM swept WHERE state = 'committed'");
        expect(old).toHaveLength(0);
      },
      { timeout: 10_000 },
    );
    expect(await rowsOf(query, 'SELECT identity FROM swept')).toHaveLength(400);
  });
});

it.skipIf(leaveOutPostgres)(
  `gives back a lease that comes after it had said unavailable${postgresReason}`,
  async () => {
    const server = postgres as PostgresServer;
    const [setUp, locker] = [server.connect(1), server.connect(1)];
    for (const statement of sqlReplayTable('locked')) await setUp(statement, []);
    const guardOf = (timeoutMs: number) =>
      createSqlReplayGuard({ dialect: 'postgres', query: server.connect(2), table: 'locked', timeoutMs });
    const [slow, other] = [guardOf(50), guardOf(10_000)];
    await locker('BEGIN', []);
    await locker('LOCK TABLE locked', []);
    expect(await slow.begin(identity(1), NOW, LEASE)).toEqual({
      state: 'unavailable',
      problem: 'no answer came within 50 ms',
    });
    await locker('COMMIT', []);
    // Who asks before that gets the claim: the late lease comes to nothing then.
    await expect.poll(() => rowsOf(locker, 'SELECT state FROM locked')).toEqual([{ state: 'free' }]);
    expect(await other.begin(identity(1), NOW, LEASE)).toEqual({ state: 'begun', attempt: 2 });
  },
);

it.each<readonly [string, SqlQuery]>([
  ['rejects', () => Promise.reject(new Error('relation "countersign_claims" does not exist'))],
  [
    'throws',
    () => {
      throw new Error('database is locked');
    },
  ],
  ['returns no rows', () => []],
  ['returns other rows', () => ({ rows: [{ state: 'free' }] })],
])('says unavailable where query %s', async (_, query) => {
  const guard = createSqlReplayGuard({ dialect: 'sqlite', query });
  expect(await guard.begin(identity(1), NOW, LEASE)).toEqual({
    state: 'unavailable',
    problem: expect.stringMatching(
      /does not exist$|^database is locked$|^query returned no row of the claim$/,
    ),
  });
});

it('has the table that docs/library.md shows', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/library.md'), 'utf8');
  const [shown] = codeBlocks(page).filter(({ language }) => language === 'sql');
  expect(shown?.code).toBe(
    sqlReplayTable()
      .map((statement) => `${statement};\n`)
      .join(''),
  );
});
