/** A gate that a request names and the configuration does not have: an empty answer would look as if it had nothing yet. */
import { nearMiss } from '@countersign/core';
import { listed } from '@countersign/core/internal/amounts';
import type { OpenGate } from '../gates/open-gate.ts';
import type { EventParts } from './admin-parts.ts';
import { Problem } from './problem.ts';

/** More gates than these are counted, not named; the route `gates` has all of them. */
const MAX_NAMED = 20;

/** Undefined where no gate is named, or one that there is. */
export function unknownGate(name: string | undefined, names: readonly string[]): Problem | undefined {
  return name === undefined || names.includes(name) ? undefined : noSuchGate(name, names);
}

/** The gate of a name. */
export function namedGate(gates: readonly OpenGate[], name: string): OpenGate | Problem {
  const named = gates.find(({ config }) => config.name === name);
  if (named !== undefined) return named;
  return noSuchGate(
    name,
    gates.map(({ config }) => config.name),
  );
}

/** @param names of the gates that there are: only these are quoted, never `name` */
export function noSuchGate(name: string, names: readonly string[]): Problem {
  const meant = nearMiss(name, names);
  const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
  const gates = names.length === 0 ? 'it has none' : `gates: ${listed(names, MAX_NAMED)}`;
  return new Problem('no-such-gate', `the gateway has no gate of this name${hint} (${gates})`);
}

/** The same of whoever keeps events: what a gate has kept stays in the store when the gate has left the configuration, and is there under its name. */
export async function unknownKeeper(
  { keepers, events }: Pick<EventParts, 'keepers' | 'events'>,
  gate: string | undefined,
): Promise<Problem | undefined> {
  const problem = gate === undefined ? undefined : unknownGate(gate, keepers());
  if (problem === undefined || gate === undefined) return undefined;
  return (await events.list({ limit: 1, gate })).length === 0 ? problem : undefined;
}
