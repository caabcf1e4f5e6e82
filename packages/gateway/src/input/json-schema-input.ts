/** Applies a JSON Schema beyond what `find-issues.ts` can: with ajv, loaded when the first such schema is. */
import { SetupError } from '@countersign/core/internal/setup-error';
import type { Ajv, ErrorObject, Options, ValidateFunction } from 'ajv';
import type { JsonSchema } from './action-input.ts';
import { wordIssues } from './ajv-words.ts';
import { allDiffer } from './all-differ.ts';
import type { InputIssue } from './find-issues.ts';
import type { UncheckedWord } from './formats.ts';
import { findLocalRefs, isRecursive } from './local-refs.ts';
import { allSchemas } from './subschemas.ts';
import { readDeclaredFields, withUnknownFields } from './unknown-fields.ts';

export interface JsonSchemaOptions {
  readonly schema: JsonSchema;
  /** Whether fields that the schema does not declare are let through; at the root also where it says `additionalProperties: false`. */
  readonly takesUnknownFields: boolean;
  /** Where the schema stands, for messages. */
  readonly where: string;
}

/** ajv has no bound on its findings: 1 MB of wrong items makes half a million. For larger inputs the first one has to do. */
const MAX_VALUES_FOR_ALL_ISSUES = 1000;

const OPTIONS: Options = {
  strict: true,
  // Each is a matter of taste, not a keyword that is not applied.
  strictTypes: false,
  strictTuples: false,
  strictRequired: false,
  // `required: ['toString']` is not met by what every object inherits.
  ownProperties: true,
  logger: false,
};

/** ajv's own, not JSON Schema's; with the first, the check would be a promise. */
const NOT_JSON_SCHEMA = ['$async', 'nullable'];

/** A schema that can be run. */
export interface CompiledJsonSchema {
  /** What is wrong with an object; at least one issue where anything is. */
  readonly issuesOf: (input: unknown) => readonly InputIssue[];
  /** What the schema says and nobody checks. */
  readonly unchecked: readonly UncheckedWord[];
}

/**
 * Compiles a schema.
 * @throws SetupError for a schema that cannot be applied in full, naming the place.
 */
export async function compileJsonSchema(options: JsonSchemaOptions): Promise<CompiledJsonSchema> {
  const { where, takesUnknownFields } = options;
  const createAjv = await loadDraft(options.schema, where);
  const { $schema: _, ...schema } = schemaToApply(options);
  const { addFormats, uncheckedWords } = await import('./formats.ts');
  const ajv = addFormats(createAjv(OPTIONS), schema);
  checkShape(ajv, schema, where);
  checkKeywords(ajv, schema, where);
  const validate = compile(ajv, schema, where);
  const refs = findLocalRefs(schema);
  // In a recursive schema, branches that go on after their first failure double the work with each level.
  const validateAll = isRecursive(schema, refs)
    ? validate
    : addFormats(createAjv({ ...OPTIONS, allErrors: true, validateSchema: false }), schema).compile(schema);
  const fields = readDeclaredFields([schema]);
  if (!fields.takesObjects)
    throw new SetupError(where, 'the input is not an object', "Set type to 'object'.");

  const issuesOf = (input: unknown): readonly InputIssue[] => {
    const unknown = takesUnknownFields ? [] : fields.unknownIn(input);
    if (validate(input)) return withUnknownFields([], unknown);
    const validator =
      countsMoreThan(input, MAX_VALUES_FOR_ALL_ISSUES) || validateAll(input) ? validate : validateAll;
    return withUnknownFields(wordIssues(validator.errors ?? []), unknown);
  };
  return { issuesOf, unchecked: uncheckedWords(schema, where) };
}

/** As `compileInput` does for the subset: without `additionalProperties`, and with false, it means the same there. */
function schemaToApply({ schema, takesUnknownFields }: JsonSchemaOptions): JsonSchema {
  const closes = takesUnknownFields && schema['additionalProperties'] === false;
  return closes ? { ...schema, additionalProperties: true } : schema;
}

