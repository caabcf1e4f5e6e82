/** What gates keep no longer goes by itself, a step at a time; the file gives the room back. */
import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { KeepRules } from '../../src/config/config.ts';
import { DAY } from '../../src/config/units.ts';
import { createRetention, type Retention, type RetentionOptions } from '../../src/keeping/retention.ts';
import { EVENT_ROW_BYTES } from '../../src/stores/event-store.ts';
import { openStore } from '../../src/stores/open-store.ts';
import type { Store } from '../../src/stores/store.ts';
import { event } from '../../src/testing/kept-events.ts';
import { NOW } from '../../src/testing/store-bench.ts';
import { later, temporaryDir } from '../harness.ts';

interface Bench {
  readonly store: Store;
  readonly retention: Retention;
  readonly warnings: string[];
  readonly path: string;
}

async function bench(keep: Partial<KeepRules>, now: () => number): Promise<Bench> {
  const path = join(temporaryDir(), 'store.db');
  const store = await openStore(path, { now });
  later(() => store.close());
  const warnings: string[] = [];
  const retention = createRetention({
    keepers: [{ name: 'gate', ...keep }, { name: 'other' }],
    events: store.events,
    upkeep: store.upkeep,
    now,
    log: {
      warn: (fields: object, message: string) => void warnings.push(`${message} ${JSON.stringify(fields)}`),
    },
  });
  later(() => retention.close());
  return { store, retention, warnings, path };
}

async function keepAll({ store }: Bench, count: number, bytes: number, stepMs: number): Promise<void> {
  const events = Array.from({ length: count }, (_, n) =>
    event(n, { receivedMs: NOW + n * stepMs, body: randomBytes(bytes) }),
  );
  for (let at = 0; at < count; at += 500)
    await Promise.all(events.slice(at, at + 500).map((kept) => store.events.keep(kept)));
}

async function sizeOf({ store, path }: Bench): Promise<number> {
  // The log is copied into the file when it is closed.
  await store.close();
  return statSync(path).size;
}

it('by age and by size, and the file gets shorter', async () => {
  const full = await bench({}, () => NOW + 10 * DAY);
  await keepAll(full, 800, 20_000, 1_000);
  await full.retention.sweep();
  const fullBytes = await sizeOf(full);
  const aged = await bench({ forMs: 10 * DAY - 700_000 }, () => NOW + 10 * DAY);
  await keepAll(aged, 800, 20_000, 1_000);
  await aged.retention.sweep();
  expect((await aged.store.events.totals())[0]?.number).toBe(100);
  expect(await sizeOf(aged)).toBeLessThan(fullBytes / 2);
  const sized = await bench({ maxBytes: 2_100_000 }, () => NOW + 10 * DAY);
  await keepAll(sized, 800, 20_000, 1_000);
  await sized.retention.sweep();
  expect((await sized.store.events.totals())[0]?.number).toBe(100);
  expect(await sizeOf(sized)).toBeLessThan(fullBytes / 2);
});

it('also where the sweep begins while it is looked whether there is too much', async () => {
  const sized = await bench({ maxBytes: 2_100_000 }, () => NOW + 10 * DAY);
  await keepAll(sized, 800, 20_000, 1_000);
  await Promise.all([sized.retention.look(), sized.retention.sweep(), sized.retention.look()]);
  expect((await sized.store.events.totals())[0]?.number).toBe(100);
  expect(await sizeOf(sized)).toBeLessThan(8_000_000);
});

it('those who write meanwhile are answered', async () => {
  const aged = await bench({ forMs: 1 }, () => NOW + 10 * DAY);
  await keepAll(aged, 3_000, 1_000, 1);
  let written = 0;
  let isOver = false;
  const writer = (async () => {
    for (let n = 10_000; !isOver; n++) {
      await aged.store.events.keep(event(n, { gate: 'other' }));
      written++;
    }
  })();
  await aged.retention.sweep();
  isOver = true;
  await writer;
  expect(written).toBeGreaterThan(10);
  expect((await aged.store.events.totals()).map(({ gate }) => gate)).toEqual(['other']);
});

it('what waits to be delivered stays for twice as long, and a week longer at least; then the log says so', async () => {
  let nowMs = NOW + 2 * DAY;
  const waiting = await bench({ forMs: DAY }, () => nowMs);
  const { events } = waiting.store;
  await events.keep(event(1), [], [{ destination: 'a' }]);
  await events.keep(event(2), [], []);
  await waiting.retention.sweep();
  expect((await events.list()).map(({ id }) => id)).toEqual([event(1).id]);
  expect(waiting.warnings).toEqual([]);
  nowMs = NOW + 9 * DAY;
  const later_ = createRetentionAt(waiting, () => nowMs);
  await later_.sweep();
  expect(await events.list()).toEqual([]);
  expect(waiting.warnings).toEqual([
    'events were dropped that were still to be delivered: they have waited for twice as long as the gate keeps them {"gate":"gate","events":1}',
  ]);
});

/** As a gateway that starts then has it. */
function createRetentionAt({ store, warnings }: Bench, now: () => number): Retention {
  const retention = createRetention({
    keepers: [{ name: 'gate', forMs: DAY }],
    events: store.events,
    upkeep: store.upkeep,
    now,
    log: {
      warn: (fields: object, message: string) => void warnings.push(`${message} ${JSON.stringify(fields)}`),
    },
  });
  later(() => retention.close());
  return retention;
}

