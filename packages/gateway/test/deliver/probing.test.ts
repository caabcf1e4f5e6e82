/** A destination whose circuit is open is tried with one delivery at a time, and events that it cannot take hide none that it can. */
import { expect, it } from 'vitest';
import { event } from '../../src/testing/kept-events.ts';
import { start } from '../harness.ts';
import { receiver } from './receiver.ts';

const PROBE_MS = 10_000;
const GOOD = 50;

it.each([
  { poison: 1, concurrency: 1 },
  { poison: 1, concurrency: 8 },
  { poison: 20, concurrency: 1 },
  { poison: 100, concurrency: 8 },
])(
  '$poison that cannot be delivered, in front of those that can ($concurrency at once)',
  async ({ poison, concurrency }) => {
    const startMs = Date.now();
    let passedMs = 0;
    const isPoison = (id: string): boolean => Number.parseInt(id.slice(-12), 16) < poison;
    const taken = new Set<string>();
    const { url, received } = await receiver((response, number) => {
      const id = String(received[number - 1]?.headers['countersign-event']);
      if (!isPoison(id)) taken.add(id);
      response.writeHead(isPoison(id) ? 500 : 200).end();
    });
    const retries = Array.from({ length: 100 }, () => '1s');
    const { store, deliveries } = await start(
      {
        gate: {
          path: '/a',
          provider: 'none',
          keep: { deliver: [{ name: 'a', to: url, concurrency, retries }] },
        },
      },
      { now: () => startMs + passedMs, monotonicMs: () => passedMs },
    );
    const keep = async (n: number) => {
      await store.events.keep(event(n, { receivedMs: startMs + passedMs }), [], [{ destination: 'a' }]);
      deliveries.wake('a');
    };
    const isHeld = (): boolean => {
      const [status] = deliveries.list();
      return status?.heldBy === 'circuit-open' && status.inFlight === 0;
    };
    for (let n = 0; n < poison; n++) await keep(n);
    const opened = expect.poll(
      () => {
        // Those that were tried are tried again.
        passedMs += 1_000;
        deliveries.wake('a');
        return isHeld();
      },
      { interval: 20 },
    );
    await opened.toBe(true);
    for (let n = 0; n < GOOD; n++) await keep(poison + n);
    let probes = 0;
    while (taken.size < GOOD && probes < 10) {
      const { length } = received;
      passedMs += PROBE_MS;
      deliveries.wake('a');
      await expect
        .poll(() => taken.size === GOOD || (received.length > length && isHeld()), { interval: 5 })
        .toBe(true);
      probes++;
    }
    expect(taken.size).toBe(GOOD);
    expect(probes).toBeLessThanOrEqual(3);
  },
);
