/** The pump of a destination upon a real store that fails when a test says so: nothing is stuck, nothing is sent twice for it. */
import { randomBytes } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import type { AttemptReport } from '../../src/deliver/attempts.ts';
import { Pump, type PumpOptions } from '../../src/deliver/pump.ts';
import { createSettlements } from '../../src/deliver/settlements.ts';
import { createThrottle } from '../../src/deliver/throttle.ts';
import { createCircuit } from '../../src/outgoing/circuit.ts';
import type { DeliveryStore, DueDelivery } from '../../src/stores/delivery-store.ts';
import { openStore } from '../../src/stores/open-store.ts';
import type { Store } from '../../src/stores/store.ts';
import { event } from '../../src/testing/kept-events.ts';
import { later } from '../harness.ts';

const DELIVERED: AttemptReport = { kind: 'sent', result: { ok: true } };

interface Bench {
  readonly store: Store;
  readonly pump: Pump;
  /** Numbers of events, as they were sent. */
  readonly sent: number[];
  readonly errors: unknown[];
  keep(n: number, body?: Uint8Array): Promise<void>;
  delivered(): Promise<number>;
}

type Faults = Partial<Pick<DeliveryStore, 'take' | 'settle'>>;

async function bench(
  faultsOf: (deliveries: DeliveryStore) => Faults = () => ({}),
  options: Partial<PumpOptions> = {},
): Promise<Bench> {
  const store = await openStore(':memory:');
  const { deliveries } = store;
  const faults = faultsOf(deliveries);
  const sent: number[] = [];
  const errors: unknown[] = [];
  const settle: DeliveryStore['settle'] = (settlement) => (faults.settle ?? deliveries.settle)(settlement);
  const pump = new Pump({
    name: 'a',
    concurrency: 8,
    timeoutMs: 1_000,
    now: Date.now,
    monotonicMs: () => performance.now(),
    store: {
      take: (taking) => (faults.take ?? deliveries.take)(taking),
      nextDueMs: (name) => deliveries.nextDueMs(name),
      countDue: (name, beforeMs, limit) => deliveries.countDue(name, beforeMs, limit),
    },
    settlements: createSettlements({ settle }),
    throttle: createThrottle(options.concurrency ?? 8),
    circuit: createCircuit({ now: Date.now, onChange: () => {} }),
    isProbing: () => false,
    rate: undefined,
    drain: () => undefined,
    onCaughtUp: () => {},
    isActive: () => true,
    attempt: async (due) => {
      sent.push(numberOf(due));
      return DELIVERED;
    },
    judge: ({ place, lease }, _, times) => ({
      place,
      lease,
      state: 'delivered',
      attempt: { ...times, code: 'delivered' },
    }),
    onError: (error) => errors.push(error),
    ...options,
  });
  later(async () => {
    await pump.end();
    await store.close();
  });
  return {
    store,
    pump,
    sent,
    errors,
    keep: async (n, body) => {
      await store.events.keep(event(n, body && { body }), [], [{ destination: 'a' }]);
    },
    delivered: async () => (await deliveries.list({ state: 'delivered', limit: 1_000 })).deliveries.length,
  };
}

function numberOf({ event: { id } }: DueDelivery): number {
  return Number.parseInt(id.slice(-12), 16);
}

const FULL = new Error('database or disk is full');

describe('a store that fails', () => {
  it('is asked again for what a full disk did not take: nothing is sent twice for it, and nothing is left', async () => {
    let failures = 3;
    const { pump, sent, errors, keep, delivered } = await bench((deliveries) => ({
      settle: (settlement) => {
        if (failures-- > 0) return Promise.reject(FULL);
        return deliveries.settle(settlement);
      },
    }));
    await keep(1);
    pump.wake();
    await vi.waitFor(async () => expect(await delivered()).toBe(1), { timeout: 10_000 });
    expect(sent).toEqual([1]);
    expect(errors).toEqual([FULL]);
  });

  it('gets nothing sent of which it could not say so', async () => {
    let isFull = true;
    let refused = 0;
    const { pump, sent, keep, delivered } = await bench((deliveries) => ({
      settle: (settlement) => {
        if (!isFull) return deliveries.settle(settlement);
        refused++;
        return Promise.reject(FULL);
      },
    }));
    const numbers = Array.from({ length: 3_000 }, (_, n) => n);
    await Promise.all(numbers.map((n) => keep(n)));
    pump.wake();
    // Each is written twice at least.
    await vi.waitFor(() => expect(refused).toBeGreaterThan(2 * sent.length), { timeout: 10_000 });
    expect(sent.length).toBeLessThanOrEqual(1_032);
    isFull = false;
    await vi.waitFor(async () => expect(await delivered()).toBe(1_000), { timeout: 20_000 });
    await vi.waitFor(() => expect(sent.length).toBeGreaterThanOrEqual(3_000), { timeout: 20_000 });
    expect(sent.toSorted((a, b) => a - b)).toEqual(numbers);
  }, 30_000);

  it('does not keep the gateway from ending', async () => {
    const { pump, keep, errors } = await bench(() => ({ settle: () => Promise.reject(FULL) }));
    await keep(1);
    pump.wake();
    await vi.waitFor(() => expect(errors.length).toBeGreaterThan(0), { timeout: 20_000 });
    const startedMs = performance.now();
    await pump.end();
    expect(performance.now() - startedMs).toBeLessThan(500);
  });

  it('as a circuit is tried: it is tried again', async () => {
    let nowMs = Date.now();
    const circuit = createCircuit({ now: () => nowMs, onChange: () => {} });
    for (let i = 0; i < 5; i++) circuit.report('ill');
    let failures = 1;
    const { pump, sent, errors, keep } = await bench(
      (deliveries) => ({
        take: (options) => {
          if (failures-- > 0) throw FULL;
          return deliveries.take(options);
        },
      }),
      { circuit, isProbing: () => true },
    );
    await keep(1);
    nowMs += 10_001;
    pump.wake();
    await vi.waitFor(() => expect(sent).toEqual([1]), { timeout: 5_000 });
    expect(errors).toEqual([FULL]);
  });
});

it('bodies in memory are bounded, however many are sent at once', async () => {
  const { promise: open, resolve } = Promise.withResolvers<void>();
  const under = { now: 0, most: 0 };
  const { pump, keep, delivered } = await bench(() => ({}), {
    concurrency: 64,
    attempt: async () => {
      under.most = Math.max(under.most, ++under.now);
      await open;
      under.now--;
      return DELIVERED;
    },
  });
  for (let n = 0; n < 48; n++) await keep(n, randomBytes(1024 * 1024));
  pump.wake();
  await vi.waitFor(() => expect(under.now).toBeGreaterThanOrEqual(16), { timeout: 20_000 });
  for (let turn = 0; turn < 50; turn++) {
    pump.wake();
    await new Promise((done) => setImmediate(done));
  }
  expect(under.most).toBeLessThanOrEqual(17);
  resolve();
  await vi.waitFor(async () => expect(await delivered()).toBe(48), { timeout: 10_000 });
});

it('what a store gives once the pump has ended is not sent', async () => {
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
  const { promise: gate, resolve: go } = Promise.withResolvers<void>();
  const { pump, sent, keep } = await bench((deliveries) => ({
    take: async (options) => {
      reach();
      await gate;
      return deliveries.take(options);
    },
  }));
  await keep(1);
  pump.wake();
  await reached;
  const ended = pump.end();
  go();
  await ended;
  for (let turn = 0; turn < 10; turn++) await new Promise((done) => setImmediate(done));
  expect(sent).toEqual([]);
});
