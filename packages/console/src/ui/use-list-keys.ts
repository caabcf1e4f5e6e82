/** The selected row of a list, and the keys that move it: j and k from anywhere on the page, arrows in the list; Enter opens. */
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { isTyping } from './is-typing.ts';

export interface ListKeysOptions<Item> {
  readonly items: readonly Item[];
  readonly keyOf: (item: Item) => string;
  readonly onOpen: (item: Item) => void;
  /** Told of the row to which a key has gone. */
  readonly onMoved: (item: Item, index: number) => void;
}

export interface ListKeys<Item> {
  /** Below 0: none is. */
  readonly selectedIndex: number;
  select(item: Item): void;
  /** Of the list. */
  onKeyDown(event: KeyboardEvent): void;
}

const STEPS: Readonly<Record<string, number>> = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

export function useListKeys<Item>({ items, keyOf, onOpen, onMoved }: ListKeysOptions<Item>): ListKeys<Item> {
  // By its key: rows come and go before it.
  const [selectedKey, setSelectedKey] = useState<string>();
  const selectedIndex =
    selectedKey === undefined ? -1 : items.findIndex((item) => keyOf(item) === selectedKey);
  const select = (item: Item): void => setSelectedKey(keyOf(item));
  const move = (step: number): void => {
    const index = Math.min(Math.max(selectedIndex + step, 0), items.length - 1);
    const item = items[index];
    if (item === undefined) return;
    select(item);
    onMoved(item, index);
  };
  const latest = useRef(move);
  latest.current = move;
  useEffect(() => {
    const listen = ({ key, ctrlKey, metaKey, altKey, target }: globalThis.KeyboardEvent): void => {
      if (ctrlKey || metaKey || altKey || isTyping(target)) return;
      if (key === 'j' || key === 'k') latest.current(STEPS[key] ?? 0);
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
  return {
    selectedIndex,
    select,
    onKeyDown(event) {
      // They are the page's.
      if (event.key === 'j' || event.key === 'k') return;
      const step = STEPS[event.key];
      const selected = items[selectedIndex];
      if (step !== undefined) move(step);
      else if (event.key !== 'Enter') return;
      else if (selected !== undefined) onOpen(selected);
      event.preventDefault();
    },
  };
}
