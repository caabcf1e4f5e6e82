/** Brings JSON Schemas that say the same into one form, so that they can be compared. */

/** Keywords that hold schemas by name: the names are no keywords. */
const MAPS: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  '$defs',
  'definitions',
  'dependentSchemas',
]);
/** Keywords that hold values of the input, of any shape. */
const VALUES: ReadonlySet<string> = new Set(['default', 'const', 'enum', 'examples']);

/**
 * The schema with members sorted by name, and `required`, which is a set (JSON Schema 2020-12 validation §6.5.3), sorted
 * too. Any other order is kept: that of `enum` and `examples` is what a person is shown.
 * @param schema a JSON value.
 */
export function canonicalSchema(schema: unknown): unknown {
  return mapMembers(schema, (value, keyword) => {
    if (VALUES.has(keyword)) return canonicalValue(value);
    if (MAPS.has(keyword)) return mapMembers(value, canonicalSchema);
    return keyword === 'required' && Array.isArray(value) ? [...value].sort() : canonicalSchema(value);
  });
}

/** Whether two schemas say the same. */
export function isSameSchema(a: unknown, b: unknown): boolean {
  return isSameValue(canonicalSchema(a), canonicalSchema(b));
}

/** Whether two canonical values are the same. */
export function isSameValue(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function canonicalValue(value: unknown): unknown {
  return mapMembers(value, canonicalValue);
}

/** Maps an object's members, sorted by name, or an array's items; anything else stays. */
function mapMembers(value: unknown, map: (value: unknown, name: string) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => mapMembers(item, map));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, map(member, name)]));
}