/** @throws SetupError for a draft that is not applied. */
async function loadDraft(schema: JsonSchema, where: string): Promise<(options: Options) => Ajv> {
  const draft = schema['$schema'] ?? 'https://json-schema.org/draft/2020-12/schema';
  switch (
    String(draft)
      .replace(/^http:/, 'https:')
      .replace(/#$/, '')
  ) {
    case 'https://json-schema.org/draft/2020-12/schema': {
      const { Ajv2020 } = await import('ajv/dist/2020.js');
      // ajv resolves anchors, but has them in no vocabulary.
      return (options) => withOwnKeywords(new Ajv2020(options)).addVocabulary(['$anchor']);
    }
    case 'https://json-schema.org/draft-07/schema': {
      const { Ajv } = await import('ajv');
      return (options) => withOwnKeywords(new Ajv(options));
    }
    default:
      throw new SetupError(
        `${where}.$schema`,
        `${draft} is not a known draft`,
        'Use 2020-12 (or leave $schema out) or draft-07.',
      );
  }
}

function withOwnKeywords(ajv: Ajv): Ajv {
  return ajv.removeKeyword('uniqueItems').addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    errors: false,
    validate: (isUnique: boolean, items: readonly unknown[]) => !isUnique || allDiffer(items),
  });
}

/** ajv refuses unknown keywords and wrong patterns too, but does not say where they are. */
function checkKeywords(ajv: Ajv, root: JsonSchema, where: string): void {
  for (const { schema, place } of allSchemas(root)) {
    if (!PART_OF_OTHERS.test(place)) checkRequired(schema, where + place);
    for (const keyword of Object.keys(schema)) {
      if (Object.hasOwn(ajv.RULES.keywords, keyword) && !NOT_JSON_SCHEMA.includes(keyword)) continue;
      throw new SetupError(
        `${where}${place}.${keyword}`,
        'the keyword is not applied',
        'Leave it out, or check how it is spelt and of which draft it is.',
      );
    }
  }
}

/** Where a schema may require what another one declares. */
const PART_OF_OTHERS = /\.(\$defs|definitions|depend\w+|allOf|anyOf|oneOf|if|then|else|not)\b/;
const DECLARE_MORE = [
  '$ref',
  '$dynamicRef',
  'additionalProperties',
  'allOf',
  'anyOf',
  'dependencies',
  'dependentSchemas',
  'if',
  'oneOf',
  'patternProperties',
  'unevaluatedProperties',
];

/** A misspelt name would refuse every input. */
function checkRequired(schema: JsonSchema, where: string): void {
  const { properties = {}, required } = schema as {
    readonly properties?: object;
    readonly required?: unknown;
  };
  if (
    !Array.isArray(required) ||
    DECLARE_MORE.some((keyword) => schema[keyword] !== undefined && schema[keyword] !== false)
  )
    return;
  for (const name of required) {
    if (Object.hasOwn(properties, String(name))) continue;
    throw new SetupError(
      `${where}.required`,
      `"${name}" is not a declared property`,
      'Declare it under properties.',
    );
  }
}

function checkShape(ajv: Ajv, schema: JsonSchema, where: string): void {
  if (ajv.validateSchema(schema) === true) return;
  const { instancePath, message, params }: Partial<ErrorObject> = ajv.errors?.[0] ?? {};
  const allowed: unknown = params?.['allowedValues'];
  const problem = Array.isArray(allowed) ? `must be one of ${allowed.join(', ')}` : message;
  const place = `${where}${(instancePath ?? '').replaceAll('/', '.')}`;
  throw new SetupError(place, `the schema is not valid: ${problem}`, 'See the JSON Schema specification.');
}

function compile(ajv: Ajv, schema: JsonSchema, where: string): ValidateFunction {
  try {
    return ajv.compile(schema);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    const remedy =
      'References must lead to a place in the same schema, patterns must be regular expressions.';
    throw new SetupError(where, `the schema cannot be applied: ${problem}`, remedy);
  }
}

/** Counts no further than it has to. */
function countsMoreThan(input: unknown, most: number): boolean {
  const rest = [input];
  let count = 0;
  while (rest.length > 0 && count <= most) {
    const value = rest.pop();
    count++;
    if (typeof value === 'object' && value !== null) {
      const inside: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
      if (inside.length > most) return true;
      rest.push(...inside);
    }
  }
  return count > most;
}
