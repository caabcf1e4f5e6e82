/** Makes of what an action declares its input with a check that can be run. */
import type { MaybePromise } from '@countersign/core';
import { shortened } from '@countersign/core/internal/amounts';
import { SetupError } from '@countersign/core/internal/setup-error';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { ActionInput, JsonSchema } from './action-input.ts';
import { findHazard } from './find-hazard.ts';
import { type CheckedInput, findIssues, type InputIssue, MAX_ISSUES } from './find-issues.ts';
import type { UncheckedWord } from './formats.ts';
import type { CompiledJsonSchema } from './json-schema-input.ts';
import { isObjectSchema } from './object-schema.ts';
import { plainJson } from './plain-json.ts';

export interface CompiledInput {
  /** What platforms are told of the input; undefined where the schema says nothing of itself. */
  readonly jsonSchema: JsonSchema | undefined;
  /** What the schema says and nobody checks, such as a format that is not known. */
  readonly unchecked: readonly UncheckedWord[];
  /**
   * Checks an input that was parsed from JSON or a form: at most 20 issues, of at most 300 characters each.
   * Throws only where the schema's own code does.
   */
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

/** Paths and messages may quote the input, which may be 1 MB of one name. */
const MAX_TEXT = 300;

/** @throws SetupError for a schema that cannot be applied. */
export async function compileInput(options: CompileOptions): Promise<CompiledInput> {
  const ownSchema = options.jsonSchema && jsonOf(options.jsonSchema, options.where, 'jsonSchema');
  const { jsonSchema, unchecked, check } = await compileKind(options, ownSchema);
  return {
    jsonSchema: ownSchema ?? jsonSchema,
    unchecked,
    check(value) {
      const hazard = findHazard(value);
      if (hazard !== undefined) return refuse([hazard]);
      const checked = check(value);
      return 'then' in checked ? checked.then(limitIssues) : limitIssues(checked);
    },
  };
}

/** What is heavy, or seldom used, is loaded when it is: a gateway's start counts each module. */
async function compileKind(
  options: CompileOptions,
  ownSchema: JsonSchema | undefined,
): Promise<CompiledInput> {
  const { input, takesUnknownFields, where } = options;
  if (isStandard(input)) {
    const { compileStandardInput } = await import('./standard-input.ts');
    return {
      ...compileStandardInput({ input, jsonSchema: ownSchema, takesUnknownFields, where }),
      unchecked: [],
    };
  }
  const jsonSchema = jsonOf(input, where, 'the schema');
  const { issuesOf, unchecked } = await compileJson(jsonSchema, takesUnknownFields, where);
  return {
    jsonSchema,
    unchecked,
    check(value) {
      const issues = issuesOf(value);
      return issues.length === 0 ? { ok: true, value } : { ok: false, issues };
    },
  };
}

async function compileJson(
  schema: JsonSchema,
  takesUnknownFields: boolean,
  where: string,
): Promise<CompiledJsonSchema> {
  if (isObjectSchema(schema)) {
    const applied = takesUnknownFields ? { ...schema, additionalProperties: true } : schema;
    return { issuesOf: (value) => findIssues(applied, value), unchecked: [] };
  }
  const { compileJsonSchema } = await import('./json-schema-input.ts');
  return compileJsonSchema({ schema, takesUnknownFields, where });
}

function isStandard(input: ActionInput): input is StandardSchemaV1 {
  return '~standard' in input;
}

function jsonOf(schema: object, where: string, what: string): JsonSchema {
  const json = plainJson(schema);
  if (json !== undefined) return json;
  throw new SetupError(
    where,
    `${what} is not a JSON object`,
    'Give a JSON Schema of plain values, without cycles.',
  );
}

function refuse(issues: readonly InputIssue[]): CheckedInput {
  const first = issues.slice(0, MAX_ISSUES);
  return {
    ok: false,
    issues: first.map(({ path, message }) => ({
      path: shortened(path, MAX_TEXT),
      message: shortened(message, MAX_TEXT),
    })),
  };
}

function limitIssues(checked: CheckedInput): CheckedInput {
  return checked.ok ? checked : refuse(checked.issues);
}
