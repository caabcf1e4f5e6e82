/** Every replay guard of the gateway, under the one contract; and what the store's part of them is. */
import { randomBytes } from 'node:crypto';
import { MemoryReplayGuard, type ReplayGuard } from '@countersign/core';
import { testReplayGuard } from '@countersign/core/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isLong, longReason } from '../../../../scripts/effort.ts';
import { createClaimWriter } from '../../src/claims/claim-writer.ts';
import { learnEarlierClaims } from '../../src/claims/earlier-claims.ts';
import { createAnswerVault, MAX_STORED_ANSWER_BYTES } from '../../src/claims/first-answer.ts';
import { createRememberingGuard } from '../../src/claims/remembering-guard.ts';
import { createSealer } from '../../src/sealed/seal.ts';
import { openStore } from '../../src/stores/open-store.ts';
import type { Store } from '../../src/stores/store.ts';
import { StoreError } from '../../src/stores/store.ts';
import { createAskingGuard } from './asking-guard.ts';
import { LEASE, NOW, testGateGuard } from './gate-guard-contract.ts';

const HOUR = 3_600_000;
const SEALER = createSealer(randomBytes(32));

async function openMemory(): Promise<Store> {
  // Before all that the suite commits: nothing is purged.
  const store = await openStore(':memory:', { now: () => NOW - 24 * HOUR });
  onTestFinished(() => store.close());
  return store;
}

function remembering(
  store: Pick<Store, 'claims'>,
  { forgets = false, sealer = SEALER, maxClaims = 10_000 } = {},
) {
  const lost: unknown[] = [];
  const unfreed: unknown[] = [];
  const writer = createClaimWriter({ store: store.claims, onLost: (_, error) => lost.push(error) });
  const memory = new MemoryReplayGuard({
    maxClaims,
    maxAnswerBytes: 65_536,
    onGivenUp: (identity, nowMs) => writer.giveUp({ gate: 'g', identity, nowMs }),
  });
  const guard = createRememberingGuard({
    memory,
    forgets,
    store: {
      gate: 'g',
      claims: store.claims,
      writer,
      answers: createAnswerVault('g', sealer),
      onUnfreed: (error) => unfreed.push(error),
    },
  });
  return { guard, memory, writer, lost, unfreed };
}

async function learn({ claims }: Pick<Store, 'claims'>, memory: MemoryReplayGuard): Promise<void> {
  await learnEarlierClaims({
    claims,
    memories: new Map([['g', memory]]),
    nowMs: NOW,
    isStopped: () => false,
  });
}

const asking = (store: Store, nowMs = NOW) =>
  createAskingGuard({ gate: 'g', store, answers: createAnswerVault('g', SEALER), now: () => nowMs });

testReplayGuard({
  describe,
  it,
  name: 'the gateway’s, memory in front of SQLite',
  create: async () => remembering(await openMemory()).guard,
});

testReplayGuard({
  describe,
  it,
  name: 'the gateway’s, whose memory has forgotten what was committed',
  create: async (): Promise<ReplayGuard> => {
    const { guard, memory, writer } = remembering(await openMemory());
    return {
      begin: (identity, nowMs, leaseMs) => guard.begin(identity, nowMs, leaseMs),
      renew: (identity, nowMs, leaseMs) => guard.renew(identity, nowMs, leaseMs),
      abort: (identity) => guard.abort(identity),
      async commit(identity, untilMs, answer, freshUntilMs) {
        const own = identity.slice();
        await guard.commit(own, untilMs, answer, freshUntilMs);
        await writer.flush();
        memory.release(own);
      },
    };
  },
});

/** Thousands of claims take seconds where each is asked for. */
const OF_MANY = /5,000 claims|whatever the fill|full of claims/;

testReplayGuard({
  describe,
  it: (name, body) =>
    OF_MANY.test(name) ? it.skipIf(!isLong)(`${name}${longReason}`, body) : it(name, body),
  name: 'one that asks the store each time',
  create: async () => asking(await openMemory()),
});

