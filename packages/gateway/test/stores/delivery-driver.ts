/** Deliveries that are changed by anybody, in any order and together; of one store, or of several that share their storage. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { DeliveryView, DueDelivery } from '../../src/stores/delivery-store.ts';
import { type Store, StoreError } from '../../src/stores/store.ts';
import { event } from '../../src/testing/kept-events.ts';

export const NOW = 1_760_000_000_000;
const HOUR = 3_600_000;

export interface Asked {
  readonly kind:
    | 'keep'
    | 'repeat'
    | 'take'
    | 'delivered'
    | 'failed'
    | 'dead'
    | 'skipped'
    | 'given-back'
    | 'cancel'
    | 'redrive'
    | 'send'
    | 'change-many'
    | 'drop'
    | 'clock';
  readonly n: number;
}

export const asked: fc.Arbitrary<Asked> = fc.record({
  kind: fc.constantFrom<Asked['kind'][]>(
    'keep',
    'keep',
    'keep',
    'repeat',
    'take',
    'take',
    'delivered',
    'failed',
    'dead',
    'skipped',
    'given-back',
    'cancel',
    'redrive',
    'send',
    'change-many',
    'drop',
    'clock',
  ),
  n: fc.integer({ min: 0, max: 5_000 }),
});

export class Driver {
  nowMs: number = NOW;
  readonly #stores: readonly Pick<Store, 'events' | 'deliveries'>[];
  readonly #taken: DueDelivery[] = [];
  /** Places of those that are under a lease, which lasts longer than any run. */
  readonly #held = new Set<number>();
  #kept = 0;
  #turn = 0;

  constructor(stores: readonly Pick<Store, 'events' | 'deliveries'>[]) {
    this.#stores = stores;
  }

  /** Each in turn. */
  get #store(): Pick<Store, 'events' | 'deliveries'> {
    const store = this.#stores[this.#turn++ % this.#stores.length];
    assert.ok(store !== undefined);
    return store;
  }

  /** Does not reject: some of it is meant to fail. */
  async ask({ kind, n }: Asked): Promise<void> {
    const { events, deliveries } = this.#store;
    const destination = n % 2 === 0 ? 'a' : 'b';
    const { id } = event(n % Math.max(1, this.#kept));
    switch (kind) {
      case 'keep': {
        const order = n % 3 === 0 ? {} : { orderKey: `key ${n % 4}`, parks: n % 5 === 0 };
        const both = [
          { destination: 'a', ...order },
          { destination: 'b', isMuted: n % 7 === 0 },
        ];
        const kept = event(this.#kept++, { receivedMs: this.nowMs });
        // Another store may have been asked for a repeat of it first.
        await events.keep(kept, [], n % 11 === 0 ? [] : both).catch(duplicateOnly);
        return;
      }
      // A write that fails makes its batch be written again, one by one.
      case 'repeat':
        if (this.#kept > 0)
          await events.keep(event(this.#kept - 1), [], [{ destination: 'a' }]).catch(() => {});
        return;
      case 'take': {
        const options = {
          destination,
          limit: 1 + (n % 4),
          maxBytes: 1_000,
          leaseMs: HOUR,
          nowMs: this.nowMs,
          isLastFirst: n % 5 === 0,
        };
        for (const due of await deliveries.take(options)) {
          assert.ok(!this.#held.has(due.place), 'a delivery was taken by two');
          this.#held.add(due.place);
          this.#taken.push(due);
        }
        return;
      }
      case 'delivered':
        return this.#settle(n, 'delivered');
      case 'failed':
        return this.#settle(n, 'waiting', this.nowMs + (n % HOUR));
      case 'dead':
        return this.#settle(n, 'dead');
      case 'skipped':
        return this.#settle(n, 'cancelled');
      case 'given-back':
        return this.#settle(n, 'waiting', this.nowMs, false);
      case 'cancel':
        await deliveries.change({
          match: { eventId: id, destination },
          change: { kind: 'cancel', code: 'cancelled-by-operator' },
        });
        return;
      case 'redrive':
        await deliveries.change({ match: { eventId: id, destination }, change: { kind: 'redrive' } });
        return;
      case 'send':
        await deliveries.send(id, { destination: n % 3 === 0 ? 'c' : destination });
        return;
      case 'change-many': {
        const change =
          n % 2 === 0 ? ({ kind: 'redrive' } as const) : ({ kind: 'cancel', code: 'x' } as const);
        const state = n % 3 === 0 ? ('dead' as const) : ('waiting' as const);
        await deliveries.change({ match: { state }, change, limit: 1 + (n % 3) });
        return;
      }
      case 'drop':
        await events.drop({ gate: 'gate', maxBytes: n, waitingBeforeMs: this.nowMs - HOUR });
        return;
      case 'clock':
        this.nowMs += n % 2 === 0 ? n * 1_000 : -n * 1_000;
        await deliveries.rebase(this.nowMs);
        return;
    }
  }

  async #settle(
    n: number,
    state: 'delivered' | 'dead' | 'waiting' | 'cancelled',
    dueMs?: number,
    isTried = true,
  ) {
    // Also one that was settled already, or whose lease is another's by now.
    const due = this.#taken[n % Math.max(1, this.#taken.length)];
    if (due === undefined) return;
    const { place, lease } = due;
    if (this.#taken.findLast((other) => other.place === place) === due) this.#held.delete(place);
    const attempt = { startedMs: this.nowMs, tookMs: 1, code: state };
    await this.#store.deliveries.settle({
      place,
      lease,
      state,
      ...(isTried && { attempt }),
      ...(dueMs !== undefined && { dueMs }),
    });
  }

  async deliveries(): Promise<readonly DeliveryView[]> {
    const { deliveries } = await this.#store.deliveries.list({ limit: 1_000 });
    return deliveries;
  }
}

function duplicateOnly(error: unknown): void {
  if (!(error instanceof StoreError && error.code === 'duplicate-event')) throw error;
}

function counted(deliveries: readonly DeliveryView[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { destination, state } of deliveries) {
    const name = `${destination} ${state}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** Of each key's the first that blocks is not behind, and all others that block are. */
function wrongKeys(deliveries: readonly DeliveryView[]): readonly string[] {
  const firsts = new Set<string>();
  return deliveries
    .filter(({ blocks, orderKey }) => blocks && orderKey !== undefined)
    .toSorted((a, b) => a.place - b.place)
    .flatMap(({ destination, orderKey, state, place }) => {
      const key = `${destination} ${orderKey}`;
      const isFirst = !firsts.has(key);
      firsts.add(key);
      return isFirst === (state === 'behind') ? [`${key} ${place} ${state}`] : [];
    });
}

/** Throws where the totals are not what is there, or of a key not the first goes. */
export async function checkDeliveries(
  driver: Driver,
  { deliveries }: Pick<Store, 'deliveries'>,
): Promise<void> {
  const views = await driver.deliveries();
  const totals = await deliveries.totals();
  assert.deepEqual(
    Object.fromEntries(totals.map(({ destination, state, number }) => [`${destination} ${state}`, number])),
    counted(views),
  );
  assert.deepEqual(wrongKeys(views), []);
}
