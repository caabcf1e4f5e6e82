/** Compares an input with what its schema made of it, for schemas that do not say what they declare. */
import { MAX_ISSUES } from './find-issues.ts';
import type { FieldPath } from './unknown-fields.ts';

/**
 * At most 20 fields of an input that are gone from the output; where the output is no object, nothing is. An array that
 * became an object has lost its items.
 */
export function findLostFields(input: unknown, output: unknown): readonly FieldPath[] {
  const lost: FieldPath[] = [];
  compare(input, output, [], lost);
  return lost;
}

function compare(input: unknown, output: unknown, path: FieldPath, lost: FieldPath[]): void {
  if (input === output || !isContainer(input) || !isContainer(output)) return;
  if (Array.isArray(input) && Array.isArray(output)) {
    if (input.length !== output.length) return;
    for (let i = 0; i < input.length && lost.length < MAX_ISSUES; i++) {
      if (typeof input[i] === 'object') compare(input[i], output[i], [...path, i], lost);
    }
  } else if (!Array.isArray(output)) {
    for (const name of Object.keys(input)) {
      if (lost.length >= MAX_ISSUES) return;
      const inner = [...path, Array.isArray(input) ? Number(name) : name];
      if (!Object.hasOwn(output, name)) lost.push(inner);
      else compare(input[name], output[name], inner, lost);
    }
  }
}

/** A copy without the field that a path leads to; all else is shared. */
export function without(input: unknown, path: FieldPath): unknown {
  const [key, ...rest] = path;
  if (!isContainer(input) || key === undefined) return input;
  // An item leaves a gap: other paths count from the start.
  if (Array.isArray(input))
    return input.with(Number(key), rest.length === 0 ? undefined : without(input[Number(key)], rest));
  const fields = Object.entries(input).filter(([name]) => rest.length > 0 || name !== key);
  return Object.fromEntries(
    fields.map(([name, field]) => [name, name === key ? without(field, rest) : field]),
  );
}

/** Whether a value is an array or an object such as JSON has. */
function isContainer(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}
