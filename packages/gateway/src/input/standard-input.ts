/** Applies a Standard Schema: zod, valibot, arktype and whatever else has `~standard`. */
import { isDeepStrictEqual } from 'node:util';
import type { MaybePromise } from '@countersign/core';
import { SetupError } from '@countersign/core/internal/setup-error';
import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec';
import type { JsonSchema } from './action-input.ts';
import { type CheckedInput, type InputIssue, MAX_ISSUES } from './find-issues.ts';
import { findLostFields, without } from './lost-fields.ts';
import { plainJson } from './plain-json.ts';
import { pointerTo } from './pointer.ts';
import {
  type DeclaredFields,
  type FieldPath,
  readDeclaredFields,
  withUnknownFields,
} from './unknown-fields.ts';

export interface StandardInputOptions {
  readonly input: StandardSchemaV1;
  /** Declares fields, beside what the schema says of itself. */
  readonly jsonSchema: JsonSchema | undefined;
  readonly takesUnknownFields: boolean;
  /** Where the schema stands, for messages. */
  readonly where: string;
}

/** A Standard Schema that can be run. */
export interface StandardInput {
  /** What the schema says of itself. */
  readonly jsonSchema: JsonSchema | undefined;
  check(input: unknown): MaybePromise<CheckedInput>;
}

/** What an input is judged by. */
interface StandardRules {
  readonly validate: StandardSchemaV1['~standard']['validate'];
  /** Those that the schema says of itself, and those that were declared beside it. */
  readonly fields: DeclaredFields | undefined;
  readonly takesUnknownFields: boolean;
  /** valibot says the same of object and looseObject: there, what comes out has the last word. */
  readonly isExact: boolean;
}

/** @throws SetupError for a schema that takes no objects. */
export function compileStandardInput(options: StandardInputOptions): StandardInput {
  const { input: schema, takesUnknownFields, where } = options;
  const { validate, vendor } = schema['~standard'];
  const jsonSchema = describe(schema);
  const roots = [jsonSchema, options.jsonSchema].filter((root) => root !== undefined);
  const fields = roots.length === 0 ? undefined : readDeclaredFields(roots);
  if (fields?.takesObjects === false) {
    throw new SetupError(where, 'the input is not an object', 'Give a schema of an object.');
  }
  const rules: StandardRules = { validate, fields, takesUnknownFields, isExact: vendor !== 'valibot' };
  return { jsonSchema, check: (input) => check(rules, input) };
}

function check(rules: StandardRules, input: unknown): MaybePromise<CheckedInput> {
  // Before the schema sees the input: nothing keeps it from changing it.
  const undeclared = rules.takesUnknownFields ? [] : rules.fields?.unknownIn(input);
  const result = rules.validate(input);
  return 'then' in result
    ? Promise.resolve(result).then((settled) => judge(rules, input, settled, undeclared))
    : judge(rules, input, result, undeclared);
}

function judge(
  rules: StandardRules,
  input: unknown,
  result: StandardSchemaV1.Result<unknown>,
  undeclared: readonly FieldPath[] | undefined,
): MaybePromise<CheckedInput> {
  if (result.issues) {
    const unknown = rules.isExact ? (undeclared ?? []) : [];
    return { ok: false, issues: withUnknownFields(wordIssues(result.issues), unknown) };
  }
  const { value } = result;
  const suspects = undeclared ?? findLostFields(input, value);
  if (suspects.length === 0) return { ok: true, value };
  if (rules.isExact && undeclared !== undefined) return refuse(suspects);
  return judgeSuspects(rules, input, value, suspects);
}

/**
 * A field is lost where it is unknown, and where a transform renames it: only an unknown one can be left out with
 * nothing changed. Usually all can, and one more look is enough.
 */
async function judgeSuspects(
  rules: StandardRules,
  input: unknown,
  value: unknown,
  suspects: readonly FieldPath[],
): Promise<CheckedInput> {
  if (!(await hasEffect(rules, input, value, suspects))) return refuse(suspects);
  const unknown: FieldPath[] = [];
  for (const path of suspects) if (!(await hasEffect(rules, input, value, [path]))) unknown.push(path);
  return unknown.length === 0 ? { ok: true, value } : refuse(unknown);
}

/** Whether another value comes out where these fields are left out. */
async function hasEffect(
  { validate }: StandardRules,
  input: unknown,
  value: unknown,
  paths: readonly FieldPath[],
): Promise<boolean> {
  const result = await validate(paths.reduce(without, input));
  return result.issues !== undefined || !isDeepStrictEqual(result.value, value);
}

function refuse(unknown: readonly FieldPath[]): CheckedInput {
  return { ok: false, issues: withUnknownFields([], unknown) };
}

/** By the Standard JSON Schema interface, where the library has it; it throws for what JSON Schema cannot say, such as a date. */
function describe(schema: StandardSchemaV1): JsonSchema | undefined {
  const standard: StandardSchemaV1.Props & Partial<StandardJSONSchemaV1.Props> = schema['~standard'];
  try {
    return plainJson(standard.jsonSchema?.input({ target: 'draft-2020-12' }));
  } catch {
    return undefined;
  }
}

function wordIssues(issues: readonly StandardSchemaV1.Issue[]): readonly InputIssue[] {
  if (issues.length === 0) return [{ path: '', message: 'is not valid' }];
  return issues.slice(0, MAX_ISSUES).map(({ path, message }) => ({ path: pointerTo(keysOf(path)), message }));
}

/** Not by `map`: arktype's paths are a class of array that `map` makes another one of, with a part too many. */
function* keysOf(path: StandardSchemaV1.Issue['path']): Generator<PropertyKey> {
  for (const part of path ?? []) yield typeof part === 'object' ? part.key : part;
}
