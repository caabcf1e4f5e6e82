/** The part of JSON Schema that actions declare their input with: typed, and checked at load. Applied in `find-issues.ts`. */
import { isObject } from '@countersign/core/internal/is-object';

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

/** Whether a schema keeps to what `find-issues.ts` applies in full; any other is for ajv, which says what is wrong with it. */
export function isObjectSchema(schema: unknown): schema is ObjectSchema {
  return isInputSchema(schema) && schema.type === 'object';
}

function isInputSchema(schema: unknown): schema is InputSchema {
  const type: unknown = isObject(schema) ? schema['type'] : undefined;
  if (!isObject(schema) || typeof type !== 'string' || !Object.hasOwn(KEYWORDS, type)) return false;
  const keywords = [...KEYWORDS[type as InputSchema['type']], ...ANNOTATIONS, 'type'];
  return (
    Object.entries(schema).every(
      ([keyword, value]) => keywords.includes(keyword) && isSound(keyword, value),
    ) &&
    (schema['items'] === undefined || isInputSchema(schema['items'])) &&
    hasDeclaredFields(schema)
  );
}

function isSound(keyword: string, value: unknown): boolean {
  if (BOUNDS.includes(keyword)) return typeof value === 'number';
  switch (keyword) {
    case 'additionalProperties':
      return typeof value === 'boolean';
    case 'properties':
      return isObject(value);
    case 'required':
      return Array.isArray(value);
    case 'enum':
      return Array.isArray(value) && value.length > 0;
    default:
      return true;
  }
}

function hasDeclaredFields(schema: Readonly<Record<string, unknown>>): boolean {
  const { properties = {}, required = [] } = schema as Partial<Pick<ObjectSchema, 'properties' | 'required'>>;
  return (
    Object.values(properties).every(isInputSchema) &&
    required.every((name) => Object.hasOwn(properties, name))
  );
}
