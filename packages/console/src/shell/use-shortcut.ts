/** A key that does something anywhere on the page, but not while somebody types. */
import { useEffect, useRef } from 'react';
import { isTyping } from '../ui/is-typing.ts';

/** @param key as `KeyboardEvent.key`; with `ctrl` also where somebody types, and ⌘ counts as Ctrl */
export function useShortcut(key: string, run: () => void, ctrl = false): void {
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.key !== key || event.altKey || (event.ctrlKey || event.metaKey) !== ctrl) return;
      if (!ctrl && isTyping(event.target)) return;
      event.preventDefault();
      latest.current();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, [key, ctrl]);
}
