/** Finds the fields of an input that no JSON Schema of it declares: JSON Schema itself would let them through. */

import { isObject } from '@countersign/core/internal/is-object';
import type { JsonSchema } from './action-input.ts';
import { type InputIssue, MAX_ISSUES } from './find-issues.ts';
import { findLocalRefs } from './local-refs.ts';
import { pointerTo } from './pointer.ts';

/** The keys that lead to a field. */
export type FieldPath = readonly (string | number)[];

/** What the declarations of an action's input say of its fields. */
export interface DeclaredFields {
  /** Whether some object can pass at all; false for a schema of texts or arrays. */
  readonly takesObjects: boolean;
  /**
   * At most 20 fields, at any depth, that are not declared. A field is declared where any schema that applies to its
   * object names it, in whichever branch. Without `additionalProperties`, other fields than the declared are unknown, also
   * where an object declares none; where nothing says which fields an object has (`{}`, `true`), all are known. The items
   * of an array that stands for an object, as valibot and arktype have it, are unknown fields of that object.
   */
  unknownIn(input: unknown): readonly FieldPath[];
}

/** What a schema says of the values that it applies to. */
interface Word {
  /** Which fields an object has: it names them (so that others are unknown), any, or it takes no object at all. */
  readonly fields: 'named' | 'any' | 'none';
  readonly takesArrays: boolean;
}

const ANYTHING: Word = { fields: 'any', takesArrays: true };
const NOTHING: Word = { fields: 'none', takesArrays: false };

interface Keywords {
  readonly properties?: unknown;
  readonly patternProperties?: unknown;
  readonly additionalProperties?: unknown;
  readonly required?: unknown;
}

/** Schemas that apply to one value, with all that they pull in. */
interface Applied {
  readonly schemas: readonly JsonSchema[];
  readonly word: Word;
}

/** @param roots Schemas of the same input: what one of them declares is declared. */
export function readDeclaredFields(roots: readonly JsonSchema[]): DeclaredFields {
  const declarations = new Declarations(roots);
  return {
    takesObjects: declarations.apply(roots).word.fields !== 'none',
    unknownIn(input) {
      const search: Search = { declarations, unknown: [], trail: [] };
      inspect(search, input, roots);
      return search.unknown;
    },
  };
}

/** What the schemas of an input say, each read once. */
class Declarations {
  readonly #refs: ReadonlyMap<JsonSchema, readonly unknown[]>;
  readonly #patterns = new Map<string, RegExp>();
  readonly #applied = new Map<unknown, Applied>();

  constructor(roots: readonly JsonSchema[]) {
    this.#refs = new Map(roots.flatMap((root) => [...findLocalRefs(root)]));
  }

