/** What a store’s file holds, as the admin API shows it: for who looks into it while no gateway runs. */
import { Buffer } from 'node:buffer';
import type { ClaimView, EventView, RefusedPage, RefusedQuery, RefusedView } from '@countersign/api';
import type { Config } from '../config/config.ts';
import { createSealedRefusals } from '../sealed/sealed-refusals.ts';
import { keysOfFile } from '../sealed/store-keys.ts';
import { unsealedHeaders } from '../sealed/withheld-headers.ts';
import { openStore } from '../stores/open-store.ts';
import { claimView, eventView, refusedPage, refusedView } from './views.ts';

/** Kept events and refused requests of a store. */
export interface KeptInFile {
  /** At most 20 where no limit is given. */
  refused(query: RefusedQuery): Promise<RefusedPage>;
  /** `unreadable`: it was stored under another storeKey. Undefined where it is not there. */
  refusedRequest(id: string): Promise<RefusedView | 'unreadable' | undefined>;
  /** With the headers that are secret, where the storeKey opens them. */
  event(id: string): Promise<EventView | undefined>;
  /** A claim that is held now, by its 32 hex characters; undefined where it is not. */
  claim(gate: string, claimId: string): Promise<ClaimView | undefined>;
  close(): Promise<void>;
}

/**
 * Opens the store of a configuration, which is this process’s alone until `close()`.
 * @throws SetupError where it cannot be opened, or a gateway that runs holds it.
 */
export async function openKeptInFile(
  config: Pick<Config, 'store' | 'storeKey' | 'previousStoreKeys'>,
  now: () => number = Date.now,
): Promise<KeptInFile> {
  const store = await openStore(config.store, { now });
  const sealer = (await keysOfFile(store, config))?.sealer;
  const refusals = createSealedRefusals(store.refused, sealer);
  return {
    refused: async ({ gate, before, limit = 20 }) =>
      refusedPage(
        await refusals.list({
          limit,
          ...(gate !== undefined && { gate }),
          ...(before !== undefined && { before }),
        }),
      ),
    refusedRequest: async (id) => {
      const request = await refusals.get(id);
      return request === undefined || request === 'unreadable' ? request : refusedView(request);
    },
    event: async (id) => {
      const [event, summary] = await Promise.all([store.events.get(id), store.events.summary(id)]);
      if (event === undefined || summary === undefined) return undefined;
      const headers = unsealedHeaders(event, sealer);
      if (headers === undefined) return eventView(event, summary, []);
      const { withheld: _, ...rest } = event;
      return eventView({ ...rest, headers }, summary, []);
    },
    claim: async (gate, claimId) => {
      const held = await store.claims.find(gate, new Uint8Array(Buffer.from(claimId, 'hex')), now());
      return held && claimView(gate, claimId, held);
    },
    close: () => store.close(),
  };
}
