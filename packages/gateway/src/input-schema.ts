/** The part of JSON Schema that actions declare their input with: checked at load, typed, and applied to each input. */
import { SetupError } from '@countersign/core';

interface Annotations {
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  /** Not checked, as JSON Schema 2020-12 §7.2.1 has it: a hint for the caller. */
  readonly format?: string;
}

export interface StringSchema extends Annotations {
  readonly type: 'string';
  readonly enum?: readonly string[];
  /** In UTF-16 code units. */
  readonly minLength?: number;
  readonly maxLength?: number;
}

export interface NumberSchema extends Annotations {
  readonly type: 'number' | 'integer';
  readonly enum?: readonly number[];
  readonly minimum?: number;
  readonly maximum?: number;
}

export interface BooleanSchema extends Annotations {
  readonly type: 'boolean';
}

export interface ArraySchema extends Annotations {
  readonly type: 'array';
  readonly items?: InputSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
}

export interface ObjectSchema extends Annotations {
  readonly $schema?: string;
  readonly type: 'object';
  readonly properties?: { readonly [name: string]: InputSchema };
  readonly required?: readonly string[];
  /** Default false, unlike JSON Schema's own: a misspelt field should be heard of. */
  readonly additionalProperties?: boolean;
}

export type InputSchema = StringSchema | NumberSchema | BooleanSchema | ArraySchema | ObjectSchema;

/** The type of the values that a schema lets through. */
export type InputOf<S> = S extends { readonly enum: readonly (infer E)[] }
  ? E
  : S extends { readonly type: 'string' }
    ? string
    : S extends { readonly type: 'number' | 'integer' }
      ? number
      : S extends { readonly type: 'boolean' }
        ? boolean
        : S extends { readonly type: 'array'; readonly items: infer I }
          ? readonly InputOf<I>[]
          : S extends { readonly type: 'object'; readonly properties: infer P }
            ? ObjectOf<P, S extends { readonly required: readonly (infer R)[] } ? R : never>
            : S extends { readonly type: 'object' }
              ? Readonly<Record<string, unknown>>
              : unknown;

type ObjectOf<P, R> = { readonly [K in keyof P as K extends R ? K : never]: InputOf<P[K]> } & {
  readonly [K in keyof P as K extends R ? never : K]?: InputOf<P[K]>;
};

/** What is wrong with an input, and where. */
export interface InputIssue {
  /** A JSON Pointer (RFC 6901), e.g. `/recipient`; empty for the input itself. */
  readonly path: string;
  readonly message: string;
}

/** More than these help nobody, and an input of a million wrong items must not make a million texts. */
const MAX_ISSUES = 20;

const ANNOTATIONS = ['title', 'description', 'default', 'examples', 'format'];
const KEYWORDS: Readonly<Record<InputSchema['type'], readonly string[]>> = {
  string: ['enum', 'minLength', 'maxLength'],
  number: ['enum', 'minimum', 'maximum'],
  integer: ['enum', 'minimum', 'maximum'],
  boolean: [],
  array: ['items', 'minItems', 'maxItems'],
  object: ['$schema', 'properties', 'required', 'additionalProperties'],
};
const BOUNDS = ['minLength', 'maxLength', 'minimum', 'maximum', 'minItems', 'maxItems'];

/**
 * Checks an action's own schema: a keyword that is not applied would promise what is not checked.
 * @throws SetupError naming the place.
 */
export function checkSchema(schema: ObjectSchema, where: string): void {
  checkAny(schema, where);
  if (schema.type !== 'object') throw new SetupError(where, 'the input is no object', "Set type to 'object'.");
}

