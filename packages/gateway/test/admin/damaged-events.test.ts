/** Events that a disk has damaged: an export and a search name them, and have all the others. */

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { ExportPage, SearchPage } from '@countersign/api';
import { expect, it } from 'vitest';
import { TOKEN_CALLER } from '../../src/admin/caller.ts';
import { createEventHandlers } from '../../src/admin/event-handlers.ts';
import { Problem } from '../../src/admin/problem.ts';
import { conditionParts } from '../../src/deliver/destination-words.ts';
import { createMasks } from '../../src/keeping/masks.ts';
import { openStore } from '../../src/stores/open-store.ts';
import { StoreError } from '../../src/stores/store.ts';
import { event } from '../../src/testing/kept-events.ts';
import { later, temporaryDir } from '../harness.ts';

/** Handlers of a store with some events of `/hook?n=…`, of which the damage is done to the file. */
async function handlersAfter(damage: string, count = 3) {
  const address = `sqlite:${join(temporaryDir(), 'store.db')}`;
  const store = await openStore(address);
  await Promise.all(
    Array.from({ length: count }, (_, n) =>
      store.events.keep(
        event(n, { withheld: { names: ['x'] }, forwarded: { host: 'h' }, ...(n === 1 && { body: LONG }) }),
        [],
        [{ destination: 'a' }],
      ),
    ),
  );
  await store.close();
  const db = new DatabaseSync(address.slice('sqlite:'.length));
  db.exec(damage);
  db.close();
  const { events, deliveries, close } = await openStore(address);
  later(() => close());
  const parts = {
    keepers: () => [],
    masks: createMasks({ gates: [], sessions: [], destinations: [] }, new Map()),
    destinations: [],
    events,
    deliveries,
    ...conditionParts(store),
    now: Date.now,
    log: { info() {}, warn() {} },
  };
  return { parts, ...createEventHandlers(parts) };
}

type EventHandlers = ReturnType<typeof createEventHandlers>;

async function exportedPages({ exportEvents }: Pick<EventHandlers, 'exportEvents'>) {
  const pages: ExportPage[] = [];
  for (let place = 0, hasMore = true; hasMore; ) {
    const page = await exportEvents({ place }, TOKEN_CALLER);
    if (page instanceof Problem) throw new Error(page.detail);
    pages.push(page);
    ({ cursor: place, hasMore } = page);
  }
  return pages;
}

/** Of a text that each event has. */
async function searchedPages({ searchEvents }: Pick<EventHandlers, 'searchEvents'>) {
  const pages: SearchPage[] = [];
  do {
    const page = await searchEvents({ text: '/hook', before: pages.at(-1)?.next }, TOKEN_CALLER);
    if (page instanceof Problem) throw new Error(page.detail);
    pages.push(page);
  } while (pages.at(-1)?.next !== undefined);
  return pages;
}

/** Compressed in the store. */
const LONG = Buffer.alloc(50_000, 'abc');
const ID = event(1).id;
const OTHERS = [event(0).id, event(2).id];

const TEXTS = ['{"a', 'null', '7', '[', '"x"', ''];
const DAMAGES = [
  ...['headers', 'verdict', 'withheld', 'forwarded', 'erased'].flatMap((column) =>
    TEXTS.map((text) => `${column} = '${text}'`),
  ),
  "erased = '{}'",
  "body = x'00'",
  'body = zeroblob(50000)',
  'body_bytes = 7',
];

it.each(DAMAGES)('an export and a search name the damaged event, and have the others: %s', async (damage) => {
  const handlers = await handlersAfter(`UPDATE events SET ${damage} WHERE id = '${ID}'`);
  const exported = await exportedPages(handlers);
  expect(exported.flatMap(({ events }) => events)).toMatchObject(OTHERS.map((id) => ({ id })));
  expect(exported.flatMap(({ damaged }) => damaged)).toEqual([ID]);
  const searched = await searchedPages(handlers);
  expect(searched.flatMap(({ events }) => events)).toMatchObject(OTHERS.toReversed().map((id) => ({ id })));
  expect(searched.flatMap(({ damaged }) => damaged)).toEqual([ID]);
  // Nor does a list end with it.
  for (const list of [
    await handlers.events({}, TOKEN_CALLER),
    await handlers.followEvents({ place: 0 }, TOKEN_CALLER),
  ])
    expect('events' in list && list.events).toHaveLength(3);
});

it('an event is named whose deliveries cannot be read', async () => {
  const { parts } = await handlersAfter('SELECT 1');
  const ofEvents = async (ids: readonly string[]) => {
    if (ids.includes(ID)) throw new StoreError('damaged', 'A delivery is damaged in the store.');
    return parts.deliveries.ofEvents(ids);
  };
  const { exportEvents } = createEventHandlers({ ...parts, deliveries: { ...parts.deliveries, ofEvents } });
  expect(await exportEvents({ place: 0 }, TOKEN_CALLER)).toMatchObject({
    events: OTHERS.map((id) => ({ id })),
    damaged: [ID],
  });
});

it('the deliveries of many events are asked for at once', async () => {
  const { parts } = await handlersAfter('SELECT 1', 130);
  const asked: number[] = [];
  const ofEvents = async (ids: readonly string[]) => {
    asked.push(ids.length);
    return parts.deliveries.ofEvents(ids);
  };
  const list = () => Promise.reject(new Error('a list of each'));
  const { exportEvents } = createEventHandlers({
    ...parts,
    deliveries: { ...parts.deliveries, ofEvents, list },
  });
  const page = await exportEvents({ place: 0 }, TOKEN_CALLER);
  expect('events' in page && page.events.map(({ deliveries }) => deliveries.length)).toEqual(
    Array(130).fill(1),
  );
  expect(asked).toEqual([64, 64, 2]);
});

it('a page names no more than it may have, and the next goes on with the others', async () => {
  const handlers = await handlersAfter("UPDATE events SET headers = '['", 600);
  const exported = await exportedPages(handlers);
  expect(exported.map(({ damaged }) => damaged.length)).toEqual([500, 100]);
  const searched = await searchedPages(handlers);
  expect(Math.max(...searched.map(({ damaged }) => damaged.length))).toBeLessThanOrEqual(200);
  expect(searched.flatMap(({ damaged }) => damaged)).toEqual(
    Array.from({ length: 600 }, (_, n) => event(599 - n).id),
  );
});

it('a store that fails is no damaged event', async () => {
  const { parts } = await handlersAfter('SELECT 1');
  const get = async (): Promise<never> => {
    throw new StoreError('failed', 'The disk does not answer.');
  };
  const { exportEvents, searchEvents } = createEventHandlers({ ...parts, events: { ...parts.events, get } });
  await expect(exportEvents({ place: 0 }, TOKEN_CALLER)).rejects.toThrow('The disk does not answer.');
  await expect(searchEvents({ text: 'a' }, TOKEN_CALLER)).rejects.toThrow('The disk does not answer.');
});
