/** The live stream for all pages: it goes on from page to page. */
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import { client } from '../api/client.ts';
import { type LiveSnapshot, LiveStore } from './live-store.ts';

/** A window that nobody looks at has no frames, and a browser has six connections to a gateway for all its windows. */
const HIDDEN_EVERY_MS = 1_000;
const HIDDEN_AT_MOST_MS = 5 * 60 * 1000;

const Context = createContext<LiveStore | undefined>(undefined);

export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const [store] = useState(
    () =>
      new LiveStore({
        open: (options) => client.stream('liveVerdicts', {}, options),
        schedule: (run) => {
          if (document.hidden) setTimeout(run, HIDDEN_EVERY_MS);
          else requestAnimationFrame(run);
        },
      }),
  );
  useEffect(() => followWhileSeen(store), [store]);
  return <Context value={store}>{children}</Context>;
}

/** Lets go of the stream in a window that is hidden for long, and takes it up where it was. */
function followWhileSeen(store: LiveStore): () => void {
  let stop: (() => void) | undefined = store.start();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = (): void => {
    stop?.();
    stop = undefined;
  };
  const change = (): void => {
    clearTimeout(timer);
    if (document.hidden) timer = setTimeout(end, HIDDEN_AT_MOST_MS);
    else stop ??= store.start();
  };
  document.addEventListener('visibilitychange', change);
  return () => {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', change);
    end();
  };
}

export function useLiveStore(): LiveStore {
  const store = useContext(Context);
  if (store === undefined) throw new Error('there is no LiveProvider around');
  return store;
}

/** What came so far, anew with each frame in which something came. */
export function useLive(): LiveSnapshot {
  const store = useLiveStore();
  return useSyncExternalStore(store.subscribe, store.snapshot);
}
