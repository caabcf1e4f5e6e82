/** Turns a schema's faults into findings that a person can act on. */

import { nearMiss } from '@countersign/core';
import type { Finding } from './finding.ts';
import type { Origin } from './interpolate.ts';
import type { Fault } from './shape.ts';
import { formatPath, type ValuePath, valueAt } from './value-path.ts';

/** The findings of a tree that could not be read. @param tree what was read, with its texts interpolated. */
export function findingsOf(
  faults: readonly Fault[],
  tree: unknown,
  origins: ReadonlyMap<string, Origin>,
): readonly Finding[] {
  return faults.map((fault) => findingOf(fault, tree, origins));
}

function findingOf(fault: Fault, tree: unknown, origins: ReadonlyMap<string, Origin>): Finding {
  const { path, expected, problem = 'is not valid', suggestion, known } = fault;
  if (known !== undefined) return unknownKey(path, known);
  const value = valueAt(tree, path);
  const shown = showValue(path, value, origins);
  return {
    path,
    problem: value === undefined ? 'is missing' : problem,
    ...(shown !== undefined && { value: shown }),
    expected,
    ...(suggestion !== undefined && shown !== SECRET && { suggestion }),
  };
}

function unknownKey(path: ValuePath, { keys, notYet }: NonNullable<Fault['known']>): Finding {
  const key = String(path.at(-1));
  const refusal = Object.hasOwn(notYet, key) ? notYet[key] : undefined;
  if (refusal !== undefined) return { path, place: 'key', problem: refusal };
  const suggestion = nearMiss(key, keys);
  const expected = keys.length === 0 ? 'no keys: write {}' : `one of ${keys.join(', ')}`;
  return {
    path,
    place: 'key',
    problem: 'is not known here',
    expected,
    ...(suggestion !== undefined && { suggestion }),
  };
}

const SECRET = '[secret]';
const MAX_SHOWN_LENGTH = 80;

/**
 * A value as an error may show it; undefined where there is none. Hidden: what was interpolated, what is or
 * belongs to a secret, and URLs with a password. Lists and mappings are named, not shown.
 */
export function showValue(
  path: ValuePath,
  value: unknown,
  origins: ReadonlyMap<string, Origin>,
): string | undefined {
  if (value === undefined) return undefined;
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  const origin = origins.get(formatPath(path));
  if (origin !== undefined) {
    return origin.sources.length === 0 ? SECRET : `${SECRET} from ${origin.sources.join(' and ')}`;
  }
  if (mayHoldSecret(path) || (typeof value === 'string' && /:\/\/[^/]*@/.test(value))) return SECRET;
  if (typeof value !== 'string') return typeof value === 'function' ? 'a function' : String(value);
  return value.length <= MAX_SHOWN_LENGTH
    ? JSON.stringify(value)
    : `${JSON.stringify(value.slice(0, MAX_SHOWN_LENGTH))} and ${value.length - MAX_SHOWN_LENGTH} more characters`;
}

/** The fields of a key that are no secret. */
const OPEN_KEY_FIELDS: ReadonlySet<unknown> = new Set(['id', 'encoding', 'state', 'from', 'until']);
/** The fields of a registration that are no secret. */
const OPEN_REGISTER_FIELDS: ReadonlySet<unknown> = new Set(['apiUrl', 'every']);

/** The fields of a session that are no secret. */
const OPEN_SESSION_FIELDS: ReadonlySet<unknown> = new Set([
  ...['broker', 'at', 'apiUrl', 'clientId', 'flowId', 'redirects', 'life', 'tokenUrl', 'scope', 'origins'],
  ...['requestsPerMinute', 'timeout'],
]);

/** Whether a secret can stand at a path, also one that was put a level too high or too low. */
export function mayHoldSecret(path: ValuePath): boolean {
  if (path[0] === 'admin' || path[0] === 'storeKey') return true;
  if (path[0] === 'sessions') return path.length > 2 && !OPEN_SESSION_FIELDS.has(path[2]);
  if (path[0] !== 'gates') return false;
  if (path[2] === 'keys') return !(path.length === 5 && OPEN_KEY_FIELDS.has(path[4]));
  if (path[3] === 'register') return !(path.length === 5 && OPEN_REGISTER_FIELDS.has(path[4]));
  return path[2] === 'scheme' || (path[2] === 'provider' && path.length > 3);
}
