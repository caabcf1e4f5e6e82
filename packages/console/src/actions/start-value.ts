/** What stands in a form at first: what the schema gives, and what must be there at all. */
import type { InputField, InputShape, Schema } from './input-fields.ts';

export type InputValue = Readonly<Record<string, unknown>>;

/** @param schema of the same fields: it may have defaults, and examples */
export function startValue(fields: readonly InputField[], schema: Schema | undefined): InputValue {
  const properties = recordOf(schema?.['properties']);
  const entries = fields.flatMap(({ name, isRequired, shape }): [string, unknown][] => {
    const own = recordOf(properties[name]);
    if ('default' in own) return [[name, own['default']]];
    if (!isRequired) return [];
    const value = emptyValue(shape, own);
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(entries);
}

/** Undefined where nothing is a value of it before somebody says which. */
export function emptyValue(shape: InputShape, schema?: Schema): unknown {
  switch (shape.kind) {
    case 'group':
      return startValue(shape.fields, schema);
    case 'list':
      return [];
    case 'flag':
      return false;
    case 'choice':
      return shape.values[0];
    default:
      return undefined;
  }
}

function recordOf(value: unknown): Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}
