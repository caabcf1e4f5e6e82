/** Lists and changes of many deliveries go in steps: none holds the loop for as many as there are. */
import { expect, it } from 'vitest';
import { openStore } from '../../src/stores/open-store.ts';
import { event } from '../../src/testing/kept-events.ts';
import { later } from '../harness.ts';

const NOW = 1_760_000_000_000;
const MANY = 1_500;

async function storeOfMany(now: () => number) {
  // A millisecond passes each time that somebody looks: a step ends after two.
  let monotonicMs = 0;
  const store = await openStore(':memory:', { now, monotonicMs: () => monotonicMs++ });
  later(() => store.close());
  const destinations = ['a', 'b'].map((destination) => ({ destination }));
  await Promise.all(Array.from({ length: MANY }, (_, n) => store.events.keep(event(n), [], destinations)));
  return store;
}

it('a change of all is made in steps that end early, and together they are all', async () => {
  const store = await storeOfMany(() => NOW);
  const change = { kind: 'cancel', code: 'cancelled-by-operator' } as const;
  let changed = 0;
  let next: number | undefined;
  do {
    const step = await store.deliveries.change({
      match: { destination: 'a' },
      change,
      limit: 1_000,
      ...(next !== undefined && { before: next }),
    });
    expect(step.changed).toBeLessThanOrEqual(32);
    changed += step.changed;
    next = step.next;
  } while (next !== undefined);
  expect(changed).toBe(MANY);
  expect((await store.deliveries.totals()).find(({ state }) => state === 'cancelled')?.number).toBe(MANY);
});

it.each([{}, { destination: 'a' }, { state: 'waiting' }, { gate: 'gate' }, { code: 'none' }] as const)(
  'a list of %j is read in steps, between which others write; its pages together are all',
  async (match) => {
    const store = await storeOfMany(() => NOW);
    const places = new Set<number>();
    let pages = 0;
    let next: number | undefined;
    do {
      let writes = 0;
      let isRead = false;
      const write = async (): Promise<void> => {
        const bytes = new Uint8Array(1);
        while (!isRead)
          await store.records.put({ space: 'test', key: `${pages} ${writes++}`, version: 0, bytes });
      };
      const writing = write();
      const before = next === undefined ? {} : { before: next };
      const page = await store.deliveries.list({ ...match, limit: 1_000, ...before });
      isRead = true;
      await writing;
      for (const { place } of page.deliveries) places.add(place);
      next = page.next;
      pages++;
      if (next !== undefined) expect(writes).toBeGreaterThan(1);
    } while (next !== undefined);
    expect(pages).toBeGreaterThan(2);
    const numbers = { all: 2 * MANY, a: MANY, none: 0 };
    const name = 'code' in match ? 'none' : 'destination' in match ? 'a' : 'all';
    expect(places.size).toBe(numbers[name]);
  },
);

it('a clock that was ahead when many were made is set right for each of them, of every destination', async () => {
  let nowMs = NOW;
  const store = await storeOfMany(() => nowMs);
  nowMs -= 3_600_000;
  let writes = 0;
  const { promise: done, resolve } = Promise.withResolvers<void>();
  const others = async (): Promise<void> => {
    // Whoever writes meanwhile waits for a step, and not for all.
    for (;;) {
      await store.records.put({ space: 'test', key: String(writes), version: 0, bytes: new Uint8Array(1) });
      writes++;
      if (brought !== undefined) return resolve();
    }
  };
  let brought: number | undefined;
  const rebased = store.deliveries.rebase(nowMs);
  const writing = others();
  brought = await rebased;
  await Promise.all([writing, done]);
  expect(brought).toBe(2 * MANY);
  expect(writes).toBeGreaterThan(MANY / 64);
  expect(await store.deliveries.countDue('a', nowMs, 2 * MANY)).toBe(MANY);
  expect(await store.deliveries.countDue('b', nowMs, 2 * MANY)).toBe(MANY);
});
