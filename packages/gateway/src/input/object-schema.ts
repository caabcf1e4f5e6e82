/** The part of JSON Schema that actions declare their input with: typed, and checked at load. Applied in `find-issues.ts`. */
import { SetupError } from '@countersign/core/setup-error';

interface Annotations {
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  /** Checked where it is one of JSON Schema’s own, e.g. `date-time`, `email`, `uuid`; one that is not known is named at the start. */
  readonly format?: string;
}

export interface StringSchema extends Annotations {
  readonly type: 'string';
  readonly enum?: readonly string[];
  /** In characters (code points), as is `maxLength`. */
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
export type ObjectSchemaOutput<S> = S extends { readonly enum: readonly (infer E)[] }
  ? E
  : S extends { readonly type: 'string' }
    ? string
    : S extends { readonly type: 'number' | 'integer' }
      ? number
      : S extends { readonly type: 'boolean' }
        ? boolean
        : S extends { readonly type: 'array'; readonly items: infer I }
          ? readonly ObjectSchemaOutput<I>[]
          : S extends { readonly type: 'object'; readonly properties: infer P }
            ? ObjectOf<P, S extends { readonly required: readonly (infer R)[] } ? R : never>
            : S extends { readonly type: 'object' }
              ? Readonly<Record<string, unknown>>
              : unknown;

type ObjectOf<P, R> = { readonly [K in keyof P as K extends R ? K : never]: ObjectSchemaOutput<P[K]> } & {
  readonly [K in keyof P as K extends R ? never : K]?: ObjectSchemaOutput<P[K]>;
};

const ANNOTATIONS = ['title', 'description', 'default', 'examples'];
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
  if (schema.type !== 'object')
    throw new SetupError(where, 'the input is no object', "Set type to 'object'.");
}

function checkAny(schema: InputSchema, where: string): void {
  const type: unknown = isRecord(schema) ? schema['type'] : undefined;
  if (typeof type !== 'string' || !Object.hasOwn(KEYWORDS, type)) {
    throw new SetupError(
      `${where}.type`,
      'there is no known type',
      `Use one of ${Object.keys(KEYWORDS).join(', ')}.`,
    );
  }
  const known = [...KEYWORDS[type as InputSchema['type']], ...ANNOTATIONS, 'type'];
  for (const [keyword, value] of Object.entries(schema) as readonly [string, unknown][]) {
    if (!known.includes(keyword)) {
      throw new SetupError(
        `${where}.${keyword}`,
        `the keyword is not applied to ${type}`,
        `Known: ${known.join(', ')}.`,
      );
    }
    if (BOUNDS.includes(keyword) && typeof value !== 'number') {
      throw new SetupError(`${where}.${keyword}`, 'the bound is no number', 'Give a number.');
    }
    if (keyword === 'additionalProperties' && typeof value !== 'boolean') {
      throw new SetupError(`${where}.${keyword}`, 'it is neither true nor false', 'Give one of them.');
    }
    if (keyword === 'properties' && !isRecord(value)) {
      throw new SetupError(`${where}.${keyword}`, 'it is no object', 'Give a schema for each name.');
    }
    if (keyword === 'required' && !Array.isArray(value)) {
      throw new SetupError(`${where}.${keyword}`, 'it is no list', 'List the names.');
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
      throw new SetupError(
        `${where}.required`,
        `"${name}" is no declared property`,
        'Declare it under properties.',
      );
    }
  }
}

/** Whether a value is an object and no array. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
