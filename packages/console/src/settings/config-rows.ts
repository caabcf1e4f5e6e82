/** The configuration as rows: a path and a value each, as findings and differences name them. */
import type { ConfigView } from '@countersign/api';

export interface ConfigRow {
  /** E.g. `gates.stripe.keys[0].state`. */
  readonly path: string;
  readonly value: string;
  readonly isDefault: boolean;
}

export interface ConfigSection {
  /** E.g. `gates.stripe`, `listen`. */
  readonly name: string;
  readonly rows: readonly ConfigRow[];
}

/** Deeper there is nothing that a person reads as a setting. */
const MOST_DEPTH = 20;

export function configRows({
  config,
  defaults,
}: Pick<ConfigView, 'config' | 'defaults'>): readonly ConfigRow[] {
  const own = new Set(defaults);
  const rows: ConfigRow[] = [];
  const walk = (value: unknown, path: string, isDefault: boolean, depth: number): void => {
    const isWholeDefault = isDefault || own.has(path);
    const members = depth < MOST_DEPTH ? membersOf(value, path) : [];
    if (members.length === 0) rows.push({ path, value: textOf(value), isDefault: isWholeDefault });
    for (const [place, member] of members) walk(member, place, isWholeDefault, depth + 1);
  };
  for (const [name, value] of Object.entries(Object(config))) walk(value, name, false, 0);
  return rows;
}

function membersOf(value: unknown, path: string): readonly [path: string, value: unknown][] {
  if (Array.isArray(value)) return value.map((member, i): [string, unknown] => [`${path}[${i}]`, member]);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).map(([name, member]) => [`${path}.${name}`, member]);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What belongs together: each gate and session is a section of its own. */
export function configSections(rows: readonly ConfigRow[]): readonly ConfigSection[] {
  const sections = Map.groupBy(rows, ({ path }) => sectionOf(path));
  return [...sections].map(([name, own]) => ({ name, rows: own }));
}

function sectionOf(path: string): string {
  return /^(?:gates|sessions)\.[^.[]+/.exec(path)?.[0] ?? /^[^.[]+/.exec(path)?.[0] ?? path;
}
