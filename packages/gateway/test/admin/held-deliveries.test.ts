/** A delivery that waits says what of its destination it waits for, where its time alone is not what it is. */

import { expect, it } from 'vitest';
import { heldReasons } from '../../src/admin/held-deliveries.ts';
import type { DestinationStatus } from '../../src/deliver/delivery-control.ts';
import { conditionParts } from '../../src/deliver/destination-words.ts';
import type { DeliveryState } from '../../src/stores/delivery-store.ts';
import { startDay } from './day-bench.ts';

const NOW_MS = 1_790_000_000_000;

const STATUS: DestinationStatus = {
  name: 'shop',
  kind: 'http',
  target: 'http://127.0.0.1:9/',
  inFlight: 0,
  recent: { lastMinute: { delivered: 0, failed: 0 } },
  state: 'active',
  isMuted: false,
  sinceMs: 0,
};

async function heldBy(
  status: Partial<DestinationStatus>,
  delivery: { readonly state?: DeliveryState; readonly dueMs?: number; readonly destination?: string } = {},
) {
  const { store } = await startDay();
  const held = await heldReasons({
    control: { list: () => [{ ...STATUS, ...status }] },
    ...conditionParts(store),
    now: () => NOW_MS,
  });
  return held({ destination: 'shop', state: 'waiting', dueMs: NOW_MS, ...delivery });
}

it.each<readonly [string, Parameters<typeof heldBy>, string | undefined]>([
  ['nothing', [{}], undefined],
  ['an operator', [{ state: 'paused' }], 'paused'],
  ['an operator, before it is due', [{ state: 'paused' }, { dueMs: NOW_MS + 1 }], 'paused'],
  ['its failures', [{ state: 'disabled' }], 'disabled'],
  ['a circuit', [{ heldBy: 'circuit-open' }], 'circuit-open'],
  ['a circuit, before it is due', [{ heldBy: 'circuit-open' }, { dueMs: NOW_MS + 1 }], undefined],
  ['what the receiver asked for', [{ heldBy: 'throttled' }], 'throttled'],
  ['its rate', [{ heldBy: 'rate-limited' }], 'rate-limited'],
  ['a configuration without it', [{}, { destination: 'books' }], 'not-configured'],
  ['nothing: it is dead', [{ state: 'paused' }, { state: 'dead' }], undefined],
  ['nothing: it waits for another of its key', [{ state: 'paused' }, { state: 'behind' }], undefined],
])('it is held by %s', async (_, [status, delivery], reason) => {
  expect(await heldBy(status, delivery)).toBe(reason);
});

it('a gateway that does not run holds all, and a destination that was paused says so', async () => {
  const { store } = await startDay();
  await store.deliveries.setCondition('books', { state: 'paused', isMuted: false, sinceMs: 1 });
  const held = await heldReasons({ ...conditionParts(store), now: () => NOW_MS });
  const waiting = { state: 'waiting', dueMs: NOW_MS } as const;
  expect(held({ destination: 'shop', ...waiting })).toBe('no-gateway');
  expect(held({ destination: 'books', ...waiting })).toBe('paused');
});

it('lists, events and deliveries show it', async () => {
  const { client, keep } = await startDay();
  const id = await keep(1, {}, [{ destination: 'books' }]);
  const held = { destination: 'books', heldBy: 'not-configured' };
  expect((await client.call('deliveries', {})).deliveries).toMatchObject([held]);
  expect((await client.call('event', { id })).deliveries).toMatchObject([held]);
  expect(await client.call('delivery', { event: id, destination: 'books' })).toMatchObject(held);
});
