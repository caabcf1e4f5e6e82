/** How keys are used, counted by gateways that share a store: books over the same records, with clocks of their own. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openKeyUseBook } from '../../src/gates/open-key-uses.ts';
import { ProofCounts } from '../../src/metrics/verdict-counts.ts';
import { openStore } from '../../src/stores/open-store.ts';
import type { RecordStore } from '../../src/stores/record-store.ts';
import { later } from '../harness.ts';

const DAY_MS = 86_400_000;
const START_MS = Date.parse('2026-11-27T12:00:00Z');
const IDS = ['a', 'b', 'c'] as const;

/** What time it is for a gateway. */
interface Clock {
  nowMs: number;
  monotonicMs: number;
}

async function openRecords(): Promise<RecordStore> {
  // Its clock is nobody's: no record ends.
  const store = await openStore(':memory:', { now: () => START_MS });
  later(() => store.close());
  return store.records;
}

async function openGateway(records: RecordStore, clock: Clock, ids: readonly string[] = IDS) {
  const log: string[] = [];
  const note = (_: object, text = ''): void => void log.push(text);
  const book = await openKeyUseBook({
    records,
    now: () => clock.nowMs,
    monotonicMs: () => clock.monotonicMs,
    log: { info: note, warn: note },
  });
  later(() => book.close());
  const counts = new ProofCounts();
  book.open('hook', counts, () => ids);
  const uses = book.of('hook');
  if (uses === undefined) throw new Error('the gate was opened');
  return {
    log,
    book,
    uses,
    clock,
    use: (keyId: string, reading?: string) =>
      counts.count({ keyId, ...(reading !== undefined && { reading }), evidence: { nowMs: clock.nowMs } }),
    of: (keyId: string) => uses.of(keyId, clock.nowMs),
  };
}

const clockAt = (nowMs = START_MS): Clock => ({ nowMs, monotonicMs: 1_000 });

describe('what gateways on one store have counted', () => {
  it('is added up, by key and reading, and read by each', async () => {
    const records = await openRecords();
    const [a, b] = [await openGateway(records, clockAt()), await openGateway(records, clockAt())];
    a.use('a', 'v1');
    a.use('a', 'v2');
    b.use('a', 'v1');
    await Promise.all([a.book.write(), b.book.write()]);
    await Promise.all([a.uses.read(), b.uses.read()]);
    for (const { of } of [a, b]) {
      expect(of('a')).toMatchObject({ hits: 3, hitsLastHour: 3, hitsLastDay: 3, lastMs: START_MS });
      expect(of('a').ways.toSorted((x, y) => x.hits - y.hits)).toMatchObject([
        { reading: 'v2', hits: 1 },
        { reading: 'v1', hits: 2 },
      ]);
    }
    expect([a.of('a').ownHits, b.of('a').ownHits]).toEqual([2, 1]);
  });

  it('is there for one that starts later, which is told for how long they have watched', async () => {
    const records = await openRecords();
    const a = await openGateway(records, clockAt());
    a.use('a');
    await a.book.close();
    const b = await openGateway(records, clockAt(START_MS + 2 * DAY_MS));
    expect(b.of('a')).toMatchObject({ hits: 1, unusedMs: 2 * DAY_MS, watchedMs: 2 * DAY_MS });
    expect(b.of('b')).toMatchObject({ hits: 0, unusedMs: undefined, watchedMs: 2 * DAY_MS });
  });

  it('is forgotten by all with the key that one of them removes', async () => {
    const records = await openRecords();
    const [a, b] = [await openGateway(records, clockAt()), await openGateway(records, clockAt())];
    a.use('a');
    a.use('b');
    await a.book.write();
    await b.uses.forget('a');
    await Promise.all([a.uses.read(), b.uses.read()]);
    expect([a.of('a').hits, b.of('a').hits, a.of('b').hits, b.of('b').hits]).toEqual([0, 0, 1, 1]);
  });

  it('stays of keys that another gateway’s configuration does not have', async () => {
    const records = await openRecords();
    const a = await openGateway(records, clockAt());
    const b = await openGateway(records, clockAt(), ['b']);
    a.use('a');
    await a.book.write();
    b.use('b');
    await b.book.write();
    await a.uses.read();
    expect([a.of('a').hits, a.of('b').hits]).toEqual([1, 1]);
  });

  it('of more keys than a record holds is kept of those of the gate', async () => {
    const records = await openRecords();
    const others = Array.from({ length: 400 }, (_, i) => `other-${i}-${'x'.repeat(150)}`);
    const a = await openGateway(records, clockAt(), others);
    for (const id of others) a.use(id);
    await a.book.write();
    const b = await openGateway(records, clockAt(START_MS + 1), ['b']);
    await b.book.write();
    await a.uses.read();
    await b.uses.read();
    expect(b.of('b').watchedMs).toBe(0);
    expect(a.of('b').sinceMs).toBe(START_MS + 1);
    expect(others.filter((id) => b.of(id).hits === 1).length).toBeGreaterThan(50);
    expect([...a.log, ...b.log]).toEqual([]);
  });
});

