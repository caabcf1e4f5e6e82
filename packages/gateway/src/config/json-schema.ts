/** The JSON Schema of the configuration, for editors: made of the schema that judges it. */
import { configSchema } from './schema.ts';

/** A JSON Schema (draft 7, which YAML editors know best) of what a person writes. */
export function configJsonSchema(): Readonly<Record<string, unknown>> {
  const description = 'At least one gate or one session.';
  const anyOf = ['gates', 'sessions'].map((name) => ({
    properties: { [name]: { description } },
    required: [name],
  }));
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Countersign configuration',
    ...configSchema().json(),
    anyOf,
  };
}
