/** Any deliveries, changed by anybody in any order and together: totals are what is there, and a key has one that goes. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isLong } from '../../../../scripts/effort.ts';
import type { DeliveryView, DueDelivery } from '../../src/stores/delivery-store.ts';
import { openStore } from '../../src/stores/open-store.ts';
import type { Store } from '../../src/stores/store.ts';
import { event } from '../../src/testing/kept-events.ts';

const NOW = 1_760_000_000_000;
const HOUR = 3_600_000;

interface Asked {
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

const asked: fc.Arbitrary<Asked> = fc.record({
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

class Driver {
  nowMs: number = NOW;
  readonly #store: Store;
  readonly #taken: DueDelivery[] = [];
  #kept = 0;

  constructor(create: (now: () => number) => Store) {
    this.#store = create(() => this.nowMs);
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
        await events.keep(event(this.#kept++, { receivedMs: this.nowMs }), [], n % 11 === 0 ? [] : both);
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
        this.#taken.push(...(await deliveries.take(options)));
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

it('totals are what is there, and of each key one goes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(asked, { maxLength: 6 }), { maxLength: 30 }), async (batches) => {
      let now = (): number => NOW;
      const store = await openStore(':memory:', { now: () => now() });
      const driver = new Driver((clock) => {
        now = clock;
        return store;
      });
      try {
        for (const batch of batches) {
          await Promise.all(batch.map((one) => driver.ask(one)));
          const deliveries = await driver.deliveries();
          const totals = await store.deliveries.totals();
          expect(
            Object.fromEntries(
              totals.map(({ destination, state, number }) => [`${destination} ${state}`, number]),
            ),
          ).toEqual(counted(deliveries));
          expect(wrongKeys(deliveries)).toEqual([]);
        }
      } finally {
        await store.close();
      }
    }),
    { numRuns: isLong ? 3_000 : 150 },
  );
}, 300_000);
