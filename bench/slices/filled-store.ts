/** A store that is filled with small events as gates keep them: with claims, deliveries of several states, and attempts. */
import { createHash } from 'node:crypto';
import { createEventIds } from '../../packages/gateway/src/stores/event-id.ts';
import type { KeptEvent } from '../../packages/gateway/src/stores/event-store.ts';
import type { NewDelivery } from '../../packages/gateway/src/stores/new-delivery.ts';
import { openStore } from '../../packages/gateway/src/stores/open-store.ts';
import type { Store } from '../../packages/gateway/src/stores/store.ts';

const BODY_BYTES = 100;
/** Rows of a list. Even of 10,000 events the rare gate has so many by the middle. */
export const PAGE = 10;
/** Kept together: what a busy gateway commits at once. */
const AT_ONCE = 256;
const DAY_MS = 86_400_000;

/** One event of so many goes to `sent`, to nobody, to the rare gate. */
const SENT_EVERY = 16;
const UNMATCHED_EVERY = 8;
const RARE_EVERY = 500;

export interface FilledStore {
  readonly store: Store;
  /** Events kept so far. */
  readonly size: number;
  /** What the totals must say. */
  readonly expected: ExpectedTotals;
  /** Keeps so many more. */
  keep(number: number): Promise<void>;
  /** Delivers what is due to the destination `sent`. */
  deliver(): Promise<void>;
  close(): Promise<void>;
}

export interface ExpectedTotals {
  readonly events: ReadonlyMap<string, number>;
  readonly waiting: number;
  readonly delivered: number;
}

export interface FilledStoreOptions {
  readonly address: string;
  /** When the next event comes. */
  readonly now: () => number;
}

export async function openFilledStore({ address, now }: FilledStoreOptions): Promise<FilledStore> {
  const store = await openStore(address);
  let nowMs = now();
  const newId = createEventIds(() => nowMs);
  const events = new Map<string, number>();
  let size = 0;
  let waiting = 0;
  let delivered = 0;
  const keepOne = async (): Promise<void> => {
    const n = size++;
    nowMs = now();
    const event = eventOf(newId(), n, nowMs);
    const deliveries = deliveriesOf(n);
    events.set(event.gate, (events.get(event.gate) ?? 0) + 1);
    waiting += deliveries.length;
    const { kept } = await store.events.keep(event, [], deliveries);
    if (!kept) throw new Error(`event ${n} was taken for a repeat`);
  };
  const deliver = async (): Promise<void> => {
    for (;;) {
      const options = {
        destination: 'sent',
        limit: AT_ONCE,
        maxBytes: 1e8,
        leaseMs: 60_000,
        nowMs: Date.now(),
      };
      const dues = await store.deliveries.take(options);
      if (dues.length === 0) return;
      const settled = dues.map(({ place, lease }) =>
        store.deliveries.settle({
          place,
          lease,
          state: 'delivered',
          attempt: { startedMs: Date.now(), tookMs: 3, code: 'delivered', status: 200 },
        }),
      );
      if ((await Promise.all(settled)).includes(false)) throw new Error('a delivery was not settled');
      waiting -= dues.length;
      delivered += dues.length;
    }
  };
  return {
    store,
    get size() {
      return size;
    },
    get expected() {
      return { events, waiting, delivered };
    },
    async keep(number) {
      for (let left = number; left > 0; left -= AT_ONCE)
        await Promise.all(Array.from({ length: Math.min(AT_ONCE, left) }, keepOne));
    },
    deliver,
    close: () => store.close(),
  };
}

function eventOf(id: string, n: number, receivedMs: number): KeptEvent {
  const body = Buffer.alloc(BODY_BYTES, `{"order":${n},"note":"`);
  const identity = createHash('sha256').update(String(n)).digest().subarray(0, 16);
  return {
    id,
    gate: gateOf(n),
    provider: 'github',
    keyId: 'now',
    receivedMs,
    method: 'POST',
    url: '/hook',
    body,
    type: 'order.paid',
    headers: ['Host', 'hooks.example.com', 'Content-Type', 'application/json', 'X-Id', String(n)],
    claim: { identity, untilMs: Date.now() + DAY_MS },
  };
}

function gateOf(n: number): string {
  if (n % RARE_EVERY === 0) return 'rare';
  return n % 2 === 0 ? 'even' : 'odd';
}

function deliveriesOf(n: number): readonly NewDelivery[] {
  if (n % UNMATCHED_EVERY === 0) return [];
  return [{ destination: n % SENT_EVERY === 1 ? 'sent' : 'waits' }];
}
