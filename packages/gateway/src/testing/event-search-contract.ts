/** What an `EventStore` finds, step by step. */
import assert from 'node:assert/strict';
import type { EventSearch } from '../stores/event-search.ts';
import type { EventStore } from '../stores/event-store.ts';
import { event } from './kept-events.ts';
import { type DeclareTest, NOW } from './store-bench.ts';

/** Ids of all that is found, through as many steps as it takes. */
export async function foundIds(
  events: Pick<EventStore, 'search'>,
  search: EventSearch,
  limit = 2,
): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let before: string | undefined; ; ) {
    const step = await events.search({ ...search, limit, ...(before !== undefined && { before }) });
    assert.ok(step.events.length <= limit, 'a step has more than it was asked for');
    ids.push(...step.events.map(({ id }) => id));
    before = step.next?.id;
    if (before === undefined) return ids;
  }
}

const idsOf = (...numbers: readonly number[]): readonly string[] => numbers.map((n) => event(n).id);

export function declareEventSearch(test: DeclareTest<'events' | 'claims'>): void {
  test('a search finds by gate, type and verdict, all that is asked for, the last kept first', async ({
    store: { events },
  }) => {
    await events.keep(event(1, { type: 'push' }));
    await events.keep(event(2, { type: 'push', gate: 'other' }));
    await events.keep(event(3, { keyId: '' }));
    await events.keep(event(4, { type: 'push' }));
    assert.deepEqual(await foundIds(events, {}), idsOf(4, 3, 2, 1));
    assert.deepEqual(await foundIds(events, { gate: 'gate' }), idsOf(4, 3, 1));
    assert.deepEqual(await foundIds(events, { type: 'push' }), idsOf(4, 2, 1));
    assert.deepEqual(await foundIds(events, { type: 'push', gate: 'gate' }, 1), idsOf(4, 1));
    assert.deepEqual(await foundIds(events, { verdict: 'unsigned' }), idsOf(3));
    assert.deepEqual(await foundIds(events, { reason: 'expired' }), []);
  });

  test('a search by tenant finds what its keys proved, in any order and with any other condition', async ({
    store: { events },
  }) => {
    await events.keep(event(1, { tenant: 'acme', type: 'push' }));
    await events.keep(event(2, { tenant: 'globex', type: 'push' }));
    await events.keep(event(3));
    await events.keep(event(4, { tenant: 'acme' }));
    assert.deepEqual(await foundIds(events, { tenant: 'acme' }, 1), idsOf(4, 1));
    assert.deepEqual(await foundIds(events, { tenant: 'acme', type: 'push' }), idsOf(1));
    assert.deepEqual(await foundIds(events, { tenant: 'globex', sinceMs: 0 }), idsOf(2));
    assert.deepEqual(await foundIds(events, { tenant: 'acme', id: event(4).id }), idsOf(4));
    assert.deepEqual(await foundIds(events, { tenant: 'Acme' }), []);
  });

  test('a search by time is in the order of receipt, from `sinceMs` on and before `untilMs`, also through equal times', async ({
    store: { events },
  }) => {
    for (const n of [1, 2, 3, 4, 5]) await events.keep(event(n, { receivedMs: NOW + (n % 2) }));
    assert.deepEqual(await foundIds(events, { sinceMs: NOW }, 1), idsOf(5, 3, 1, 4, 2));
    assert.deepEqual(await foundIds(events, { sinceMs: NOW + 1 }), idsOf(5, 3, 1));
    assert.deepEqual(await foundIds(events, { untilMs: NOW + 1 }), idsOf(4, 2));
    assert.deepEqual(await foundIds(events, { sinceMs: NOW + 2 }), []);
  });

  test('a search by id takes how an id begins', async ({ store: { events } }) => {
    for (const id of ['b1', 'b2', 'c1', 'b%']) await events.keep(event(1, { id }));
    assert.deepEqual(await foundIds(events, { id: 'b' }, 1), ['b2', 'b1', 'b%']);
    assert.deepEqual(await foundIds(events, { id: 'b%' }), ['b%']);
    assert.deepEqual(await foundIds(events, { id: 'd' }), []);
  });

  test('a search by content leaves out no event that has it, in long texts and compressed ones too', async ({
    store: { events },
  }) => {
    const long = `${'word '.repeat(20_000)}`;
    await events.keep(event(1, { body: new TextEncoder().encode(`{"a":"x1","b":"${long}"}`) }));
    await events.keep(event(2, { headers: ['X-Long', long, 'X-Name', 'value'] }));
    await events.keep(event(3, { headers: ['X-Name', 'value'] }));
    const ids = await foundIds(events, { memberValue: 'x1' });
    assert.ok(ids.includes(event(1).id), 'the member of a long body is passed over');
    const named = await foundIds(events, { header: { name: 'x-name', value: 'value' } });
    assert.ok(
      idsOf(2, 3).every((id) => named.includes(id)),
      'a header is passed over',
    );
    assert.ok(!named.includes(event(1).id), 'an event without the header is looked into');
  });

  test('a search goes on behind an event that is not there any more', async ({ store: { events } }) => {
    for (const n of [1, 3]) await events.keep(event(n));
    const { events: page } = await events.search({ before: event(2).id, limit: 10 });
    assert.deepEqual(
      page.map(({ id }) => id),
      idsOf(1),
    );
  });
}
