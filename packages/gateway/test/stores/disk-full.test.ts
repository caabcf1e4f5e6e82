/** A disk that is full: refused requests go before an event is refused, nothing is half written, and it is over without a restart. */
import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type OpenStoreOptions, openStore } from '../../src/stores/open-store.ts';
import type { Store } from '../../src/stores/store.ts';
import { event } from '../../src/testing/kept-events.ts';
import { later, temporaryDir } from '../harness.ts';
import { canMount, mountReason, smallDisk } from '../support/small-disk.ts';

const MADE =
  'the disk is full: the refused requests that were kept are deleted, so that events still find room';

async function refuse(store: Store, count: number): Promise<void> {
  for (let n = 0; n < count; n += 4) {
    const four = [n, n + 1, n + 2, n + 3].map((id) => ({
      id: `r${id}`,
      gate: 'gate',
      receivedMs: Date.now(),
      untilMs: Date.now() + 3_600_000,
      head: randomBytes(200),
      body: randomBytes(40_000),
    }));
    await store.refused.keep(four, () => ({ atMost: 10_000, maxBytes: 100_000_000 }));
  }
}

/** Keeps events until one is refused. @returns how many were kept */
async function fill(store: Store, from = 0): Promise<number> {
  for (let n = from; ; n++) {
    try {
      await store.events.keep(event(n, { body: randomBytes(20_000) }));
    } catch (error) {
      expect(error).toMatchObject({ name: 'StoreError', code: 'failed' });
      return n;
    }
  }
}

async function open(
  path: string,
  options: OpenStoreOptions = {},
): Promise<{ store: Store; problems: string[] }> {
  const problems: string[] = [];
  const store = await openStore(path, { ...options, onProblem: (message) => void problems.push(message) });
  later(() => store.close());
  return { store, problems };
}

it('of a file that may not grow, events get the room of refused requests, and of nothing else', async () => {
  const path = join(temporaryDir(), 'store.db');
  const { store, problems } = await open(path, { maxFileBytes: 8_000_000 });
  await refuse(store, 100);
  const kept = await fill(store);
  expect(kept).toBeGreaterThan(200);
  expect(problems).toEqual([MADE]);
  expect(await store.refused.list()).toEqual([]);
  expect(store.fault()).toMatch(/database or disk is full/);
  expect((await store.upkeep.verify()).findings).toEqual([]);
  expect((await store.events.totals())[0]?.number).toBe(kept);
  // What is deleted makes room again.
  await store.events.drop({ gate: 'gate', maxBytes: 1_000_000 });
  await store.events.keep(event(10_000, { body: randomBytes(20_000) }));
  expect(store.fault()).toBeUndefined();
});

it.runIf(canMount)(
  `of a disk: nothing acknowledged is lost, and with room it goes on${mountReason}`,
  async () => {
    const dir = smallDisk(temporaryDir(), 48);
    if (dir === undefined) return;
    const ballast = join(dir, 'ballast');
    writeFileSync(ballast, randomBytes(8_000_000));
    const { store, problems } = await open(join(dir, 'store.db'));
    await refuse(store, 200);
    const kept = await fill(store);
    expect(problems).toContain(MADE);
    expect(await store.refused.list()).toEqual([]);
    expect(store.fault()).toMatch(/full|I\/O/);
    expect((await store.events.totals())[0]?.number).toBe(kept);
    rmSync(ballast);
    const more = await fill(store, kept + 1);
    expect(more).toBeGreaterThan(kept + 20);
    for (const n of [0, kept - 1, kept + 1]) expect(await store.events.get(event(n).id)).toBeDefined();
    expect(await store.events.get(event(kept).id)).toBeUndefined();
    // What was acknowledged is there for whoever opens it again.
    await store.close();
    rmSync(join(dir, 'store.db-wal'), { force: true });
  },
  60_000,
);
