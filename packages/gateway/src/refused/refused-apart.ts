/** A store of their own for refused requests, in memory: opened for the first gate that keeps them. */
import { closedBy, type Lifecycle } from '../lifecycle.ts';
import { openStore } from '../stores/open-store.ts';
import type { RefusedStore } from '../stores/refused-store.ts';
import type { Store } from '../stores/store.ts';

export interface RefusedApart extends RefusedStore {
  /** Called before any is kept. A second call does nothing. */
  open(): Promise<void>;
}

export interface RefusedApartOptions {
  /** Of the gateway’s own store: may hold some of a time when there was a storeKey. */
  readonly earlier: Pick<RefusedStore, 'sweep'>;
  readonly now: () => number;
  readonly lifecycle: Lifecycle;
  /** Told once it is open. */
  readonly onOpen: () => void;
}

export function createRefusedApart(options: RefusedApartOptions): RefusedApart {
  const { earlier, now, lifecycle, onOpen } = options;
  let opening: Promise<Store> | undefined;
  let store: Store | undefined;
  const opened = async (): Promise<Store> => {
    store = await openStore(':memory:', { now });
    onOpen();
    return store;
  };
  lifecycle.add(
    'the refused requests in memory',
    closedBy(async () => (await opening)?.close()),
  );
  return {
    async open() {
      opening ??= opened();
      await opening;
    },
    async keep(refusals, boundsOf) {
      // Before the opening there is no gate that has any.
      await store?.refused.keep(refusals, boundsOf);
    },
    get: async (id) => store?.refused.get(id),
    list: async (query) => store?.refused.list(query) ?? [],
    async remove(ids) {
      await store?.refused.remove(ids);
    },
    async sweep() {
      await earlier.sweep();
      await store?.refused.sweep();
    },
  };
}
