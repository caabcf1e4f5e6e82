/** A gate that a request names and the configuration does not have: what is asked of it would look as if there were none of it yet. */
import { nearMiss } from '@countersign/core';
import { Problem } from './problem.ts';

/** So many of a gateway's gates are named; the route `gates` has all of them. */
const MAX_NAMED = 20;

/** Undefined where no gate is named, or one that there is. @param names of those that the configuration has; of these alone some are quoted. */
export function unknownGate(name: string | undefined, names: readonly string[]): Problem | undefined {
  if (name === undefined || names.includes(name)) return undefined;
  const meant = nearMiss(name, names);
  const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
  return new Problem('no-such-gate', `the gateway has no gate of this name${hint} (${listOf(names)})`);
}

function listOf(names: readonly string[]): string {
  if (names.length === 0) return 'it has none';
  const more = names.length > MAX_NAMED ? ` and ${names.length - MAX_NAMED} more` : '';
  return `gates: ${names.slice(0, MAX_NAMED).join(', ')}${more}`;
}
