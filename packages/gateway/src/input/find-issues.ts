/** Applies an action's schema to an input. */
import { isObject } from '@countersign/core/internal/is-object';
import type { ArraySchema, InputSchema, NumberSchema, ObjectSchema, StringSchema } from './object-schema.ts';
import { pointerPart } from './pointer.ts';

/** What is wrong with an input, and where. */
export interface InputIssue {
  /** A JSON Pointer (RFC 6901), e.g. `/recipient`; empty for the input itself. */
  readonly path: string;
  readonly message: string;
}

/** What came of checking an input. */
export type CheckedInput =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly issues: readonly InputIssue[] };

/** More than these help nobody, and an input of a million wrong items must not make a million texts. */
export const MAX_ISSUES = 20;

/** What is wrong with an input; empty where nothing is. At most 20 issues. */
export function findIssues(schema: InputSchema, value: unknown): readonly InputIssue[] {
  const issues: InputIssue[] = [];
  inspect(schema, value, '', issues);
  return issues;
}

function inspect(schema: InputSchema, value: unknown, path: string, issues: InputIssue[]): void {
  if (issues.length >= MAX_ISSUES) return;
  if (schema.type === 'array' && Array.isArray(value)) {
    inspectArray(schema, value, path, issues);
  } else if (schema.type === 'object' && isObject(value)) {
    inspectObject(schema, value, path, issues);
  } else {
    const message = complaint(schema, value);
    if (message !== undefined) issues.push({ path, message });
  }
}

function inspectArray(
  schema: ArraySchema,
  values: readonly unknown[],
  path: string,
  issues: InputIssue[],
): void {
  const message = sizeComplaint(values.length, schema.minItems, schema.maxItems, 'items');
  if (message !== undefined) issues.push({ path, message });
  if (schema.items === undefined) return;
  for (let i = 0; i < values.length && issues.length < MAX_ISSUES; i++) {
    inspect(schema.items, values[i], `${path}/${i}`, issues);
  }
}

function inspectObject(
  schema: ObjectSchema,
  value: Readonly<Record<string, unknown>>,
  path: string,
  issues: InputIssue[],
): void {
  const properties = schema.properties ?? {};
  for (const name of schema.required ?? []) {
    if (!Object.hasOwn(value, name))
      issues.push({ path: `${path}/${pointerPart(name)}`, message: 'is required' });
  }
  for (const name of Object.keys(value)) {
    if (issues.length >= MAX_ISSUES) return;
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (property !== undefined && isLeaf(property)) {
      // The usual case: most inputs are flat and right, and then no path is made.
      const message = complaint(property, value[name]);
      if (message !== undefined) issues.push({ path: `${path}/${pointerPart(name)}`, message });
    } else if (property !== undefined) {
      inspect(property, value[name], `${path}/${pointerPart(name)}`, issues);
    } else if (schema.additionalProperties !== true) {
      issues.push({ path: `${path}/${pointerPart(name)}`, message: 'is not a known field' });
    }
  }
}

function isLeaf({ type }: InputSchema): boolean {
  return type !== 'object' && type !== 'array';
}

function complaint(schema: InputSchema, value: unknown): string | undefined {
  switch (schema.type) {
    case 'string':
      return stringComplaint(schema, value);
    case 'number':
    case 'integer':
      return numberComplaint(schema, value);
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'must be true or false';
    case 'array':
      return 'must be an array';
    case 'object':
      return 'must be an object';
  }
}

function stringComplaint(schema: StringSchema, value: unknown): string | undefined {
  if (typeof value !== 'string') return 'must be a string';
  if (schema.enum && !schema.enum.includes(value)) return `must be one of ${schema.enum.join(', ')}`;
  const { minLength, maxLength } = schema;
  if (minLength === undefined && maxLength === undefined) return undefined;
  return sizeComplaint(countCharacters(value), minLength, maxLength, 'characters');
}

/** Code points, as JSON Schema counts (2020-12 validation §6.3.1), without a copy of the text. */
function countCharacters(text: string): number {
  let count = text.length;
  for (let i = 1; i < text.length; i++) {
    if (isSurrogate(text, i, 0xdc00) && isSurrogate(text, i - 1, 0xd800)) count--;
  }
  return count;
}

/** Whether the code unit is of the 1024 that start there. */
function isSurrogate(text: string, index: number, start: number): boolean {
  return (text.charCodeAt(index) & 0xfc00) === start;
}

function numberComplaint(schema: NumberSchema, value: unknown): string | undefined {
  const { minimum, maximum } = schema;
  if (typeof value !== 'number' || !Number.isFinite(value))
    return schema.type === 'integer' ? 'must be a whole number' : 'must be a number';
  if (schema.type === 'integer' && !Number.isInteger(value)) return 'must be a whole number';
  if (schema.enum && !schema.enum.includes(value)) return `must be one of ${schema.enum.join(', ')}`;
  if (minimum !== undefined && value < minimum) return `must be at least ${minimum}`;
  if (maximum !== undefined && value > maximum) return `must be at most ${maximum}`;
  return undefined;
}

function sizeComplaint(
  size: number,
  least: number | undefined,
  most: number | undefined,
  unit: string,
): string | undefined {
  if (least !== undefined && size < least) return `must have at least ${least} ${unit}`;
  return most !== undefined && size > most ? `must have at most ${most} ${unit}` : undefined;
}
