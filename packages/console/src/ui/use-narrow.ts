/** Whether the window is narrow, as the styles of lists have it: then a row's columns stand one below the other. */
import { useSyncExternalStore } from 'react';

const NARROW: MediaQueryList = matchMedia('(max-width: 960px)');

function subscribe(listener: () => void): () => void {
  NARROW.addEventListener('change', listener);
  return () => NARROW.removeEventListener('change', listener);
}

export function useNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => NARROW.matches);
}
