/** What a page has asked for is asked again when the live stream tells that it has changed. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { CalledRoute } from '../api/use-call.ts';
import { useLiveStore } from './live-context.tsx';
import type { LiveItem } from './live-store.ts';

/** However much comes: a list is asked for again no more often. */
const EVERY_MS = 1_500;

/**
 * @param routes whose answers become stale
 * @param isWanted whether an item of the stream tells of a change; where some did not come, it may have been one
 */
export function useLiveRefresh(routes: readonly CalledRoute[], isWanted: (item: LiveItem) => boolean): void {
  const store = useLiveStore();
  const queries = useQueryClient();
  const latest = useRef({ routes, isWanted });
  latest.current = { routes, isWanted };
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const refresh = (): void => {
      timer = undefined;
      for (const route of latest.current.routes) void queries.invalidateQueries({ queryKey: [route] });
    };
    const stop = store.watch((items) => {
      if (timer !== undefined) return;
      if (items.some((item) => 'lost' in item || latest.current.isWanted(item)))
        timer = setTimeout(refresh, EVERY_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [store, queries]);
}