function checkAny(schema: InputSchema, where: string): void {
  const type: unknown = isRecord(schema) ? schema['type'] : undefined;
  if (typeof type !== 'string' || !Object.hasOwn(KEYWORDS, type)) {
    throw new SetupError(`${where}.type`, 'there is no known type', `Use one of ${Object.keys(KEYWORDS).join(', ')}.`);
  }
  const known = [...KEYWORDS[type as InputSchema['type']], ...ANNOTATIONS, 'type'];
  for (const [keyword, value] of Object.entries(schema) as readonly [string, unknown][]) {
    if (!known.includes(keyword)) {
      throw new SetupError(`${where}.${keyword}`, `the keyword is not applied to ${type}`, `Known: ${known.join(', ')}.`);
    }
    if (BOUNDS.includes(keyword) && typeof value !== 'number') {
      throw new SetupError(`${where}.${keyword}`, 'the bound is no number', 'Give a number.');
    }
    if (keyword === 'enum' && !(Array.isArray(value) && value.length > 0)) {
      throw new SetupError(`${where}.enum`, 'there are no values', 'List at least one.');
    }
  }
  if (schema.type === 'array' && schema.items !== undefined) checkAny(schema.items, `${where}.items`);
  if (schema.type !== 'object') return;
  const properties = schema.properties ?? {};
  for (const [name, one] of Object.entries(properties)) checkAny(one, `${where}.properties.${name}`);
  for (const name of schema.required ?? []) {
    if (!Object.hasOwn(properties, name)) {
      throw new SetupError(`${where}.required`, `"${name}" is no declared property`, 'Declare it under properties.');
    }
  }
}

/** What is wrong with an input; empty where nothing is. At most 20 issues. */
export function findIssues(schema: InputSchema, value: unknown): readonly InputIssue[] {
  const issues: InputIssue[] = [];
  inspect(schema, value, '', issues);
  return issues;
}

function inspect(schema: InputSchema, value: unknown, path: string, issues: InputIssue[]): void {
  if (issues.length >= MAX_ISSUES) return;
  const complain = (message: string): void => {
    issues.push({ path, message });
  };
  switch (schema.type) {
    case 'string':
      if (typeof value !== 'string') return complain('must be a string');
      if (schema.enum && !schema.enum.includes(value)) return complain(`must be one of ${schema.enum.join(', ')}`);
      return inspectSize(value.length, schema.minLength, schema.maxLength, 'characters', complain);
    case 'number':
    case 'integer':
      if (typeof value !== 'number' || !Number.isFinite(value)) return complain('must be a number');
      if (schema.type === 'integer' && !Number.isInteger(value)) return complain('must be a whole number');
      if (schema.enum && !schema.enum.includes(value)) return complain(`must be one of ${schema.enum.join(', ')}`);
      if (schema.minimum !== undefined && value < schema.minimum) return complain(`must be at least ${schema.minimum}`);
      if (schema.maximum !== undefined && value > schema.maximum) return complain(`must be at most ${schema.maximum}`);
      return;
    case 'boolean':
      return typeof value === 'boolean' ? undefined : complain('must be true or false');
    case 'array':
      if (!Array.isArray(value)) return complain('must be an array');
      inspectSize(value.length, schema.minItems, schema.maxItems, 'items', complain);
      if (schema.items === undefined) return;
      for (let i = 0; i < value.length && issues.length < MAX_ISSUES; i++) {
        inspect(schema.items, value[i], `${path}/${i}`, issues);
      }
      return;
    case 'object':
      return inspectObject(schema, value, path, issues);
  }
}

function inspectObject(schema: ObjectSchema, value: unknown, path: string, issues: InputIssue[]): void {
  if (!isRecord(value)) {
    issues.push({ path, message: 'must be an object' });
    return;
  }
  const properties = schema.properties ?? {};
  for (const name of schema.required ?? []) {
    if (!Object.hasOwn(value, name)) issues.push({ path: `${path}/${escape(name)}`, message: 'is required' });
  }
  for (const name of Object.keys(value)) {
    if (issues.length >= MAX_ISSUES) return;
    const at = `${path}/${escape(name)}`;
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (property !== undefined) inspect(property, value[name], at, issues);
    else if (schema.additionalProperties !== true) issues.push({ path: at, message: 'is no known field' });
  }
}

function inspectSize(
  size: number,
  least: number | undefined,
  most: number | undefined,
  unit: string,
  complain: (message: string) => void,
): void {
  if (least !== undefined && size < least) complain(`must have at least ${least} ${unit}`);
  else if (most !== undefined && size > most) complain(`must have at most ${most} ${unit}`);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** RFC 6901 §3. */
function escape(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
