/** Addresses that a reader keeps under names: a view is its address, filters and all. */
import { readStored, writeStored } from './stored.ts';

export interface SavedView {
  readonly name: string;
  /** Path and query, from the root. */
  readonly to: string;
}

const KEY = 'countersign-views';
const MOST = 50;

export function savedViews(): readonly SavedView[] {
  try {
    const stored: unknown = JSON.parse(readStored(KEY) ?? '[]');
    return Array.isArray(stored) ? stored.filter(isView).slice(0, MOST) : [];
  } catch {
    return [];
  }
}

/** One of the same name is replaced. */
export function saveView(view: SavedView): void {
  const others = savedViews().filter(({ name }) => name !== view.name);
  writeStored(KEY, JSON.stringify([view, ...others].slice(0, MOST)));
}

/** A stored value is anybody's who can write there: only paths of this console are taken. */
function isView(value: unknown): value is SavedView {
  const { name, to }: Partial<Record<'name' | 'to', unknown>> = Object(value);
  return typeof name === 'string' && typeof to === 'string' && /^\/(?![/\\])/.test(to);
}
