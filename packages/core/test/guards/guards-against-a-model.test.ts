/** Any order of steps of two guards over one server, by clocks that jump, is answered as a model of a few lines answers it. */
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { createRedisReplayGuard } from '../../src/guards/redis.ts';
import { createSqlReplayGuard, sqlReplayTable } from '../../src/guards/sql.ts';
import type { BeginResult, ReplayGuard } from '../../src/replay.ts';
import { identity } from '../../src/testing/replay-guard/claims.ts';
import {
  leaveOutPostgres,
  type PostgresServer,
  postgresReason,
  startPostgres,
} from '../support/postgres-server.ts';
import { leaveOutRedis, type RedisServer, redisReason, startRedis } from '../support/redis-server.ts';
import { sqliteQuery } from '../support/sqlite-query.ts';

const NOW = 1_760_000_000_000;

interface Step {
  readonly kind: 'begin' | 'renew' | 'commit' | 'abort';
  /** Which of two guards. */
  readonly guard: number;
  readonly claim: number;
  readonly nowMs: number;
  readonly forMs: number;
  readonly answer: Uint8Array | undefined;
}

const STEP: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('begin', 'begin', 'renew', 'commit', 'abort'),
  guard: fc.nat(1),
  claim: fc.nat(2),
  nowMs: fc.nat(40).map((ms) => NOW + ms),
  forMs: fc.integer({ min: 1, max: 20 }),
  answer: fc.option(fc.uint8Array({ maxLength: 4 }), { nil: undefined }),
});

interface Claim {
  readonly state: 'held' | 'free' | 'committed';
  readonly untilMs: number;
  readonly attempt: number;
  readonly guard?: number;
  readonly answer?: Uint8Array | undefined;
}

/** What the interface says, and nothing of how a server does it. */
class Model {
  readonly #claims = new Map<number, Claim>();

  step({ kind, guard, claim: id, nowMs, forMs, answer }: Step): BeginResult | undefined {
    const claim = this.#claims.get(id);
    const untilMs = nowMs + forMs;
    const isMine = claim?.state === 'held' && claim.guard === guard;
    if (kind === 'begin') return this.#begin(id, claim, guard, nowMs, untilMs);
    if (kind === 'abort' && isMine) this.#claims.set(id, { ...claim, state: 'free' });
    if (kind === 'renew' && isMine && claim.untilMs < untilMs) this.#claims.set(id, { ...claim, untilMs });
    if (kind === 'commit') {
      const earlierMs = claim?.state === 'committed' ? claim.untilMs : 0;
      const endMs = Math.max(untilMs, earlierMs);
      this.#claims.set(id, { state: 'committed', untilMs: endMs, attempt: 0, answer });
    }
    return undefined;
  }

  #begin(id: number, claim: Claim | undefined, guard: number, nowMs: number, untilMs: number): BeginResult {
    if (claim && claim.state !== 'free' && claim.untilMs > nowMs) {
      if (claim.state === 'held') return { state: 'in-flight', retryAfterMs: claim.untilMs - nowMs };
      return claim.answer ? { state: 'committed', answer: claim.answer } : { state: 'committed' };
    }
    const attempt = (claim?.attempt ?? 0) + 1;
    this.#claims.set(id, { state: 'held', untilMs, attempt, guard });
    return { state: 'begun', attempt };
  }
}

async function act(guard: ReplayGuard, step: Step): Promise<BeginResult | undefined> {
  const { kind, claim, nowMs, forMs, answer } = step;
  if (kind === 'begin') return guard.begin(identity(claim), nowMs, forMs);
  if (kind === 'renew') await guard.renew(identity(claim), nowMs, forMs);
  if (kind === 'abort') await guard.abort(identity(claim));
  if (kind === 'commit') await guard.commit(identity(claim), nowMs + forMs, answer, nowMs);
  return undefined;
}

async function isAsTheModel(openTwo: () => Promise<readonly ReplayGuard[]>, cases: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(STEP, { minLength: 1, maxLength: 40 }), async (steps) => {
      const guards = await openTwo();
      const model = new Model();
      for (const step of steps) {
        expect(await act(guards[step.guard] as ReplayGuard, step)).toEqual(model.step(step));
      }
    }),
    { numRuns: runs(cases) },
  );
}

describe('as a model', () => {
  let redis: RedisServer | undefined;
  let postgres: PostgresServer | undefined;
  let opened = 0;
  beforeAll(async () => {
    if (!leaveOutRedis) redis = await startRedis({ appendonly: 'no' });
    if (!leaveOutPostgres) postgres = await startPostgres();
  });
  afterAll(async () => {
    await redis?.close();
    await postgres?.close();
  });

  it('SQLite', () =>
    isAsTheModel(async () => {
      const query = sqliteQuery(new DatabaseSync(':memory:'));
      for (const statement of sqlReplayTable()) query(statement, []);
      return [0, 1].map(() => createSqlReplayGuard({ dialect: 'sqlite', query }));
    }, 2000));

  it.skipIf(leaveOutRedis)(`Redis${redisReason}`, async () => {
    const client = await (redis as RedisServer).nodeRedis();
    await isAsTheModel(async () => {
      const prefix = `${opened++}:`;
      return [0, 1].map(() => createRedisReplayGuard({ client, prefix }));
    }, 2000);
  });

  it.skipIf(leaveOutPostgres)(`PostgreSQL${postgresReason}`, async () => {
    const query = (postgres as PostgresServer).connect(2);
    for (const statement of sqlReplayTable()) await query(statement, []);
    await isAsTheModel(async () => {
      await query('DELETE FROM countersign_claims', []);
      return [0, 1].map(() => createSqlReplayGuard({ dialect: 'postgres', query }));
    }, 1000);
  });
});
