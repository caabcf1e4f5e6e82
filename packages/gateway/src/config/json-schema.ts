/** The JSON Schema of the configuration, for editors: made of the schema that judges it. */
import * as z from 'zod/mini';
import { INTERPOLATED, providerJsonSchema, schemeJsonSchema } from './proof-json-schema.ts';
import { configSchema } from './schema.ts';

/** A JSON Schema (draft 7, which YAML editors know best) of what a person writes. */
export function configJsonSchema(): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(configSchema(), {
    target: 'draft-07',
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema, path }) => {
      const { def } = zodSchema._zod;
      if (isMember(path, 'provider')) return replace(jsonSchema, providerJsonSchema());
      if (isMember(path, 'scheme')) return replace(jsonSchema, schemeJsonSchema());
      // The catch-all of `mapping` takes no key; it is there for its message.
      if (def.type === 'object' && def.catchall?._zod.def.type === 'custom') {
        jsonSchema.additionalProperties = false;
      }
      if (!path.includes('propertyNames')) allowInterpolation(jsonSchema);
    },
  });
  const description = 'At least one gate or one session.';
  const anyOf = ['gates', 'sessions'].map((name) => ({
    properties: { [name]: { description } },
    required: [name],
  }));
  return { $schema: schema.$schema, title: 'Countersign configuration', ...schema, anyOf };
}

/** Whether it is what a gate has under that name. */
function isMember(path: readonly (string | number)[], name: string): boolean {
  return path.length === 5 && path[1] === 'gates' && path[4] === name;
}

function replace(schema: object, other: object): void {
  for (const key of Object.keys(schema)) Reflect.deleteProperty(schema, key);
  Object.assign(schema, other);
}

/** Lets a text with `${…}` stand where the schema wants a pattern, a number, true or false, or one of a few words. */
function allowInterpolation(schema: z.core.JSONSchema.BaseSchema): void {
  const text = { type: 'string', pattern: INTERPOLATED } as const;
  if (schema.enum !== undefined || schema.const !== undefined) {
    const { enum: words, const: word, description } = schema;
    const values = words ?? (word === undefined ? [] : [word]);
    replace(schema, {
      anyOf: [{ enum: values }, text],
      ...(description === undefined ? {} : { description }),
    });
  } else if (schema.type === 'integer' || schema.type === 'boolean') {
    const pattern = schema.type === 'integer' ? '^\\d+' : '^(true|false)$';
    Object.assign(schema, { type: [schema.type, 'string'], pattern: `${pattern}|${INTERPOLATED}` });
    // zod calls the override once more for each wrapper around a schema.
  } else if (schema.type === 'string' && schema.pattern?.endsWith(INTERPOLATED) === false) {
    schema.pattern = `${schema.pattern}|${INTERPOLATED}`;
  }
}
