/** Leases of claims in PostgreSQL: the guard over them under every contract, and what they cost and promise. */
import { MemoryReplayGuard } from '@countersign/core';
import { testReplayGuard } from '@countersign/core/testing';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { isLong, longReason, runs } from '../../../../../scripts/effort.ts';
import { createAnswerVault } from '../../../src/claims/first-answer.ts';
import type { GateGuard } from '../../../src/claims/gate-guard.ts';
import { BehindAnswers, createSharedGuard } from '../../../src/claims/shared-guard.ts';
import { LeasedClaims } from '../../../src/claims/store-claims.ts';
import { LEASE, NOW, testGateGuard } from '../../claims/gate-guard-contract.ts';
import { SEALER } from '../../redis/links.ts';
import { leaveOutPostgres, postgresDatabases, postgresReason } from '../../support/postgres-databases.ts';
import { type OpenLeases, openLeases } from '../../support/postgres-leases.ts';

/** Thousands of claims take seconds where each is asked for. */
const OF_MANY = /5,000 claims|whatever the fill|full of claims|of two commits|what is under way, and/;
const HOUR = 3_600_000;
const KEY = (n: number): string => n.toString(16).padStart(32, '0');

function guardOver({ leases, claims }: OpenLeases, { gate, accepts }: { gate: string; accepts: boolean }) {
  const log = { warn() {}, info() {}, error() {} };
  const behind = new BehindAnswers();
  const guard: GateGuard = createSharedGuard({
    claims: new LeasedClaims(gate, { claims, leases, log, monotonicMs: () => performance.now() }),
    memory: accepts ? new MemoryReplayGuard({ maxClaims: 10_000, maxAnswerBytes: 65_536 }) : undefined,
    answers: createAnswerVault(gate, SEALER),
    now: () => NOW,
    onUnchecked() {},
    behind,
  });
  return { guard, behind };
}

