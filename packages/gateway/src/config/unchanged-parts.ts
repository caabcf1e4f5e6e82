/** What of a configuration is as it was: those parts of the next one are the current one’s own, so that what has changed differs by identity. */
import type { Config } from './config.ts';
import { Secret } from './secret.ts';
import { isMapping } from './value-path.ts';

type Named = { readonly name: string };

/** @returns the next configuration, with the current one’s gates, sessions and destinations where they mean the same */
export function withUnchangedParts(current: Config, next: Config): Config {
  return {
    ...next,
    gates: keptByName(current.gates, next.gates),
    sessions: keptByName(current.sessions, next.sessions),
    destinations: keptByName(current.destinations, next.destinations),
  };
}

/** Whether two values of a configuration mean the same; secrets are compared by their texts, what is of no plain kind by identity. */
export function meansSame(value: unknown, other: unknown): boolean {
  if (Object.is(value, other)) return true;
  if (value instanceof Secret && other instanceof Secret) return value.reveal() === other.reveal();
  if (Array.isArray(value) && Array.isArray(other))
    return value.length === other.length && value.every((item, i) => meansSame(item, other[i]));
  if (!isMapping(value) || !isMapping(other)) return false;
  const names = Object.keys(value);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && meansSame(value[name], other[name]))
  );
}

function keptByName<Item extends Named>(current: readonly Item[], next: readonly Item[]): readonly Item[] {
  const byName = new Map(current.map((item) => [item.name, item]));
  return next.map((item) => {
    const before = byName.get(item.name);
    return before !== undefined && meansSame(before, item) ? before : item;
  });
}
