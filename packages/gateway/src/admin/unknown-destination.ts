/** A destination that a request names, and neither the configuration nor the store has. */
import { nearMiss } from '@countersign/core';
import { listed } from '@countersign/core/internal/amounts';
import type { EventParts } from './admin-parts.ts';
import { Problem } from './problem.ts';

type NameParts = Pick<EventParts, 'deliveries' | 'destinations' | 'conditions'>;

/** More destinations than these are counted, not named. */
const MAX_NAMED = 20;

/** Those of the configuration in its order, then those of before that have deliveries or a state. */
async function destinationNames({
  deliveries,
  destinations,
  conditions: readConditions,
}: NameParts): Promise<readonly string[]> {
  const [totals, conditions] = await Promise.all([deliveries.totals(), readConditions()]);
  const names = [
    ...destinations.map(({ name }) => name),
    ...conditions.keys(),
    ...totals.map(({ destination }) => destination),
  ];
  return [...new Set(names)];
}

/** Undefined where none is named, or one that the configuration or the store has. */
export async function unknownDestination(
  parts: NameParts,
  name: string | undefined,
): Promise<Problem | undefined> {
  if (name === undefined) return undefined;
  const names = await destinationNames(parts);
  if (names.includes(name)) return undefined;
  const list = names.length === 0 ? 'it has none' : `destinations: ${listed(names, MAX_NAMED)}`;
  return new Problem(
    'no-such-destination',
    `the gateway has no destination of this name${hintOf(name, names)} (${list})`,
  );
}

/** It may have deliveries from before. */
export function notRun(
  { control, isOffline = false }: Pick<EventParts, 'control' | 'isOffline'>,
  name: string,
): Problem {
  if (isOffline)
    return new Problem(
      'no-such-destination',
      'no gateway runs, and so no destination: start the gateway, and ask it',
    );
  const names = control?.list().map((status) => status.name) ?? [];
  const list = names.length === 0 ? 'it runs none' : `it runs ${listed(names, MAX_NAMED)}`;
  return new Problem(
    'no-such-destination',
    `the gateway runs no destination of this name${hintOf(name, names)} (${list})`,
  );
}

function hintOf(name: string, names: readonly string[]): string {
  const meant = nearMiss(name, names);
  return meant === undefined ? '' : `; did you mean ${meant}?`;
}