it('a clock that jumps ahead makes nothing old', async () => {
  let nowMs = NOW + 1_000;
  const aged = await bench({ forMs: DAY }, () => nowMs);
  await keepAll(aged, 3, 10, 1);
  nowMs += 400 * DAY;
  await aged.retention.sweep();
  expect((await aged.store.events.totals())[0]?.number).toBe(3);
});

it('a store that takes nothing is left, and tried again', async () => {
  const aged = await bench({ forMs: 1 }, () => NOW + DAY);
  await keepAll(aged, 3, 10, 1);
  await aged.store.close();
  await aged.retention.sweep();
  await aged.retention.sweep();
  expect(aged.warnings).toHaveLength(1);
  expect(aged.warnings[0]).toMatch(/^what gates keep no longer could not be dropped; it is tried again /);
});

/** A store by number: each step drops so many at most, and with each commit so many come. */
function countingStore(start: number, { perStep, perCommit }: { perStep: number; perCommit: () => number }) {
  const seen = { number: start, most: start, steps: 0, mostSteps: 0 };
  let inCommit = 0;
  const events: RetentionOptions['events'] = {
    totals: async () => [{ gate: 'gate', number: seen.number, bodyBytes: 0 }],
    async drop({ maxBytes = 0 }) {
      if (inCommit++ === 0)
        queueMicrotask(() => {
          seen.mostSteps = Math.max(seen.mostSteps, inCommit);
          inCommit = 0;
          seen.number += perCommit();
          seen.most = Math.max(seen.most, seen.number);
        });
      seen.steps++;
      const dropped = Math.max(0, Math.min(perStep, seen.number - maxBytes / EVENT_ROW_BYTES));
      seen.number -= dropped;
      const isDone = dropped < perStep;
      return { dropped, droppedWaiting: 0, bytes: dropped, ...(!isDone && { next: 1 }) };
    },
  };
  return { seen, events };
}

function sweeperOf(events: RetentionOptions['events'], maxBytes: number): Retention {
  const retention = createRetention({
    keepers: [{ name: 'gate', maxBytes }],
    events,
    now: () => NOW,
    upkeep: { shrink: async () => false },
    log: { warn() {} },
  });
  later(() => retention.close());
  return retention;
}

describe('the pace', () => {
  it.each([
    ['of little', 5, 128, 1],
    ['of a saturated gate', 500, 128, 5],
    ['of steps that a slow disk keeps short', 500, 80, 8],
  ])('follows what comes: %s', async (_what, came, perStep, mostSteps) => {
    let commits = 0;
    const { seen, events } = countingStore(20_000, {
      perStep,
      // A sender who never stops would have the sweep never end.
      perCommit: () => (commits++ < 150 ? came : 0),
    });
    await sweeperOf(events, 10_000 * EVENT_ROW_BYTES).sweep();
    // What came with the last commit is the next sweep's.
    expect(seen.number).toBeLessThanOrEqual(10_000 + came);
    expect(seen.mostSteps).toBe(mostSteps);
    // Above what was there at the start: what came until the pace was that of the arrival.
    expect(seen.most).toBeLessThanOrEqual(20_000 + 2 * came);
  });

  it('is kept while more comes than there may be: it is above its bound by a few commits', async () => {
    let commits = 0;
    const perCommit = (): number => (commits++ < 500 ? 504 : 0);
    const { seen, events } = countingStore(1_000, { perStep: 128, perCommit });
    const retention = sweeperOf(events, 1_000 * EVENT_ROW_BYTES);
    while (commits < 500) {
      seen.number += perCommit();
      await retention.look();
    }
    expect(seen.most).toBeLessThanOrEqual(1_000 + 4 * 504);
  });

  it('is looked for where a gate has more than it may, and nowhere else', async () => {
    const { seen, events } = countingStore(1_000, { perStep: 128, perCommit: () => 0 });
    await sweeperOf(events, 1_000 * EVENT_ROW_BYTES).look();
    expect(seen.steps).toBe(0);
    await sweeperOf(events, 900 * EVENT_ROW_BYTES).look();
    expect(seen.number).toBe(900);
  });
});

it('a store that is full of writes takes the steps first, and is within its bound at the end', async () => {
  const sized = await bench({ maxBytes: 300 * 1_010 }, () => NOW);
  let isOver = false;
  const sweeping = (async () => {
    while (!isOver) await sized.retention.look().then(() => nextTurn());
    await sized.retention.sweep();
  })();
  for (let round = 0; round < 10; round++)
    await Promise.all(
      Array.from({ length: 500 }, (_, i) =>
        sized.store.events.keep(event(round * 500 + i, { body: Buffer.alloc(10) })),
      ),
    );
  isOver = true;
  await sweeping;
  expect((await sized.store.events.totals())[0]?.number).toBe(300);
});

it('a store that cannot be read is told of once, and asked again', async () => {
  const { store } = await bench({}, () => NOW);
  const gone = new DatabaseSync(':memory:');
  const read = gone.prepare('SELECT 1');
  gone.close();
  const warnings: unknown[] = [];
  const retention = createRetention({
    keepers: [{ name: 'gate', maxBytes: 1 }],
    events: { drop: (options) => store.events.drop(options), totals: async () => read.all() as never },
    upkeep: store.upkeep,
    now: () => NOW,
    log: { warn: (_: object, message: string) => void warnings.push(message) },
  });
  later(() => retention.close());
  await retention.look();
  await retention.look();
  expect(warnings).toEqual(['what gates keep no longer could not be dropped; it is tried again']);
});