  /** Nearly always it is one schema, and the same for each item of an array. */
  apply(schemas: readonly unknown[]): Applied {
    const [only] = schemas;
    const cached = schemas.length === 1 ? this.#applied.get(only) : undefined;
    if (cached !== undefined) return cached;
    const spread = new Map<JsonSchema, Word>();
    const word = anyOf(schemas.map((schema) => this.#wordOf(schema, spread)));
    const applied = { schemas: [...spread.keys()], word };
    if (schemas.length === 1) this.#applied.set(only, applied);
    return applied;
  }

  /** @returns whether the field is declared; adds the schemas that its value must pass to `schemas`. */
  declares(schema: JsonSchema, name: string, schemas: unknown[]): boolean {
    const before = schemas.length;
    const { properties, patternProperties, additionalProperties, required } = schema as Keywords;
    if (isObject(properties) && Object.hasOwn(properties, name)) schemas.push(properties[name]);
    if (patternProperties !== undefined) {
      for (const [pattern, patterned] of Object.entries(record(patternProperties))) {
        if (this.#patternOf(pattern).test(name)) schemas.push(patterned);
      }
    }
    if (schemas.length > before) return true;
    if (additionalProperties === undefined || additionalProperties === false)
      return list(required).includes(name);
    schemas.push(additionalProperties);
    return true;
  }

  /** The schema's word; adds it, and what it pulls in for the same value, to `spread`. */
  #wordOf(schema: unknown, spread: Map<JsonSchema, Word>): Word {
    if (schema === false) return NOTHING;
    if (!isObject(schema)) return ANYTHING;
    const before = spread.get(schema);
    if (before !== undefined) return before;
    spread.set(schema, ANYTHING);
    const visit = (inner: unknown): Word => this.#wordOf(inner, spread);
    const words = [
      ownWord(schema),
      ...[...(this.#refs.get(schema) ?? []), ...list(schema['allOf'])].map(visit),
    ];
    for (const branches of [schema['anyOf'], schema['oneOf']]) {
      if (Array.isArray(branches)) words.push(anyOf(branches.map(visit)));
    }
    // These apply to some inputs only: what they name is declared, but they close nothing.
    for (const keyword of ['if', 'then', 'else']) visit(schema[keyword]);
    for (const dependent of Object.values(record(schema['dependentSchemas']))) visit(dependent);
    const word = allOf(words);
    spread.set(schema, word);
    return word;
  }

  #patternOf(pattern: string): RegExp {
    const expression = this.#patterns.get(pattern) ?? toRegExp(pattern);
    this.#patterns.set(pattern, expression);
    return expression;
  }
}

/** A walk through one input. */
interface Search {
  readonly declarations: Declarations;
  readonly unknown: FieldPath[];
  /** Where the walk is. */
  readonly trail: (string | number)[];
}

function inspect(search: Search, value: unknown, schemas: readonly unknown[]): void {
  if (typeof value !== 'object' || value === null || schemas.length === 0) return;
  const applied = search.declarations.apply(schemas);
  const { fields, takesArrays } = applied.word;
  if (fields === 'any') return;
  if (Array.isArray(value) && takesArrays) inspectItems(search, value, applied);
  else if (fields === 'named') inspectFields(search, value as Readonly<Record<string, unknown>>, applied);
}

function inspectItems(search: Search, values: readonly unknown[], applied: Applied): void {
  const { unknown, trail } = search;
  for (let i = 0; i < values.length && unknown.length < MAX_ISSUES; i++) {
    if (typeof values[i] !== 'object') continue;
    trail.push(i);
    inspect(
      search,
      values[i],
      applied.schemas.flatMap((schema) => itemSchema(schema, i)),
    );
    trail.pop();
  }
}

function inspectFields(search: Search, value: Readonly<Record<string, unknown>>, applied: Applied): void {
  const { declarations, unknown, trail } = search;
  for (const name of Object.keys(value)) {
    if (unknown.length >= MAX_ISSUES) return;
    const schemas: unknown[] = [];
    let isDeclared = false;
    for (const schema of applied.schemas)
      isDeclared = declarations.declares(schema, name, schemas) || isDeclared;
    if (!isDeclared) {
      const others = applied.schemas.map((schema) => schema['unevaluatedProperties']);
      schemas.push(...others.filter((other) => other !== undefined && other !== false));
    }
    trail.push(name);
    if (isDeclared || schemas.length > 0) inspect(search, value[name], schemas);
    else unknown.push([...trail]);
    trail.pop();
  }
}

/** What was found wrong, and after it the unknown fields; not those inside a field that is wrong as a whole. */
export function withUnknownFields(
  issues: readonly InputIssue[],
  unknown: readonly FieldPath[],
): readonly InputIssue[] {
  const wrong = issues.map(({ path }) => path).filter((path) => path !== '');
  const more = unknown
    .map((path) => ({ path: pointerTo(path), message: 'is not a known field' }))
    .filter(({ path }) => !wrong.some((outer) => `${path}/`.startsWith(`${outer}/`)));
  return [...issues, ...more];
}

/** With the flag that JSON Schema wants (2020-12 core §6.4); without it for what a library took from an expression that had none. */
function toRegExp(pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return new RegExp(pattern);
  }
}

/** What a schema's own keywords say. */
function ownWord(schema: JsonSchema): Word {
  const values = 'const' in schema ? [schema['const']] : schema['enum'];
  if (Array.isArray(values)) {
    return { fields: values.some(isObject) ? 'any' : 'none', takesArrays: values.some(Array.isArray) };
  }
  const types = 'type' in schema ? [schema['type']].flat() : undefined;
  const isNamed = types !== undefined || NAMING.some((keyword) => keyword in schema);
  return {
    fields: types?.includes('object') === false ? 'none' : isNamed ? 'named' : 'any',
    takesArrays: types?.includes('array') ?? true,
  };
}

/** Keywords that only make sense where fields, or items, are declared one by one. */
const NAMING = [
  'additionalProperties',
  'items',
  'patternProperties',
  'prefixItems',
  'properties',
  'unevaluatedProperties',
];

/** Where each must hold, one that names the fields is enough. */
function allOf(words: readonly Word[]): Word {
  const fields = words.map((word) => word.fields);
  return {
    fields: fields.includes('none') ? 'none' : fields.includes('named') ? 'named' : 'any',
    takesArrays: words.every((word) => word.takesArrays),
  };
}

/** Where one must hold, one that lets all fields through is enough. */
function anyOf(words: readonly Word[]): Word {
  const fields = words.map((word) => word.fields);
  return {
    fields: fields.includes('any') ? 'any' : fields.includes('named') ? 'named' : 'none',
    takesArrays: words.some((word) => word.takesArrays),
  };
}

/** The schema of one item of an array: none, or one. Draft-07 has lists in `items`. */
function itemSchema(schema: JsonSchema, index: number): readonly unknown[] {
  const { items, prefixItems, additionalItems } = schema as Readonly<Record<string, unknown>>;
  const [first, rest] = Array.isArray(items) ? [items, additionalItems] : [list(prefixItems), items];
  const item: unknown = index < first.length ? first[index] : rest;
  return item === undefined || item === false ? [] : [item];
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}