describe.skipIf(leaveOutPostgres)(`leases in PostgreSQL${postgresReason}`, () => {
  const databases = postgresDatabases();
  const lease = (owner: string, nowMs = NOW, ms = LEASE) => ({ owner, nowMs, untilMs: nowMs + ms });
  let shared: string | undefined;
  let gates = 0;
  /** Of one database: each guard has a gate of its own. */
  const openShared = async (now?: () => number) => {
    shared ??= await databases.create();
    return openLeases(shared, now && { now });
  };

  for (const accepts of [false, true]) {
    const name = accepts ? 'with a memory in front' : 'asked alone';
    testReplayGuard({
      describe,
      it: (title, body) =>
        OF_MANY.test(title) ? it.skipIf(!isLong)(`${title}${longReason}`, body) : it(title, body),
      name: `the gateway’s, PostgreSQL ${name}`,
      create: async () => guardOver(await openShared(), { gate: `g${gates++}`, accepts }).guard,
    });

    testGateGuard(`PostgreSQL ${name}`, async () => {
      let nowMs = NOW;
      const settings = { gate: `g${gates++}`, accepts };
      const open = async () => guardOver(await openShared(() => nowMs), settings);
      const { guard, behind } = await open();
      return {
        guard,
        async restarted() {
          await behind.settled();
          nowMs = NOW + LEASE;
          return (await open()).guard;
        },
      };
    });
  }

  it('cost one statement a begin and one a commit, and share them with what comes meanwhile', async () => {
    const { leases, sent } = await openLeases(await databases.create());
    const gate = leases.ofGate('g');
    expect(await gate.begin(KEY(0), lease('a'))).toEqual({ state: 'begun', attempt: 1 });
    expect(sent()).toBe(1);
    await gate.commit(KEY(0), { untilMs: NOW + HOUR, nowMs: NOW, answer: undefined });
    expect(sent()).toBe(2);
    const keys = Array.from({ length: 200 }, (_, n) => KEY(n + 1));
    const begun = await Promise.all(keys.map((key) => gate.begin(key, lease('a'))));
    expect(begun.every(({ state }) => state === 'begun')).toBe(true);
    expect(sent()).toBeLessThanOrEqual(4);
    await Promise.all(
      keys.map((key) => gate.commit(key, { untilMs: NOW + HOUR, nowMs: NOW, answer: undefined })),
    );
    expect(sent()).toBeLessThanOrEqual(7);
  });

  it('write nothing for repeats, and ask once for copies that come together', async () => {
    const { leases, database, sent } = await openLeases(await databases.create());
    const gate = leases.ofGate('g');
    const together = await Promise.all(['a', 'b', 'c'].map((owner) => gate.begin(KEY(1), lease(owner))));
    expect(together).toEqual([
      { state: 'begun', attempt: 1 },
      { state: 'in-flight', retryAfterMs: LEASE },
      { state: 'in-flight', retryAfterMs: LEASE },
    ]);
    expect(sent()).toBe(1);
    const version = async () =>
      (await database.query('SELECT xmin::text, xmax::text, ctid::text FROM countersign.claims'))[0];
    const before = await version();
    expect(await gate.begin(KEY(1), lease('d', NOW + 1))).toEqual({
      state: 'in-flight',
      retryAfterMs: LEASE - 1,
    });
    expect(await version()).toEqual(before);
    await gate.commit(KEY(1), { untilMs: NOW + HOUR, nowMs: NOW, answer: Uint8Array.of(7) });
    const committed = await version();
    expect(await gate.begin(KEY(1), lease('e'))).toMatchObject({ state: 'committed', answer: { 0: 7 } });
    expect(await version()).toEqual(committed);
  });

  it('are shown by the store as claims once they are committed, or stored ahead and over, and not before', async () => {
    const address = await databases.create();
    const nowMs = Date.now();
    const { leases, claims } = await openLeases(address);
    const gate = leases.ofGate('g');
    const identity = Buffer.from(KEY(1), 'hex');
    const shown = async (atMs: number) => {
      const listed: number[] = [];
      for await (const { untilMs } of claims.list(atMs)) listed.push(untilMs);
      return [(await claims.find('g', identity, atMs))?.untilMs, listed];
    };
    await gate.begin(KEY(1), lease('a', nowMs));
    expect(await gate.storeAhead(KEY(1), { owner: 'a', untilMs: nowMs + HOUR })).toBe(true);
    expect(await shown(nowMs)).toEqual([undefined, []]);
    expect(await claims.release('g', identity)).toBe(false);
    expect(await claims.giveUp('g', identity, nowMs + 2 * HOUR)).toBe(false);
    expect(await shown(nowMs + LEASE)).toEqual([nowMs + HOUR, [nowMs + HOUR]]);
    await gate.commit(KEY(1), { untilMs: nowMs + HOUR + 1, nowMs, answer: undefined });
    expect(await shown(nowMs)).toEqual([nowMs + HOUR + 1, [nowMs + HOUR + 1]]);
    expect(await claims.release('g', identity)).toBe(true);
    expect(await gate.begin(KEY(1), lease('b', nowMs))).toEqual({ state: 'begun', attempt: 1 });
  });

  it('take for committed what the store held before', async () => {
    const nowMs = Date.now();
    const { leases, claims } = await openLeases(await databases.create());
    await claims.remember({ gate: 'g', identity: Buffer.from(KEY(1), 'hex'), untilMs: nowMs + HOUR });
    const gate = leases.ofGate('g');
    expect(await gate.begin(KEY(1), lease('a', nowMs))).toEqual({ state: 'committed' });
    expect(await gate.begin(KEY(1), lease('a', nowMs + HOUR))).toEqual({ state: 'begun', attempt: 1 });
  });

  it('are changed by their owners alone', async () => {
    const { leases } = await openLeases(await databases.create());
    const gate = leases.ofGate('g');
    await gate.begin(KEY(1), lease('a'));
    await gate.renew(KEY(1), lease('b', NOW, HOUR));
    await gate.abort(KEY(1), 'b');
    expect(await gate.storeAhead(KEY(1), { owner: 'b', untilMs: NOW + HOUR })).toBe(false);
    expect(await gate.begin(KEY(1), lease('b', NOW + 1))).toMatchObject({ state: 'in-flight' });
    expect(await gate.begin(KEY(1), lease('b', NOW + LEASE))).toEqual({ state: 'begun', attempt: 2 });
    await gate.abort(KEY(1), 'a');
    expect(await gate.begin(KEY(1), lease('a', NOW + LEASE))).toMatchObject({ state: 'in-flight' });
    await gate.abort(KEY(1), 'b');
    expect(await gate.begin(KEY(1), lease('a', NOW + LEASE))).toEqual({ state: 'begun', attempt: 3 });
  });

  it('are deleted a day after they came to nothing, and claims once they have ended', async () => {
    const DAY = 24 * HOUR;
    const nowMs = Date.now();
    const { leases, claims, database } = await openLeases(await databases.create());
    const gate = leases.ofGate('g');
    const beganMs = nowMs - DAY - LEASE - 120_000;
    await gate.begin(KEY(1), lease('a', beganMs));
    await gate.begin(KEY(2), lease('a', beganMs));
    await gate.storeAhead(KEY(2), { owner: 'a', untilMs: nowMs });
    await gate.begin(KEY(3), lease('a', beganMs));
    await gate.commit(KEY(3), { untilMs: nowMs - 120_000, nowMs, answer: undefined });
    await gate.begin(KEY(4), lease('a', nowMs - HOUR));
    expect(await claims.purge()).toBe(2);
    const rows = await database.query(
      `SELECT encode(identity, 'hex') AS key FROM countersign.claims ORDER BY identity`,
    );
    expect(rows.map(({ key }) => key)).toEqual([KEY(2), KEY(4)]);
  });

  it('never run one claim twice at a time, nor block each other, whatever two gateways do', async () => {
    const address = await databases.create();
    const gateways = [await openLeases(address), await openLeases(address)];
    let round = 0;
    const steps = fc.array(fc.tuple(fc.nat(1), fc.nat(3), fc.constantFrom('commit', 'abort', 'renew')), {
      minLength: 20,
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const base = 1000 * ++round;
        const running = new Set<number>();
        const committed = new Set<number>();
        await Promise.all(
          all.map(async ([at, n, end], i) => {
            const gate = gateways[at]?.leases.ofGate('g');
            if (gate === undefined) throw new Error('there are two');
            const key = KEY(base + n);
            const owner = `${at}.${i}`;
            const { state } = await gate.begin(key, lease(owner));
            if (state !== 'begun') return;
            expect(running.has(n) || committed.has(n)).toBe(false);
            running.add(n);
            if (end === 'renew') await gate.renew(key, lease(owner, NOW, HOUR));
            running.delete(n);
            if (end === 'commit') {
              committed.add(n);
              await gate.commit(key, { untilMs: NOW + HOUR, nowMs: NOW, answer: undefined });
            } else await gate.abort(key, owner);
          }),
        );
      }),
      { numRuns: runs(200) },
    );
  });

  it('refuse at once while the server is away, and go on by themselves once it is back', async () => {
    const { leases } = await openLeases(await databases.create());
    const gate = leases.ofGate('g');
    const changes: string[] = [];
    leases.watch({ onDown: (problem) => changes.push(problem), onUp: () => changes.push('up') });
    await gate.begin(KEY(1), lease('a'));
    await gate.commit(KEY(1), { untilMs: NOW + HOUR, nowMs: NOW, answer: undefined });
    await gate.begin(KEY(2), lease('a'));
    await databases.crash(async () => {
      await expect(gate.begin(KEY(3), lease('a'))).rejects.toThrow(/^PostgreSQL cannot be reached/);
      expect(leases.fault()).toMatch(/^PostgreSQL cannot be reached/);
      const beganMs = performance.now();
      for (let n = 0; n < 100; n++)
        await expect(gate.begin(KEY(3), lease('a'))).rejects.toThrow(/^PostgreSQL cannot be reached/);
      expect(performance.now() - beganMs).toBeLessThan(5_000);
    });
    await vi.waitFor(() => expect(leases.fault()).toBeUndefined(), { timeout: 60_000, interval: 20 });
    expect(changes).toEqual([expect.stringMatching(/^PostgreSQL cannot be reached/), 'up']);
    expect(await gate.begin(KEY(1), lease('b'))).toEqual({ state: 'committed' });
    expect(await gate.begin(KEY(2), lease('b'))).toMatchObject({ state: 'in-flight' });
    expect(await gate.begin(KEY(3), lease('b'))).toMatchObject({ state: 'begun' });
  }, 120_000);
});
