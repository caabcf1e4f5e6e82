/** Where the references inside a JSON Schema lead. */

import { isObject } from '@countersign/core/internal/is-object';
import type { JsonSchema } from './action-input.ts';
import { allSchemas, subschemas } from './subschemas.ts';

/** For each schema that refers to others: those others. Only to places in the same document; what leads elsewhere is left out. */
export type LocalRefs = ReadonlyMap<JsonSchema, readonly unknown[]>;

/** Follows `$ref` and `$dynamicRef` (the latter as the former) by pointer, anchor and `$id`. */
export function findLocalRefs(root: JsonSchema): LocalRefs {
  const named = new Map<string, unknown>([['#', root]]);
  const refs = new Map<JsonSchema, readonly unknown[]>();
  const schemas = [...allSchemas(root)].map(({ schema }) => schema);
  for (const schema of schemas) {
    for (const keyword of ['$anchor', '$dynamicAnchor']) {
      if (typeof schema[keyword] === 'string') named.set(`#${schema[keyword]}`, schema);
    }
    if (typeof schema['$id'] === 'string') named.set(schema['$id'], schema);
  }
  for (const schema of schemas) {
    const targets = [schema['$ref'], schema['$dynamicRef']]
      .filter((ref) => typeof ref === 'string')
      .map((ref) => named.get(ref) ?? (ref.startsWith('#/') ? follow(root, ref) : undefined))
      .filter((target) => target !== undefined);
    if (targets.length > 0) refs.set(schema, targets);
  }
  return refs;
}

/** A pointer as the fragment of a URI: RFC 6901 §6. */
function follow(root: JsonSchema, ref: string): unknown {
  let place: unknown = root;
  for (const part of ref.slice(2).split('/')) {
    const name = decode(part).replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof place !== 'object' || place === null || !Object.hasOwn(place, name)) return undefined;
    place = (place as Readonly<Record<string, unknown>>)[name];
  }
  return place;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Whether a schema can be reached from inside itself. */
export function isRecursive(root: JsonSchema, refs: LocalRefs): boolean {
  const done = new Set<JsonSchema>();
  const open = new Set<JsonSchema>();
  const visit = (schema: JsonSchema): boolean => {
    if (open.has(schema)) return true;
    if (done.has(schema)) return false;
    open.add(schema);
    const inside = [...subschemas(schema).map((inner) => inner.schema), ...(refs.get(schema) ?? [])];
    const hasCircle = inside.some((inner) => isObject(inner) && visit(inner));
    open.delete(schema);
    done.add(schema);
    return hasCircle;
  };
  return visit(root);
}
