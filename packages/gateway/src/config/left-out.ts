/** Members that may be left out, and what holds then. */
import type { JsonSchema } from './proof-json-schema.ts';
import type { Defaulted, Optional, Schema } from './shape.ts';
import { isMapping } from './value-path.ts';

/** Lets a member be left out. @param absent what holds then; completes "Default: …". */
export function optional<Output, Input>(
  schema: Schema<Output, Input>,
  absent: string,
): Optional<Output, Input> {
  return { ...schema, isOptional: true, absent, json: () => describedDefault(schema.json(), absent) };
}

/** Lets a member be left out, and reads its default then. @param fallback as a person would write it; `{}`: each member’s own. */
export function withDefault<Output, Input>(
  schema: Schema<Output, Input>,
  fallback: NoInfer<Input>,
): Defaulted<Output, Input> {
  const isMembers = isMapping(fallback);
  return {
    ...schema,
    fallback,
    json: () =>
      isMembers
        ? schema.json()
        : { ...describedDefault(schema.json(), fallbackText(fallback)), default: fallback },
  };
}

/** A default as people are told of it. */
export function fallbackText(fallback: unknown): string {
  return Array.isArray(fallback) ? fallback.join(', ') || 'none' : String(fallback);
}

function describedDefault(json: JsonSchema, fallback: string): JsonSchema {
  return { ...json, description: `${json['description']} Default: ${fallback}.` };
}
