/** What an action may declare its input with, and the types that follow. */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { ObjectSchema, ObjectSchemaOutput } from './object-schema.ts';

/** A JSON Schema (2020-12) of an object; its type is not inferred beyond what `ObjectSchema` can say. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** A Standard Schema (zod, valibot, arktype, …), or a JSON Schema. */
export type ActionInput = StandardSchemaV1 | ObjectSchema | JsonSchema;

/** The type of the input that `run` is given. */
export type InputOf<S> = S extends StandardSchemaV1
  ? StandardSchemaV1.InferOutput<S>
  : S extends ObjectSchema
    ? ObjectSchemaOutput<S>
    : Readonly<Record<string, unknown>>;
