/** What only shows where several guards, each with connections of its own, share one server that may end. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createRedisReplayGuard } from '../../src/guards/redis.ts';
import { createSqlReplayGuard, sqlReplayTable } from '../../src/guards/sql.ts';
import type { ReplayGuard } from '../../src/replay.ts';
import { identity } from '../../src/testing/replay-guard/claims.ts';
import { leaveOutPostgres, postgresReason, startPostgres } from '../support/postgres-server.ts';
import { leaveOutRedis, redisReason, startRedis } from '../support/redis-server.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { sqliteQuery } from '../support/sqlite-query.ts';

const NOW = 1_760_000_000_000;
const LEASE = 60_000;
const HOUR = 3_600_000;
const TIMEOUT = 4_000;

interface Shared {
  /** As another process has one: with connections of its own. */
  guard(report?: (problem: string) => void): Promise<ReplayGuard>;
  /** Undefined of what has no server. */
  readonly server?: ServerProcess;
  close(): Promise<void> | void;
}

interface Kind {
  readonly name: string;
  readonly isMissing?: boolean;
  readonly open: () => Promise<Shared>;
}

const KINDS: readonly Kind[] = [
  {
    name: `Redis, node-redis${redisReason}`,
    isMissing: leaveOutRedis,
    async open() {
      const server = await startRedis();
      const guard = async (report = (_: string) => {}) =>
        createRedisReplayGuard({ client: await server.nodeRedis(), timeoutMs: TIMEOUT, report });
      return { guard, server, close: server.close };
    },
  },
  {
    name: `Redis, ioredis${redisReason}`,
    isMissing: leaveOutRedis,
    async open() {
      const server = await startRedis();
      const guard = async (report = (_: string) => {}) =>
        createRedisReplayGuard({ client: await server.ioRedis(), timeoutMs: TIMEOUT, report });
      return { guard, server, close: server.close };
    },
  },
  {
    name: `PostgreSQL${postgresReason}`,
    isMissing: leaveOutPostgres,
    async open() {
      const server = await startPostgres();
      const setUp = server.connect(1);
      for (const statement of sqlReplayTable()) await setUp(statement, []);
      const guard = async (report = (_: string) => {}) =>
        createSqlReplayGuard({ dialect: 'postgres', query: server.connect(4), timeoutMs: TIMEOUT, report });
      return { guard, server, close: server.close };
    },
  },
  {
    name: 'SQLite, a file',
    async open() {
      const directory = mkdtempSync(join(tmpdir(), 'cs-'));
      const databases: DatabaseSync[] = [];
      const open = (): DatabaseSync => {
        const database = new DatabaseSync(join(directory, 'claims.db'), { timeout: 5000 });
        database.exec('PRAGMA journal_mode = WAL');
        databases.push(database);
        return database;
      };
      const first = open();
      for (const statement of sqlReplayTable()) first.exec(statement);
      return {
        guard: async (report = () => {}) =>
          createSqlReplayGuard({ dialect: 'sqlite', query: sqliteQuery(open()), report }),
        close() {
          for (const database of databases) database.close();
          rmSync(directory, { recursive: true });
        },
      };
    },
  },
];

