/** A JSON body as a tree: arrows go through it and open and close its branches. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useId, useMemo, useRef, useState } from 'react';
import { StrangersText } from '../ui/strangers-text.tsx';
import { REQUEST } from '../words/request.ts';
import { type Json, type JsonRow, jsonRows } from './json-rows.ts';

const ROW_HEIGHT = 24;
const MOST_HEIGHT = 480;
const INDENT = 18;
/** Of a value: the text shows all. */
const MOST_CHARS = 400;

export function JsonTree({ value }: { readonly value: Json }) {
  const prefix = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const [current, setCurrent] = useState('');
  const rows = useMemo(() => jsonRows(value, toggled), [value, toggled]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
  });
  const index = Math.max(
    0,
    rows.findIndex(({ path }) => path === current),
  );
  const goTo = (next: number): void => {
    const row = rows[Math.min(Math.max(next, 0), rows.length - 1)];
    if (row === undefined) return;
    setCurrent(row.path);
    virtual.scrollToIndex(rows.indexOf(row));
  };
  const toggle = ({ path }: JsonRow): void =>
    setToggled(
      (before) => new Set(before.has(path) ? [...before].filter((each) => each !== path) : [...before, path]),
    );
  const onKeyDown = (event: KeyboardEvent): void => {
    const row = rows[index];
    if (row === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const moves: Readonly<Record<string, () => void>> = {
      ArrowDown: () => goTo(index + 1),
      ArrowUp: () => goTo(index - 1),
      Home: () => goTo(0),
      End: () => goTo(rows.length - 1),
      ArrowRight: () => (isBranch(row) && !row.isOpen ? toggle(row) : goTo(index + 1)),
      ArrowLeft: () =>
        isBranch(row) && row.isOpen ? toggle(row) : goTo(rows.findIndex(({ path }) => path === row.parent)),
      Enter: () => isBranch(row) && toggle(row),
    };
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    move();
  };
  return (
    <div
      ref={scroller}
      className="json-tree mono"
      role="tree"
      tabIndex={0}
      aria-label={REQUEST.body.jsonLabel}
      aria-activedescendant={`${prefix}-${index}`}
      onKeyDown={onKeyDown}
      style={{ height: Math.min(MOST_HEIGHT, virtual.getTotalSize() + 8) }}
    >
      <div role="presentation" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          return (
            <TreeItem
              key={row.path}
              id={`${prefix}-${item.index}`}
              row={row}
              top={item.start}
              isCurrent={item.index === index}
              onClick={() => {
                setCurrent(row.path);
                if (isBranch(row)) toggle(row);
              }}
            />
          );
        })}
      </div>
    </div>
  );
}

interface TreeItemProps {
  readonly id: string;
  readonly row: JsonRow;
  /** In pixels. */
  readonly top: number;
  readonly isCurrent: boolean;
  readonly onClick: () => void;
}

function TreeItem({ id, row, top, isCurrent, onClick }: TreeItemProps) {
  const { name, text, depth, kind, isOpen } = row;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the tree’s
    <div
      id={id}
      role="treeitem"
      tabIndex={-1}
      aria-level={depth + 1}
      aria-selected={isCurrent}
      aria-expanded={isBranch(row) ? isOpen : undefined}
      data-kind={kind}
      onClick={onClick}
      style={{ transform: `translateY(${top}px)`, paddingLeft: 8 + depth * INDENT }}
    >
      <span className="twist" aria-hidden="true">
        {isBranch(row) ? (isOpen ? '▾' : '▸') : ''}
      </span>
      {name !== undefined && (
        <span className="name">
          <StrangersText text={cut(name)} />:{' '}
        </span>
      )}
      <span className="value">
        <StrangersText text={cut(text)} />
      </span>
    </div>
  );
}

function isBranch({ kind }: JsonRow): boolean {
  return kind === 'object' || kind === 'array';
}

function cut(text: string): string {
  return text.length > MOST_CHARS ? `${text.slice(0, MOST_CHARS)}…` : text;
}