testGateGuard('memory in front of SQLite', async () => {
  const store = await openMemory();
  const { guard, writer } = remembering(store);
  return {
    guard,
    async restarted() {
      await writer.flush();
      return remembering(store).guard;
    },
  };
});

testGateGuard('one that asks the store each time', async () => {
  const store = await openMemory();
  return { guard: asking(store), restarted: async () => asking(store, NOW + LEASE) };
});

const id = (n: number): Uint8Array => new Uint8Array(16).fill(n);

describe('a guard with the store behind', () => {
  it('knows what an earlier one committed, whether or not it was begun here', async () => {
    const store = await openMemory();
    const before = remembering(store);
    before.guard.commit(id(1), NOW + HOUR);
    await before.writer.flush();
    const after = remembering(store);
    expect(after.guard.begin(id(1), NOW + HOUR - 1, LEASE)).toEqual({ state: 'committed' });
    expect(after.guard.begin(id(1), NOW + HOUR, LEASE)).toEqual({ state: 'begun', attempt: 1 });
    expect(after.memory.size).toBe(1);
  });

  it('answers at once: the store is no promise', async () => {
    const { guard } = remembering(await openMemory());
    expect(guard.begin(id(1), NOW, LEASE)).toEqual({ state: 'begun', attempt: 1 });
  });

  it.each([
    [
      'throws',
      () => {
        throw new StoreError('failed', 'The disk is gone.');
      },
    ],
    ['rejects', () => Promise.reject(new StoreError('failed', 'The disk is gone.'))],
  ] as const)('begins nothing where the store %s', async (_, find) => {
    const store = await openMemory();
    const { guard, memory } = remembering({ claims: { ...store.claims, find } });
    expect(await guard.begin(id(1), NOW, LEASE)).toEqual({
      state: 'unavailable',
      problem: 'The disk is gone.',
    });
    expect(memory.size).toBe(0);
  });

  it('begins nothing once the store is closed', async () => {
    const store = await openMemory();
    const { guard } = remembering(store);
    await store.close();
    expect(guard.begin(id(1), NOW, LEASE)).toEqual({ state: 'unavailable', problem: 'The store is closed.' });
  });

  it('says in flight of what is stored ahead and under way, and frees it everywhere with an abort', async () => {
    const store = await openMemory();
    const { guard } = remembering(store);
    const claim = {
      identity: id(1),
      untilMs: NOW + HOUR,
      further: [{ identity: id(2), untilMs: NOW + HOUR }],
    };
    for (const n of [1, 2]) guard.begin(id(n), NOW, LEASE);
    await guard.storeAhead(claim);
    for (const n of [1, 2]) {
      expect(guard.begin(id(n), NOW, LEASE)).toMatchObject({ state: 'in-flight' });
      expect(remembering(store).guard.begin(id(n), NOW, LEASE)).toEqual({ state: 'committed' });
    }
    for (const n of [1, 2]) await guard.abort(id(n));
    for (const n of [1, 2]) {
      expect(guard.begin(id(n), NOW, LEASE)).toEqual({ state: 'begun', attempt: 2 });
      expect(remembering(store).guard.begin(id(n), NOW, LEASE)).toEqual({ state: 'begun', attempt: 1 });
    }
  });

  it('learns of a claim that is stored ahead and under way nothing: it is in flight, and an abort frees it', async () => {
    const store = await openMemory();
    const { guard, memory } = remembering(store);
    guard.begin(id(1), NOW, LEASE);
    await guard.storeAhead({ identity: id(1), untilMs: NOW + HOUR });
    await learn(store, memory);
    expect(guard.begin(id(1), NOW, LEASE)).toMatchObject({ state: 'in-flight' });
    await guard.abort(id(1));
    expect(guard.begin(id(1), NOW, LEASE)).toEqual({ state: 'begun', attempt: 2 });
  });

  it('keeps the first answer to what is learnt as well', async () => {
    const store = await openMemory();
    const { guard, memory, writer } = remembering(store);
    guard.commit(id(1), NOW + HOUR, Uint8Array.of(7));
    await writer.flush();
    await learn(store, memory);
    expect(memory.begin(id(1), NOW, LEASE)).toEqual({ state: 'committed', answer: Uint8Array.of(7) });
  });

  it('takes a claim for a repeat, and tells, where it could not be freed in the store', async () => {
    const store = await openMemory();
    const failing = { ...store.claims, release: () => Promise.reject(new Error('full')) };
    const { guard, unfreed } = remembering({ claims: failing });
    guard.begin(id(1), NOW, LEASE);
    await guard.storeAhead({ identity: id(1), untilMs: NOW + HOUR });
    await guard.abort(id(1));
    expect(unfreed).toEqual([new Error('full')]);
    expect(guard.begin(id(1), NOW, LEASE)).toEqual({ state: 'committed' });
  });

  it('writes nothing of what the outcome has stored for as long, and what is held for longer', async () => {
    const store = await openMemory();
    const written: number[] = [];
    const remember: Store['claims']['remember'] = async ({ untilMs }) => void written.push(untilMs - NOW);
    const { guard, writer } = remembering({ claims: { ...store.claims, remember } });
    for (const longer of [0, 5]) {
      guard.begin(id(longer), NOW, LEASE);
      guard.leaveToOutcome({ identity: id(longer), untilMs: NOW + 10 });
      guard.commit(id(longer), NOW + 10 + longer);
    }
    guard.commit(id(9), NOW + 20.5);
    await writer.flush();
    expect(written).toEqual([15, 21]);
  });

  it('forgets at once where repeats run, and counts no failure', async () => {
    const store = await openMemory();
    const { guard, writer } = remembering(store, { forgets: true });
    for (let run = 0; run < 3; run++) {
      expect(guard.begin(id(1), NOW, LEASE)).toEqual({ state: 'begun', attempt: 1 });
      guard.commit(id(1), NOW + HOUR);
    }
    await writer.flush();
    expect(await store.claims.find('g', id(1), NOW)).toBeUndefined();
  });

  it('releases a claim at an operator’s word, here and in the store', async () => {
    const store = await openMemory();
    const { guard } = remembering(store);
    guard.commit(id(1), NOW + HOUR);
    expect(await guard.release(id(1))).toBe(true);
    expect(await guard.release(id(1))).toBe(false);
    expect(guard.begin(id(1), NOW, LEASE)).toEqual({ state: 'begun', attempt: 1 });
    expect(await guard.release(id(1))).toBe(false);
  });
});