describe('a store that fails', () => {
  it('is told of once, and what was counted meanwhile is added when it works again', async () => {
    const records = await openRecords();
    let isBroken = false;
    const failing: RecordStore = {
      ...records,
      get: (space, key) => (isBroken ? Promise.reject(new Error('gone')) : records.get(space, key)),
      put: (write) => records.put(write),
      list: (space) => records.list(space),
    };
    const a = await openGateway(failing, clockAt());
    const b = await openGateway(records, clockAt());
    a.use('a');
    await a.book.write();
    isBroken = true;
    a.use('a');
    await a.book.write();
    a.use('a');
    await a.book.write();
    a.clock.monotonicMs += 20_000;
    await a.uses.read();
    expect(a.uses.unreadMs).toBe(20_000);
    expect(a.of('a').hits).toBe(3);
    await a.uses.forget('b');
    isBroken = false;
    await a.book.write();
    await b.uses.read();
    expect(b.of('a').hits).toBe(3);
    expect(a.log).toEqual([
      'how keys are used is not stored at present: other gateways on the store, and a restart, do not know of it',
      'how a key was used that is removed now stays in the store: a new one of its id begins with that',
      'how keys are used is stored again',
    ]);
  });

  it('that does not answer is waited for a second', async () => {
    const records = await openRecords();
    const hanging: RecordStore = {
      get: () => new Promise(() => {}),
      put: (write) => records.put(write),
      list: (space) => records.list(space),
    };
    const log = { info() {}, warn() {} };
    const book = await openKeyUseBook({ records: hanging, now: Date.now, monotonicMs: Date.now, log });
    book.open('hook', new ProofCounts(), () => IDS);
    const beganMs = performance.now();
    await book.of('hook')?.read();
    expect(performance.now() - beganMs).toBeGreaterThan(900);
    // What was there at the start is what it knows.
    expect(book.of('hook')?.unreadMs).toBeGreaterThan(900);
  });

  it('with a record that none of us has written has counted nothing', async () => {
    const records = await openRecords();
    const a = await openGateway(records, clockAt());
    await a.book.write();
    for await (const { key, version } of records.list('key-uses'))
      await records.put({ space: 'key-uses', key, version, bytes: Buffer.from('{"v":9') });
    const b = await openGateway(records, clockAt(START_MS + 2 * DAY_MS));
    expect(b.of('a')).toMatchObject({ hits: 0, watchedMs: 0 });
  });
});

type Step =
  | { readonly kind: 'use'; readonly at: 0 | 1; readonly key: (typeof IDS)[number] }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'set'; readonly at: 0 | 1; readonly byMs: number }
  | { readonly kind: 'write' | 'read'; readonly at: 0 | 1 };

const at = fc.constantFrom<0 | 1>(0, 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('use'), at, key: fc.constantFrom(...IDS) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('pass'), ms: fc.integer({ min: 0, max: DAY_MS }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('set'),
      at,
      byMs: fc.integer({ min: -3 * DAY_MS, max: 3 * DAY_MS }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('write', 'read'), at }) },
);

it('whatever two gateways count, and whatever their clocks do, no use within a day that was written is missed, and both come to the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
      const store = await openStore(':memory:', { now: () => START_MS });
      const gateways = [
        await openGateway(store.records, clockAt()),
        await openGateway(store.records, clockAt()),
      ] as const;
      let passedMs = 0;
      /** When each key was used last, by the time that passes: as each gateway has counted it, and as the store knows. */
      const counted: [Map<string, number>, Map<string, number>] = [new Map(), new Map()];
      const written = new Map<string, number>();
      const hits = new Map<string, number>();
      const look = (): void => {
        for (const id of IDS)
          for (const [i, { of }] of gateways.entries()) {
            const lastMs = Math.max(
              counted[i === 0 ? 0 : 1].get(id) ?? -1,
              readBy[i === 0 ? 0 : 1].get(id) ?? -1,
            );
            const { unusedMs, watchedMs } = of(id);
            if (lastMs >= 0 && passedMs - lastMs < DAY_MS) expect(unusedMs).toBeLessThan(DAY_MS);
            expect(watchedMs).toBeLessThanOrEqual(passedMs);
          }
      };
      const readBy: [Map<string, number>, Map<string, number>] = [new Map(), new Map()];
      for (const each of steps) {
        if (each.kind === 'use') {
          gateways[each.at].use(each.key);
          counted[each.at].set(each.key, passedMs);
          hits.set(each.key, (hits.get(each.key) ?? 0) + 1);
        } else if (each.kind === 'pass') {
          passedMs += each.ms;
          for (const { clock } of gateways) {
            clock.nowMs += each.ms;
            clock.monotonicMs += each.ms;
          }
        } else if (each.kind === 'set') gateways[each.at].clock.nowMs += each.byMs;
        else if (each.kind === 'write') {
          await gateways[each.at].book.write();
          for (const [id, ms] of counted[each.at]) written.set(id, Math.max(ms, written.get(id) ?? 0));
        } else {
          await gateways[each.at].uses.read();
          readBy[each.at] = new Map(written);
        }
        look();
      }
      for (const { book } of gateways) await book.write();
      for (const { uses } of gateways) await uses.read();
      for (const id of IDS) for (const { of } of gateways) expect(of(id).hits).toBe(hits.get(id) ?? 0);
      expect(gateways.map(({ of }) => IDS.map((id) => of(id).lastMs))).toSatisfy(
        ([a, b]) => JSON.stringify(a) === JSON.stringify(b),
      );
      await store.close();
    }),
    { numRuns: 60 },
  );
});
