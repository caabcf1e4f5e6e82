/** What gates keep no longer goes by itself, a step at a time; the file gives the room back. */
import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { KeepConfig } from '../../src/config/config.ts';
import { DAY } from '../../src/config/units.ts';
import { createRetention, type Retention } from '../../src/keeping/retention.ts';
import { openStore } from '../../src/stores/open-store.ts';
import type { Store } from '../../src/stores/store.ts';
import { event } from '../../src/testing/kept-events.ts';
import { NOW } from '../../src/testing/store-bench.ts';
import { later, temporaryDir } from '../harness.ts';

const MASK = { headers: [], members: [] };

interface Bench {
  readonly store: Store;
  readonly retention: Retention;
  readonly warnings: string[];
  readonly path: string;
}

async function bench(keep: Partial<KeepConfig>, now: () => number): Promise<Bench> {
  const path = join(temporaryDir(), 'store.db');
  const store = await openStore(path, { now });
  later(() => store.close());
  const warnings: string[] = [];
  const retention = createRetention({
    gates: [
      { name: 'gate', outcome: { kind: 'keep', deliver: [], isHashOnly: false, mask: MASK, ...keep } },
      { name: 'other', outcome: { kind: 'respond', status: 200, body: '' } },
    ],
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

it('no step holds the loop, and those who write meanwhile are answered', async () => {
  const aged = await bench({ forMs: 1 }, () => NOW + 10 * DAY);
  await keepAll(aged, 3_000, 1_000, 1);
  let longestMs = 0;
  let written = 0;
  let isOver = false;
  const writer = (async () => {
    for (let n = 10_000; !isOver; n++) {
      const startMs = performance.now();
      await aged.store.events.keep(event(n, { gate: 'other' }));
      longestMs = Math.max(longestMs, performance.now() - startMs);
      written++;
    }
  })();
  await aged.retention.sweep();
  isOver = true;
  await writer;
  expect(written).toBeGreaterThan(10);
  expect(longestMs).toBeLessThan(1_000);
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
    gates: [
      { name: 'gate', outcome: { kind: 'keep', deliver: [], isHashOnly: false, mask: MASK, forMs: DAY } },
    ],
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
