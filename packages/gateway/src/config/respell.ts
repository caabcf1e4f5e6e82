/**
 * What a configuration with misspelt names was meant to be: what stands under one is read as under the name that it is nearest to,
 * so that all that is wrong is told at once, and nothing as missing that is only misspelt.
 */
import { meantName } from './meant-name.ts';
import type { AnySchema } from './schema-walk.ts';
import { type Fault, MISREAD, type Shape } from './shape.ts';
import { isMapping, type ValuePath } from './value-path.ts';

export interface Respelt {
  /** With the names that were meant. The tree itself where none was misspelt. */
  readonly tree: unknown;
  /** One for each misspelt name, at the path as written. */
  readonly faults: readonly Fault[];
  /** A path of `tree` as it was written. */
  written(path: ValuePath): ValuePath;
  /** A path as written in `tree`. */
  meant(path: ValuePath): ValuePath;
}

/** Paths that differ in their last part, or in one before it. */
interface Renamed {
  readonly written: ValuePath;
  readonly meant: ValuePath;
}

/** @param tree of any shape */
export function respell(schema: AnySchema, tree: unknown): Respelt {
  const renames: Renamed[] = [];
  const faults: Fault[] = [];
  const root: Walk = { written: [], meant: [], renames, faults };
  return {
    tree: asMeant(schema, tree, root),
    faults,
    written: (path) => translated(path, renames, 'meant', 'written'),
    meant: (path) => translated(path, renames, 'written', 'meant'),
  };
}

interface Walk extends Renamed {
  readonly renames: Renamed[];
  readonly faults: Fault[];
}

function asMeant({ parts = {} }: AnySchema, value: unknown, walk: Walk): unknown {
  const { members, each, choices = [] } = parts;
  if (members !== undefined && isMapping(value)) return mappingAsMeant(members, value, walk);
  if (each !== undefined && Array.isArray(value))
    return value.map((item: unknown, i) => asMeant(each.schema, item, below(walk, i, i)));
  if (each !== undefined && isMapping(value)) {
    const entries = Object.entries(value);
    return Object.fromEntries(
      entries.map(([key, item]) => [key, asMeant(each.schema, item, below(walk, key, key))]),
    );
  }
  return choices.reduce<unknown>((result, choice) => asMeant(choice, result, walk), value);
}

function mappingAsMeant(members: Shape, value: Readonly<Record<string, unknown>>, walk: Walk): object {
  const keys = Object.keys(members);
  const taken = new Set(Object.keys(value));
  const entries = Object.entries(value).map(([key, item]): readonly [string, unknown] => {
    if (Object.hasOwn(members, key)) return [key, asMeant(member(members, key), item, below(walk, key, key))];
    const meant = meantName(key, keys);
    // Of two values for one name nobody knows which counts.
    if (meant === undefined || taken.has(meant) || !isOfKind(member(members, meant), item))
      return [key, item];
    taken.add(meant);
    const inside = below(walk, key, meant);
    walk.renames.push({ written: inside.written, meant: inside.meant });
    walk.faults.push({ path: inside.written, expected: '', known: { keys, notYet: {} } });
    return [meant, asMeant(member(members, meant), item, inside)];
  });
  return Object.fromEntries(entries);
}

function member(members: Shape, key: string): AnySchema {
  return members[key] as AnySchema;
}

function below(walk: Walk, written: string | number, meant: string | number): Walk {
  return { ...walk, written: [...walk.written, written], meant: [...walk.meant, meant] };
}

/** Whether a value could stand under a name, whatever is wrong within it: a text is no list of keys. A text that was not filled in could be anything. */
function isOfKind(schema: AnySchema, value: unknown): boolean {
  if (value === '') return true;
  const faults: Fault[] = [];
  if (schema.read(value, { path: [], faults }) !== MISREAD) return true;
  return faults.every(({ path, isNear }) => path.length > 0 || isNear === true);
}

function translated(
  path: ValuePath,
  renames: readonly Renamed[],
  from: keyof Renamed,
  to: keyof Renamed,
): ValuePath {
  // The innermost of those that the path goes through: its other side has the outer ones in it.
  const innermost = renames.findLast((renamed) => beginsWith(path, renamed[from]));
  return innermost === undefined ? path : [...innermost[to], ...path.slice(innermost[from].length)];
}

function beginsWith(path: ValuePath, start: ValuePath): boolean {
  return start.length <= path.length && start.every((part, i) => part === path[i]);
}
