/** What the contract suites of deliveries have in common: events kept with deliveries, taken and settled. */
import assert from 'node:assert/strict';
import type { DeliveryView, DueDelivery, NewDelivery } from '../stores/delivery-store.ts';
import type { Store } from '../stores/store.ts';
import { event } from './kept-events.ts';
import { type DeclareTest, NOW } from './store-bench.ts';

export type DeliveryParts = Pick<Store, 'events' | 'deliveries'>;
export type DeclareDeliveryTest = DeclareTest<'events' | 'deliveries'>;

export async function keep(
  store: DeliveryParts,
  numbers: readonly number[],
  delivery: Omit<NewDelivery, 'destination'> = {},
): Promise<void> {
  await Promise.all(numbers.map((n) => store.events.keep(event(n), [], [{ destination: 'a', ...delivery }])));
}

export interface Taking {
  readonly limit?: number;
  readonly maxBytes?: number;
  readonly leaseMs?: number;
  readonly nowMs?: number;
  readonly isLastFirst?: boolean;
}

export async function take(
  store: DeliveryParts,
  destination: string,
  taking: Taking = {},
): Promise<readonly DueDelivery[]> {
  return store.deliveries.take({
    destination,
    limit: 100,
    maxBytes: 1_000_000,
    leaseMs: 60_000,
    nowMs: NOW,
    ...taking,
  });
}

export function idsOf(taken: readonly DueDelivery[]): readonly string[] {
  return taken.map((due) => due.event.id);
}

export async function settle(
  { deliveries }: DeliveryParts,
  due: DueDelivery | undefined,
  state: 'delivered' | 'dead' | 'waiting',
  code = 'delivered',
  dueMs?: number,
): Promise<boolean> {
  assert.ok(due !== undefined, 'nothing was taken');
  const { place, lease } = due;
  const attempt = { startedMs: NOW, tookMs: 1, code };
  return deliveries.settle({ place, lease, state, attempt, ...(dueMs !== undefined && { dueMs }) });
}

export function giveBack({ deliveries }: DeliveryParts, due: DueDelivery | undefined): Promise<boolean> {
  assert.ok(due !== undefined, 'nothing was taken');
  return deliveries.settle({ place: due.place, lease: due.lease, state: 'waiting', dueMs: NOW });
}

export function view({ deliveries }: DeliveryParts, n: number): Promise<DeliveryView | undefined> {
  return deliveries.get(event(n).id, 'a');
}

export async function codes(store: DeliveryParts, n: number): Promise<readonly string[]> {
  const attempts = await store.deliveries.attempts((await view(store, n))?.place ?? 0, 1_000);
  return attempts.map(({ code }) => code);
}

export async function totals({ deliveries }: DeliveryParts): Promise<Readonly<Record<string, number>>> {
  const list = await deliveries.totals();
  return Object.fromEntries(
    list.map(({ destination, state, number }): [string, number] => [`${destination} ${state}`, number]),
  );
}
