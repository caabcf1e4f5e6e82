/** A long list of which only what is seen stands in the page. j and k go through it, Enter opens; each row is a link, so that it opens in another tab too. */
import { useNavigate } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type MouseEvent, type ReactNode, useEffect, useId, useRef } from 'react';
import { useListKeys } from './use-list-keys.ts';
import { useNarrow } from './use-narrow.ts';
import './virtual-list.css';

export interface VirtualListProps<Item> {
  readonly label: string;
  readonly items: readonly Item[];
  readonly keyOf: (item: Item) => string;
  readonly row: (item: Item) => ReactNode;
  /** Where a row leads; undefined where it leads nowhere. */
  readonly hrefOf: (item: Item) => string | undefined;
  /** What a plain click and Enter do. Default: they follow the link. */
  readonly onOpen?: ((item: Item) => void) | undefined;
  /** Pixels. Rows are of one height, so that none has to be measured. */
  readonly rowHeight?: number;
  /** Pixels: where the window is narrow, and a row's columns stand one below the other. */
  readonly narrowRowHeight?: number;
  /** Called when the end is near. */
  readonly onEnd?: (() => void) | undefined;
  /** CSS height: it is never more than its rows need. Default: what is left of the window. */
  readonly height?: string;
  /** Pixels: how far it is scrolled at first. */
  readonly offset?: number;
  /** Told how far it is scrolled. */
  readonly onScrolled?: ((offset: number) => void) | undefined;
  /** Told of the row to which somebody went. */
  readonly onSelected?: ((item: Item) => void) | undefined;
}

const ROW_HEIGHT = 44;
/** Of the head above and the margin below. */
const LEFT = 'max(20rem, calc(100dvh - 15rem))';

export function VirtualList<Item>(props: VirtualListProps<Item>) {
  const { label, items, keyOf, row, hrefOf, onOpen, onEnd, onScrolled, onSelected } = props;
  const { rowHeight: wideRowHeight = ROW_HEIGHT, narrowRowHeight = wideRowHeight } = props;
  const { height = LEFT, offset = 0 } = props;
  const rowHeight = useNarrow() ? narrowRowHeight : wideRowHeight;
  const navigate = useNavigate();
  const prefix = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    initialOffset: offset,
  });
  const { measure } = rows;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another height of rows is what asks for it
  useEffect(measure, [measure, rowHeight]);
  const visible = rows.getVirtualItems();
  const lastIndex = visible.at(-1)?.index ?? -1;
  useEffect(() => {
    if (lastIndex >= items.length - 1 && items.length > 0) onEnd?.();
  }, [lastIndex, items.length, onEnd]);

  const open = (item: Item): void => {
    const href = hrefOf(item);
    if (onOpen !== undefined) onOpen(item);
    else if (href !== undefined) void navigate({ href });
  };
  const keys = useListKeys({
    items,
    keyOf,
    onOpen: open,
    onMoved(item, index) {
      onSelected?.(item);
      rows.scrollToIndex(index);
      scroller.current?.focus();
    },
  });
  const click = (event: MouseEvent, item: Item): void => {
    // Another tab, another window, a download: the browser's own.
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    keys.select(item);
    open(item);
  };
  return (
    <div
      ref={scroller}
      className="virtual-list"
      role="listbox"
      aria-label={label}
      tabIndex={0}
      aria-activedescendant={keys.selectedIndex < 0 ? undefined : `${prefix}-${keys.selectedIndex}`}
      onKeyDown={keys.onKeyDown}
      onScroll={({ currentTarget }) => onScrolled?.(currentTarget.scrollTop)}
      style={{ height: `min(${items.length * rowHeight}px, ${height})` }}
    >
      <div style={{ height: rows.getTotalSize() }}>
        {visible.map(({ index, start }) => {
          const item = items[index];
          if (item === undefined) return null;
          return (
            <a
              href={hrefOf(item)}
              key={keyOf(item)}
              id={`${prefix}-${index}`}
              role="option"
              aria-selected={index === keys.selectedIndex}
              aria-posinset={index + 1}
              aria-setsize={items.length}
              tabIndex={-1}
              data-index={index}
              onClick={(event) => click(event, item)}
              style={{ height: rowHeight, transform: `translateY(${start}px)` }}
            >
              {row(item)}
            </a>
          );
        })}
      </div>
    </div>
  );
}
