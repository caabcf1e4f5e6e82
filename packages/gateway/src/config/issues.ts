/** Turns zod's issues into findings that a person can act on. */

import { nearMiss } from '@countersign/core';
import type * as z from 'zod/mini';
import type { Finding } from './finding.ts';
import type { Origin } from './interpolate.ts';
import { formatPath, type ValuePath, valueAt } from './value-path.ts';

type Issue = z.core.$ZodIssue;

/** The findings of a failed parse. @param tree what was parsed, with its texts interpolated. */
export function findingsOf(
  issues: readonly Issue[],
  tree: unknown,
  origins: ReadonlyMap<string, Origin>,
): readonly Finding[] {
  return issues.flatMap((issue) => findingsOfIssue(issue, [], tree, origins));
}

function findingsOfIssue(
  issue: Issue,
  parent: ValuePath,
  tree: unknown,
  origins: ReadonlyMap<string, Origin>,
): readonly Finding[] {
  const path: ValuePath = [...parent, ...issue.path.map((part) => (typeof part === 'symbol' ? '?' : part))];
  if (issue.code === 'invalid_union') {
    // The alternative that the value was meant for is the one that found something wrong further in.
    const meant = issue.errors.find(
      (branch) => branch.length > 0 && branch.every((one) => one.path.length > 0),
    );
    if (meant !== undefined) return meant.flatMap((one) => findingsOfIssue(one, path, tree, origins));
  }
  const params = issue.code === 'custom' ? (issue.params ?? {}) : {};
  const knownKeys: unknown = params['knownKeys'];
  if (Array.isArray(knownKeys)) return [unknownKey(path, knownKeys.map(String), params['notYet'])];

  const value = valueAt(tree, path);
  const suggestion = suggestionFor(issue, params, value);
  const shown = showValue(path, value, origins);
  const known: unknown = params['problem'];
  const problem = typeof known === 'string' ? known : 'is not valid';
  return [
    {
      path,
      problem: value === undefined ? 'is missing' : problem,
      ...(shown === undefined ? {} : { value: shown }),
      expected: issue.message,
      ...(suggestion === undefined || shown === SECRET ? {} : { suggestion }),
    },
  ];
}

function unknownKey(path: ValuePath, knownKeys: readonly string[], notYet: unknown): Finding {
  const key = String(path.at(-1));
  const refusal = typeof notYet === 'object' && notYet !== null ? Object.entries(notYet) : [];
  const why: unknown = refusal.find(([name]) => name === key)?.[1];
  if (typeof why === 'string') return { path, place: 'key', problem: why };
  const suggestion = nearMiss(key, knownKeys);
  const expected = knownKeys.length === 0 ? 'no keys: write {}' : `one of ${knownKeys.join(', ')}`;
  return {
    path,
    place: 'key',
    problem: 'is not known here',
    expected,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

function suggestionFor(
  issue: Issue,
  params: Readonly<Record<string, unknown>>,
  value: unknown,
): string | undefined {
  if (typeof value !== 'string') return undefined;
  if (issue.code === 'invalid_value') return nearMiss(value, issue.values.map(String));
  const suggestion: unknown = params['suggestion'];
  return typeof suggestion === 'string' ? suggestion : undefined;
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
