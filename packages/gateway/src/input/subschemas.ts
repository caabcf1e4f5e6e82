/** The schemas inside a JSON Schema, of 2020-12 and draft-07. */

import { isObject } from '@countersign/core/internal/is-object';
import type { JsonSchema } from './action-input.ts';

/** A schema inside another one. */
export interface Subschema {
  readonly schema: JsonSchema;
  /** From the outer schema, e.g. `.properties.name`; empty for the outer schema itself. */
  readonly place: string;
}

const ONE = [
  'additionalItems',
  'additionalProperties',
  'contains',
  'contentSchema',
  'else',
  'if',
  'items',
  'not',
  'propertyNames',
  'then',
  'unevaluatedItems',
  'unevaluatedProperties',
];
const LISTS = ['allOf', 'anyOf', 'items', 'oneOf', 'prefixItems'];
const MAPS = ['$defs', 'definitions', 'dependencies', 'dependentSchemas', 'patternProperties', 'properties'];

/** The schemas directly inside a schema; boolean ones are left out. */
export function subschemas(schema: JsonSchema): readonly Subschema[] {
  const inside: Subschema[] = [];
  for (const keyword of ONE) {
    const inner = schema[keyword];
    if (isObject(inner)) inside.push({ schema: inner, place: `.${keyword}` });
  }
  for (const keyword of [...LISTS, ...MAPS]) {
    const group = schema[keyword];
    if (Array.isArray(group) !== LISTS.includes(keyword) || typeof group !== 'object' || group === null)
      continue;
    for (const [name, inner] of Object.entries(group) as [string, unknown][]) {
      if (isObject(inner)) inside.push({ schema: inner, place: `.${keyword}.${name}` });
    }
  }
  return inside;
}

/** A schema and all schemas inside it, at any depth. */
export function* allSchemas(schema: JsonSchema, place = ''): Generator<Subschema> {
  yield { schema, place };
  for (const inner of subschemas(schema)) yield* allSchemas(inner.schema, place + inner.place);
}