describe('a guard with the store behind that is full', () => {
  const ends = (nowMs: number) => [nowMs + 24 * HOUR, undefined, nowMs + HOUR] as const;

  it('gives up in the store what it gives up here, and nothing of which a copy is fresh', async () => {
    const store = await openMemory();
    const { guard, writer, memory, lost } = remembering(store, { maxClaims: 32 });
    for (let n = 0; n < 32; n++) guard.commit(id(n), ...ends(NOW + n));
    const nowMs = NOW + 2 * HOUR;
    for (let n = 100; n < 132; n++) {
      expect(await guard.begin(id(n), nowMs, LEASE)).toMatchObject({ state: 'begun' });
      guard.commit(id(n), ...ends(nowMs));
    }
    await writer.flush();
    const left: number[] = [];
    for await (const { identity, freshUntilMs } of store.claims.list(nowMs)) {
      left.push(identity[0] ?? -1);
      expect(freshUntilMs).toBe(nowMs + HOUR);
    }
    expect(left).toEqual(Array.from({ length: 32 }, (_, n) => 100 + n));
    expect(memory.size).toBe(32);
    expect(lost).toEqual([]);
    expect(await guard.begin(id(200), nowMs, LEASE)).toEqual({ state: 'full' });
  });

  it('knows after a restart what may be forgotten: it refuses nobody for it', async () => {
    const store = await openMemory();
    const before = remembering(store, { maxClaims: 32 });
    for (let n = 0; n < 32; n++) before.guard.commit(id(n), ...ends(NOW));
    await before.writer.flush();
    const after = remembering(store, { maxClaims: 32 });
    await learn(store, after.memory);
    expect(await after.guard.begin(id(99), NOW + HOUR - 1, LEASE)).toEqual({ state: 'full' });
    expect(await after.guard.begin(id(99), NOW + 2 * HOUR, LEASE)).toMatchObject({ state: 'begun' });
  });

  it('writes anew what the outcome has stored with an earlier end of freshness', async () => {
    const store = await openMemory();
    const { guard, writer } = remembering(store);
    for (const n of [1, 2]) {
      await guard.begin(id(n), NOW, LEASE);
      guard.leaveToOutcome({ identity: id(n), untilMs: NOW + 24 * HOUR, freshUntilMs: NOW + n });
      guard.commit(id(n), NOW + 24 * HOUR, undefined, NOW + 2);
    }
    await writer.flush();
    const written: number[] = [];
    for await (const { identity } of store.claims.list(NOW)) written.push(identity[0] ?? -1);
    expect(written).toEqual([1]);
  });

  it('loses nothing where the store does not give up: the id is known until its end', async () => {
    const store = await openMemory();
    const failing = { ...store.claims, giveUp: () => Promise.reject(new Error('full')) };
    const { guard, writer, lost } = remembering({ claims: failing }, { maxClaims: 1 });
    guard.commit(id(1), ...ends(NOW));
    expect(await guard.begin(id(2), NOW + 2 * HOUR, LEASE)).toMatchObject({ state: 'begun' });
    await writer.flush();
    expect(lost).toEqual([]);
    expect(await guard.begin(id(1), NOW + 2 * HOUR, LEASE)).toEqual({ state: 'committed' });
  });
});

