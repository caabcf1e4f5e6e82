/** A gateway that keeps, with events and deliveries as the test wants them, and a client of its admin API. */
import { type AdminClient, AdminError, createAdminClient } from '@countersign/api';
import type { Settlement } from '../../src/stores/delivery-store.ts';
import type { KeptEvent } from '../../src/stores/event-store.ts';
import type { NewDelivery } from '../../src/stores/new-delivery.ts';
import { openStore } from '../../src/stores/open-store.ts';
import type { Store } from '../../src/stores/store.ts';
import { event } from '../../src/testing/kept-events.ts';
import { later, start, type TestGateway } from '../harness.ts';

export interface DayBench {
  readonly gateway: TestGateway;
  readonly store: Store;
  readonly client: AdminClient;
  keep(n: number, changes?: Partial<KeptEvent>, deliveries?: readonly NewDelivery[]): Promise<string>;
  /** One attempt of the delivery that is due first. */
  attempt(
    destination: string,
    result: Partial<Settlement> & { readonly code: string; readonly answer?: Uint8Array },
  ): Promise<void>;
  /** Why the admin API refused, as its code and what it said. */
  refusal(asked: Promise<unknown>): Promise<readonly [code: string | undefined, message: string]>;
}

export async function startDay(): Promise<DayBench> {
  const store = await openStore(':memory:');
  later(() => store.close());
  const gateway = await start(
    { inbox: { path: '/inbox', provider: 'none', keep: {} } },
    { sharedStore: store },
  );
  return {
    gateway,
    store,
    client: createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken }),
    async keep(n, changes = {}, deliveries = undefined) {
      const kept = event(n, { gate: 'inbox', ...changes });
      await store.events.keep(kept, [], deliveries);
      return kept.id;
    },
    async attempt(destination, { code, answer, ...result }) {
      const nowMs = Date.now();
      const [due] = await store.deliveries.take({
        destination,
        limit: 1,
        maxBytes: 1,
        leaseMs: 60_000,
        nowMs,
      });
      if (due === undefined) throw new Error('nothing is due');
      const { place, lease } = due;
      const attempt = { startedMs: nowMs, tookMs: 12, code, ...(answer && { answer }) };
      await store.deliveries.settle({ place, lease, state: 'dead', attempt, ...result });
    },
    refusal: (asked) =>
      asked.then(
        () => [undefined, 'it was not refused'],
        (error: unknown) => {
          if (!(error instanceof AdminError)) throw error;
          return [error.code, error.message.replace(/^the admin API answered \d+: /, '')];
        },
      ),
  };
}