describe.each(KINDS)('$name', ({ isMissing = false, open }) => {
  let shared: Shared;
  let ids = 0;
  const nextIdentity = (): Uint8Array => identity(ids++);
  beforeAll(async () => {
    if (!isMissing) shared = await open();
  });
  afterAll(() => shared?.close());

  it.skipIf(isMissing)('of 50 begins of one claim on five connections exactly one is begun', async () => {
    const guards = await Promise.all(Array.from({ length: 5 }, () => shared.guard()));
    for (let round = 0; round < 10; round++) {
      const claim = nextIdentity();
      const begins = Array.from({ length: 50 }, (_, i) => guards[i % 5]?.begin(claim, NOW, LEASE));
      const states = (await Promise.all(begins)).map((result) => result?.state).sort();
      expect(states).toEqual(['begun', ...Array<string>(49).fill('in-flight')]);
    }
  });

  it.skipIf(isMissing)('who held a lease that ran out can neither abort nor lengthen another’s', async () => {
    const [late, next] = await Promise.all([shared.guard(), shared.guard()]);
    const claim = nextIdentity();
    await late.begin(claim, NOW, LEASE);
    expect(await next.begin(claim, NOW + LEASE, LEASE)).toEqual({ state: 'begun', attempt: 2 });
    await late.renew(claim, NOW + LEASE, HOUR);
    await late.abort(claim);
    expect(await late.begin(claim, NOW + LEASE + 1, LEASE)).toEqual({
      state: 'in-flight',
      retryAfterMs: LEASE - 1,
    });
    await next.renew(claim, NOW + LEASE + 1, LEASE);
    expect(await late.begin(claim, NOW + LEASE + 1, LEASE)).toEqual({
      state: 'in-flight',
      retryAfterMs: LEASE,
    });
  });

  it.skipIf(isMissing)(
    'what was done holds, whoever has the lease by then, and the later of two ends',
    async () => {
      const [late, next] = await Promise.all([shared.guard(), shared.guard()]);
      const claim = nextIdentity();
      await late.begin(claim, NOW, LEASE);
      await next.begin(claim, NOW + LEASE, LEASE);
      await late.commit(claim, NOW + HOUR, Uint8Array.of(7));
      await next.abort(claim);
      await next.renew(claim, NOW + HOUR, HOUR);
      await next.commit(claim, NOW + HOUR - 1, Uint8Array.of(8));
      expect(await next.begin(claim, NOW + HOUR - 1, LEASE)).toEqual({
        state: 'committed',
        answer: Uint8Array.of(8),
      });
      expect(await next.begin(claim, NOW + HOUR, LEASE)).toEqual({ state: 'begun', attempt: 1 });
    },
  );

  it.skipIf(isMissing)('between two clocks a claim is held for whom it has not ended', async () => {
    const [ahead, behind] = await Promise.all([shared.guard(), shared.guard()]);
    const skewMs = 30_000;
    const claim = nextIdentity();
    await ahead.begin(claim, NOW + skewMs, LEASE);
    expect(await behind.begin(claim, NOW, LEASE)).toEqual({
      state: 'in-flight',
      retryAfterMs: LEASE + skewMs,
    });
    await ahead.commit(claim, NOW + HOUR);
    expect(await ahead.begin(claim, NOW + HOUR - 1, LEASE)).toEqual({ state: 'committed' });
    expect(await behind.begin(claim, NOW + HOUR - skewMs, LEASE)).toEqual({ state: 'committed' });
  });

  it.skipIf(isMissing)('counts the attempts of all of them', async () => {
    const guards = await Promise.all([shared.guard(), shared.guard()]);
    const claim = nextIdentity();
    for (let attempt = 1; attempt <= 6; attempt++) {
      const guard = guards[attempt % 2] as ReplayGuard;
      expect(await guard.begin(claim, NOW, LEASE)).toEqual({ state: 'begun', attempt });
      await guard.abort(claim);
    }
  });

  const hasNoServer = isMissing || open === KINDS.at(-1)?.open;
  it.skipIf(hasNoServer)(
    'where the server ends, begins are unavailable, and nothing that was done is lost',
    async () => {
      const problems: string[] = [];
      const guard = await shared.guard((problem) => problems.push(problem));
      const [before, during, undone, after] = Array.from({ length: 4 }, nextIdentity);
      await guard.begin(before as Uint8Array, NOW, LEASE);
      await guard.commit(before as Uint8Array, NOW + HOUR);
      await guard.begin(during as Uint8Array, NOW, LEASE);
      await guard.begin(undone as Uint8Array, NOW, LEASE);

      await shared.server?.kill();
      expect(await guard.begin(after as Uint8Array, NOW, LEASE)).toMatchObject({ state: 'unavailable' });
      await guard.commit(during as Uint8Array, NOW + HOUR, Uint8Array.of(1));
      await guard.abort(undone as Uint8Array);
      await expect(guard.renew(undone as Uint8Array, NOW, LEASE)).resolves.toBeUndefined();
      expect(problems).toEqual([
        expect.stringContaining('a claim was not committed yet'),
        expect.stringContaining('a claim was not freed'),
      ]);
      // What waits here is told to repeats that come here.
      expect(await guard.begin(during as Uint8Array, NOW + 1, LEASE)).toEqual({
        state: 'committed',
        answer: Uint8Array.of(1),
      });

      await shared.server?.start();
      const other = await shared.guard();
      await vi.waitFor(
        async () => {
          expect(await other.begin(during as Uint8Array, NOW + 1, LEASE)).toEqual({
            state: 'committed',
            answer: Uint8Array.of(1),
          });
          expect(await guard.begin(nextIdentity(), NOW, LEASE)).toMatchObject({ state: 'begun' });
        },
        { timeout: 20_000, interval: 50 },
      );
      expect(await other.begin(before as Uint8Array, NOW + 1, LEASE)).toEqual({ state: 'committed' });
      expect(await other.begin(undone as Uint8Array, NOW + LEASE, LEASE)).toEqual({
        state: 'begun',
        attempt: 2,
      });
    },
  );
});
