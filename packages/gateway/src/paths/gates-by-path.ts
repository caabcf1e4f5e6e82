/** Gates by their paths: those that differ in their methods only share one. */
import { SetupError } from '@countersign/core';
import type { GateConfig } from '../config/config.ts';
import { pathShape } from '../config/path-pattern.ts';
import type { PathRoute } from './path-table.ts';

/** One route a path, with at least one gate. @throws SetupError where one path stands under two names. */
export function gatesByPath<T extends { readonly config: GateConfig }>(
  gates: readonly T[],
): readonly PathRoute<readonly T[]>[] {
  const byShape = new Map<string, T[]>();
  for (const gate of gates) {
    const shape = pathShape(gate.config.segments);
    const together = byShape.get(shape);
    const first = together?.[0]?.config;
    if (first !== undefined && first.path !== gate.config.path) {
      const problem = `${gate.config.path} and ${first.path} are one path under two names`;
      throw new SetupError(`gates.${gate.config.name}.path`, problem, 'Name the segments alike.');
    }
    if (together === undefined) byShape.set(shape, [gate]);
    else together.push(gate);
  }
  return [...byShape.values()].map((together) => ({
    segments: together[0]?.config.segments ?? [],
    value: together,
  }));
}

/** Whether a gate takes requests of a method. */
export function takesMethod({ methods, testMethods }: GateConfig, method: string): boolean {
  return methods === 'all' || methods.includes(method) || testMethods.includes(method);
}
