/** An event that is sent to a destination with an order waits for those of its key, as if it had matched when it came. */
import { describe, expect, it } from 'vitest';
import { TOKEN_CALLER } from '../../src/admin/caller.ts';
import { createDeliveryHandlers } from '../../src/admin/delivery-handlers.ts';
import { Problem } from '../../src/admin/problem.ts';
import type { OrderConfig } from '../../src/config/delivery-config.ts';
import { conditionParts } from '../../src/deliver/destination-words.ts';
import { createFilteredEvent } from '../../src/deliver/filtered-event.ts';
import { createMatching } from '../../src/deliver/matching.ts';
import { createMasks } from '../../src/keeping/masks.ts';
import type { KeptEvent } from '../../src/stores/event-store.ts';
import type { NewDelivery } from '../../src/stores/new-delivery.ts';
import { openStore } from '../../src/stores/open-store.ts';
import { StoreError } from '../../src/stores/store.ts';
import { event } from '../../src/testing/kept-events.ts';
import { later } from '../harness.ts';

const BY_MEMBER: OrderConfig = { by: { kind: 'json', path: 'order.id' } };
const BY_HEADER: OrderConfig = { by: { kind: 'header', name: 'x-key' }, parkAfter: 3 };

async function bench(order: OrderConfig | undefined) {
  const store = await openStore(':memory:');
  later(() => store.close());
  const sent: NewDelivery[] = [];
  const { events, deliveries } = store;
  const parts = {
    keepers: () => ['gate'],
    masks: createMasks({ gates: [], sessions: [], destinations: [] }, new Map()),
    events,
    destinations: [{ name: 'shop', ...(order && { order }) }],
    deliveries: {
      ...deliveries,
      send: (id: string, delivery: NewDelivery) => {
        sent.push(delivery);
        return deliveries.send(id, delivery);
      },
    },
    ...conditionParts(store),
    now: Date.now,
    log: { info() {}, warn() {} },
  };
  const { resendEvent } = createDeliveryHandlers(parts);
  return {
    store,
    sent,
    parts,
    resend: (id: string) => resendEvent({ id, destination: 'shop' }, TOKEN_CALLER),
  };
}

const LONG = 'k'.repeat(300);

it.each<[what: string, order: OrderConfig | undefined, changes: Partial<KeptEvent>]>([
  ['a member', BY_MEMBER, { body: Buffer.from('{"order":{"id":"a-1"}}') }],
  ['a number', BY_MEMBER, { body: Buffer.from('{"order":{"id":1.50}}') }],
  ['a long member', BY_MEMBER, { body: Buffer.from(JSON.stringify({ order: { id: LONG } })) }],
  ['a member that is not there', BY_MEMBER, { body: Buffer.from('{}') }],
  ['a body that is no JSON', BY_MEMBER, { body: Buffer.from('order.id=a-1') }],
  ['a header', BY_HEADER, { headers: ['X-Key', 'a-1'] }],
  ['a header that stands twice', BY_HEADER, { headers: ['X-Key', 'a', 'x-key', 'b'] }],
  ['a header that is withheld', BY_HEADER, { headers: ['X-Key', ''], withheld: { names: ['x-key'] } }],
  ['no order', undefined, { body: Buffer.from('{"order":{"id":"a-1"}}') }],
])('its key is the one that it had got when it came: %s', async (_what, order, changes) => {
  const { store, sent, resend } = await bench(order);
  const kept = event(1, changes);
  await store.events.keep(kept, [], []);
  expect(await resend(kept.id)).toEqual({ sent: ['shop'], unsent: [] });
  const destination = { name: 'shop', option: 'x', ...(order && { order }) } as never;
  const matching = createMatching([destination], { withheld: [], isMuted: () => false });
  expect(sent).toEqual(await matching(createFilteredEvent(kept, undefined)));
});

it('it waits behind another of its key', async () => {
  const { store, resend } = await bench(BY_MEMBER);
  const body = Buffer.from('{"order":{"id":"a-1"}}');
  await store.events.keep(event(1, { body }), [], [{ destination: 'shop', orderKey: 'a-1' }]);
  await store.events.keep(event(2, { body }), [], []);
  await resend(event(2).id);
  expect(await store.deliveries.get(event(2).id, 'shop')).toMatchObject({ state: 'behind', orderKey: 'a-1' });
});

describe('what is not there whole is not sent, and the answer says so', () => {
  it('a hash in place of the body', async () => {
    const { store, sent, resend } = await bench(BY_MEMBER);
    const hashed = { sha256: '0'.repeat(64), bodyBytes: 5 };
    await store.events.keep(event(1, { body: new Uint8Array(0), hashed }), [], []);
    expect(await resend(event(1).id)).toEqual(
      new Problem('event-not-whole', 'a hash is kept in place of the event’s body: it cannot be sent'),
    );
    expect(sent).toEqual([]);
  });

  it('a damaged event', async () => {
    const { store, parts } = await bench(BY_MEMBER);
    await store.events.keep(event(1), [], []);
    const get = async (): Promise<never> => {
      throw new StoreError('damaged', 'Bytes are damaged in the store.');
    };
    const { resendEvent } = createDeliveryHandlers({ ...parts, events: { ...store.events, get } });
    expect(await resendEvent({ id: event(1).id, destination: 'shop' }, TOKEN_CALLER)).toEqual(
      new Problem('event-not-whole', 'the event is damaged in the store, and cannot be read'),
    );
  });
});
