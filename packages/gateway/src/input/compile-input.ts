/** Makes of what an action declares its input with a check that can be run. */
import type { MaybePromise } from '@countersign/core';
import type { ActionInput, JsonSchema } from './action-input.ts';
import { findIssues, type InputIssue } from './find-issues.ts';
import { checkSchema, type ObjectSchema } from './object-schema.ts';

/** What came of checking an input. */
export type CheckedInput =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly issues: readonly InputIssue[] };

export interface CompiledInput {
  /** What platforms are told of the input; undefined where the schema says nothing of itself. */
  readonly jsonSchema: JsonSchema | undefined;
  /** Checks an input that was parsed from JSON or a form. Throws only where the schema's own code does. */
  check(value: unknown): MaybePromise<CheckedInput>;
}

export interface CompileOptions {
  readonly input: ActionInput;
  /** What platforms are told instead of what the schema says of itself. */
  readonly jsonSchema?: JsonSchema;
  /** Whether fields that the schema does not declare are let through. */
  readonly takesUnknownFields: boolean;
  /** Where the schema stands, for messages. */
  readonly where: string;
}

/** @throws SetupError for a schema that cannot be applied. */
export async function compileInput(options: CompileOptions): Promise<CompiledInput> {
  const { input, takesUnknownFields, where } = options;
  checkSchema(input as ObjectSchema, where);
  const schema = takesUnknownFields ? { ...input, additionalProperties: true } : input;
  return {
    jsonSchema: options.jsonSchema ?? (input as JsonSchema),
    check(value) {
      const issues = findIssues(schema as ObjectSchema, value);
      return issues.length === 0 ? { ok: true, value } : { ok: false, issues };
    },
  };
}
