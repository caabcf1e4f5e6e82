/** A list that somebody has scrolled stands still, until they go back to its top or to another list. */
import { useLocation } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useLive, useLiveStore } from './live-context.tsx';

const ADDRESS = '/live';
/** Pixels: less than a row is none. */
const SCROLLED = 48;

export interface HeldList {
  /** Another number is another list, which begins at its top. */
  readonly list: number;
  /** To the top, with what has come meanwhile. */
  goOn(): void;
  /** @param offset pixels */
  scrolled(offset: number): void;
}

export function useHeldList(): HeldList {
  const store = useLiveStore();
  const live = useLive();
  const { pathname, searchStr } = useLocation();
  const [list, setList] = useState(0);
  // Another list is looked at from its top; the one that was left, from where it was.
  const filteredBy = useRef(searchStr);
  useEffect(() => {
    // On the way to another page the address is that page’s already.
    if (pathname !== ADDRESS || filteredBy.current === searchStr) return;
    filteredBy.current = searchStr;
    store.offset = 0;
    setList((before) => before + 1);
    if (store.snapshot().hold === 'scrolled') store.setHold('none');
  }, [pathname, searchStr, store]);
  return {
    list,
    goOn() {
      store.offset = 0;
      setList((before) => before + 1);
      store.setHold('none');
    },
    scrolled(offset) {
      store.offset = offset;
      if (live.hold === 'none' && offset > SCROLLED) store.setHold('scrolled');
      if (live.hold === 'scrolled' && offset === 0) store.setHold('none');
    },
  };
}
