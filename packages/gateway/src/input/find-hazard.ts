/** What no input may be, whatever its schema says: found before any schema's code sees it. */

import { isObject } from '@countersign/core/internal/is-object';
import type { InputIssue } from './find-issues.ts';
import { pointerPart } from './pointer.ts';

/**
 * Objects and arrays inside one another, the input itself being the first. `JSON.parse` takes half a million of them in
 * 1 MB; schema libraries, and most code behind them, recurse and overflow the stack at a few thousand.
 */
const MAX_LEVELS = 100;

/**
 * What makes an input one that no code should be given: it is no object, is nested too deeply, or holds a field named
 * `__proto__`, which becomes a prototype where it is copied by assignment. Undefined where nothing does.
 */
export function findHazard(input: unknown): InputIssue | undefined {
  return isObject(input) ? inspect(input, 1) : { path: '', message: 'must be an object' };
}

/** Whether a value is nested more deeply than any code here is given it: `JSON.stringify` too overflows the stack at some thousands. */
export function isTooDeep(value: unknown, level = 1): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (level > MAX_LEVELS) return true;
  return Object.values(value).some((member) => isTooDeep(member, level + 1));
}

/** Recurses, which is safe: it turns back at the first level too many. */
function inspect(value: object, level: number): InputIssue | undefined {
  if (level > MAX_LEVELS)
    return { path: '', message: `is nested too deeply: ${MAX_LEVELS} levels are allowed` };
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const item: unknown = value[i];
      const issue = typeof item === 'object' && item !== null ? inspect(item, level + 1) : undefined;
      if (issue !== undefined) return { ...issue, path: `/${i}${issue.path}` };
    }
    return undefined;
  }
  if (Object.hasOwn(value, '__proto__'))
    return { path: '/__proto__', message: 'is not an allowed field name' };
  for (const name in value) {
    const field: unknown = value[name as keyof typeof value];
    const issue = typeof field === 'object' && field !== null ? inspect(field, level + 1) : undefined;
    if (issue !== undefined) return { ...issue, path: `/${pointerPart(name)}${issue.path}` };
  }
  return undefined;
}
