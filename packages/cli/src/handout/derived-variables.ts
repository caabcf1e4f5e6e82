/** Which variables a program makes of the request before it signs, and in which order. */
import type { Atom, Derived, PlanVariable } from './plan-parts.ts';

const DERIVED: readonly Derived[] = [
  'target',
  'path',
  'query',
  'sortedQuery',
  'digest',
  'digestBytes',
  'formLines',
  'formText',
  'length',
  'jwk',
  'accessToken',
];

/** What stands on another comes after it. */
const NEEDS: Readonly<Partial<Record<Derived, readonly Derived[]>>> = {
  path: ['target'],
  query: ['target'],
  sortedQuery: ['target', 'query'],
};

/** Those that these texts are made of, and what they need themselves. */
export function derivedOf(atoms: readonly Atom[]): readonly Derived[] {
  const used = new Set<PlanVariable>(atoms.flatMap((atom) => ('variable' in atom ? [atom.variable] : [])));
  for (const name of DERIVED) if (used.has(name)) for (const needed of NEEDS[name] ?? []) used.add(needed);
  return DERIVED.filter((name) => used.has(name));
}