describe('a first answer', () => {
  const commit = async (store: Store, answer: Uint8Array, sealer = SEALER): Promise<void> => {
    const { guard, writer } = remembering(store, { sealer });
    guard.commit(id(1), NOW + HOUR, answer);
    await writer.flush();
  };

  it('is in the store, encrypted for its gate and claim', async () => {
    const store = await openMemory();
    const answer = Buffer.from('{"result":"a secret"}');
    await commit(store, answer);
    const sealed = (await store.claims.find('g', id(1), NOW))?.answer ?? new Uint8Array();
    expect(sealed.length).toBeGreaterThan(answer.length);
    expect(Buffer.from(sealed).includes('secret')).toBe(false);
    expect(createAnswerVault('g', SEALER).open(id(1), sealed)).toEqual(answer);
    expect(createAnswerVault('other', SEALER).open(id(1), sealed)).toBeUndefined();
    expect(createAnswerVault('g', SEALER).open(id(2), sealed)).toBeUndefined();
  });

  it('that was stored under another key is none: the repeat is one still', async () => {
    const store = await openMemory();
    await commit(store, Uint8Array.of(1), createSealer(randomBytes(32)));
    expect(remembering(store).guard.begin(id(1), NOW, LEASE)).toEqual({ state: 'committed' });
  });

  it('is not stored without a store key, nor beyond 64 KiB; its claim is', async () => {
    for (const { size, sealer, isStored } of [
      { size: MAX_STORED_ANSWER_BYTES, sealer: SEALER, isStored: true },
      { size: MAX_STORED_ANSWER_BYTES + 1, sealer: SEALER, isStored: false },
      { size: 1, sealer: undefined, isStored: false },
    ]) {
      const store = await openMemory();
      const vault = createAnswerVault('g', sealer);
      const answer = vault.seal(id(1), new Uint8Array(size));
      expect(answer !== undefined).toBe(isStored);
      await store.claims.remember({
        gate: 'g',
        identity: id(1),
        untilMs: NOW + HOUR,
        ...(answer && { answer }),
      });
      expect(await store.claims.find('g', id(1), NOW)).toMatchObject({ untilMs: NOW + HOUR });
    }
  });
});
