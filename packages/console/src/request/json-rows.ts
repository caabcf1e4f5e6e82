/** A JSON value as the rows of a tree: those only whose parents are open. */

export interface JsonRow {
  /** Names and numbers from the root, as one key. */
  readonly path: string;
  readonly depth: number;
  /** Of a member or an element; undefined for the root. */
  readonly name: string | undefined;
  readonly kind: 'object' | 'array' | 'string' | 'number' | 'literal';
  /** Of a leaf: as JSON writes it. Of a branch: how many it has. */
  readonly text: string;
  readonly isOpen: boolean;
  readonly parent: string | undefined;
}

/** More rows than these are not made: the text shows all. */
export const MOST_JSON_ROWS = 50_000;
const OPEN_AT_FIRST_ROWS = 200;
const OPEN_AT_FIRST_DEPTH = 4;

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** @returns undefined for what is no JSON */
export function readJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** @param toggled paths of branches that are not as they were at first */
export function jsonRows(value: Json, toggled: ReadonlySet<string>): readonly JsonRow[] {
  const rows: JsonRow[] = [];
  const add = (each: Json, place: Pick<JsonRow, 'path' | 'depth' | 'name' | 'parent'>): void => {
    if (rows.length >= MOST_JSON_ROWS) return;
    const { path, depth } = place;
    const children = childrenOf(each);
    const isOpenAtFirst = depth < OPEN_AT_FIRST_DEPTH && (children?.length ?? 0) <= OPEN_AT_FIRST_ROWS;
    const isOpen = children !== undefined && isOpenAtFirst !== toggled.has(path);
    rows.push(rowOf(each, place, children?.length, isOpen));
    if (!isOpen || children === undefined) return;
    for (const [name, child] of children)
      add(child, { path: `${path}/${name.length}:${name}`, depth: depth + 1, name, parent: path });
  };
  add(value, { path: '', depth: 0, name: undefined, parent: undefined });
  return rows;
}

function childrenOf(value: Json): readonly (readonly [name: string, value: Json])[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value);
}

function rowOf(
  value: Json,
  { path, depth, name, parent }: Pick<JsonRow, 'path' | 'depth' | 'name' | 'parent'>,
  size: number | undefined,
  isOpen: boolean,
): JsonRow {
  const text = size === undefined ? JSON.stringify(value) : Array.isArray(value) ? `[${size}]` : `{${size}}`;
  return { path, depth, name, parent, kind: kindOf(value), text, isOpen };
}

function kindOf(value: Json): JsonRow['kind'] {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'object' && value !== null) return 'object';
  if (typeof value === 'string' || typeof value === 'number')
    return typeof value === 'string' ? 'string' : 'number';
  return 'literal';
}
