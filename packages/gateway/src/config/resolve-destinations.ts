/** Destinations with their names and absolute paths: those at the top, then those of gates and sessions. */
import { resolve as resolvePath } from 'node:path';
import type { DestinationConfig, TargetConfig } from './delivery-config.ts';
import type { ReadDestination } from './destination-schema.ts';

/** Destinations that gates, sessions and the top have written. */
export interface DestinationList {
  readonly destinations: readonly DestinationConfig[];
  /** @returns the names of what an owner delivers to. @param option where its list stands */
  namesOf(owner: string, deliver: readonly (string | ReadDestination)[], option: string): readonly string[];
}

/** @param atTop by name. The rules made sure that each has one target, and a name of its own. */
export function createDestinationList(
  atTop: Readonly<Record<string, ReadDestination>>,
  baseDir: string,
): DestinationList {
  const destinations: DestinationConfig[] = [];
  const add = (name: string, read: ReadDestination, option: string): string => {
    const { target, transform, ...rest } = read;
    if (target === undefined) throw new TypeError(`${option} has no target`);
    destinations.push({
      ...rest,
      name,
      option,
      target: resolveTarget(target, baseDir),
      ...(transform && { transform: { ...transform, file: resolvePath(baseDir, transform.file) } }),
    });
    return name;
  };
  for (const [name, read] of Object.entries(atTop)) add(name, read, `destinations.${name}`);
  return {
    destinations,
    namesOf: (owner, deliver, option) =>
      deliver.map((item, at) =>
        typeof item === 'string' ? item : add(item.name ?? owner, item, `${option}[${at}]`),
      ),
  };
}

function resolveTarget(target: TargetConfig, baseDir: string): TargetConfig {
  switch (target.kind) {
    case 'action':
      return { ...target, actionsFile: resolvePath(baseDir, target.actionsFile) };
    case 'command': {
      const [program = '', ...rest] = target.command;
      // One without a slash is found by PATH.
      const command = [program.includes('/') ? resolvePath(baseDir, program) : program, ...rest];
      return { ...target, command, directory: resolvePath(baseDir, target.directory) };
    }
    case 'file':
      return { ...target, path: resolvePath(baseDir, target.path) };
    default:
      return target;
  }
}
