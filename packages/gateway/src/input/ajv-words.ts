/** What ajv finds wrong with an input, in this project's words. */

import { counted } from '@countersign/core/internal/amounts';
import type { ErrorObject } from 'ajv';
import type { InputIssue } from './find-issues.ts';
import { pointerPart } from './pointer.ts';

/** Says of a whole what was already said of its parts, or of parts of which any would have done. */
const SUMMARIES = ['anyOf', 'oneOf', 'contains'];

/** One issue a finding, in ajv's order; of branches that all failed, one for the lot. At least one. */
export function wordIssues(errors: readonly ErrorObject[]): readonly InputIssue[] {
  const issues = new Map<string, InputIssue>();
  for (const error of leaveOutBranches(errors)) {
    const issue = { path: pathOf(error), message: messageOf(error) };
    issues.set(`${issue.path} ${issue.message}`, issue);
  }
  return issues.size === 0 ? [{ path: '', message: 'is not valid' }] : [...issues.values()];
}

/** ajv lists what each branch of an `anyOf` misses and then that none held: all of that at once would be contradictory. */
function leaveOutBranches(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  let kept: ErrorObject[] = [];
  for (const error of errors) {
    // Said by what `then` or `else` found; said of the name by what comes after.
    if (error.keyword === 'if' || error.propertyName !== undefined) continue;
    if (SUMMARIES.includes(error.keyword)) kept = kept.filter((earlier) => !isInside(earlier, error));
    kept.push(error);
  }
  return kept;
}

/** ajv applies these keywords before nearly all others: what it has said there before is of the branches. */
function isInside(earlier: ErrorObject, { instancePath }: ErrorObject): boolean {
  return `${earlier.instancePath}/`.startsWith(`${instancePath}/`);
}

/** Keywords that speak of one of the object's fields, and the parameter that names it. */
const FIELD_OF: Readonly<Record<string, string>> = {
  required: 'missingProperty',
  dependentRequired: 'missingProperty',
  dependencies: 'missingProperty',
  additionalProperties: 'additionalProperty',
  unevaluatedProperties: 'unevaluatedProperty',
  propertyNames: 'propertyName',
};

function pathOf({ keyword, instancePath, params }: ErrorObject): string {
  const field: unknown = Object.hasOwn(FIELD_OF, keyword) ? params[FIELD_OF[keyword] ?? ''] : undefined;
  return field === undefined ? instancePath : `${instancePath}/${pointerPart(String(field))}`;
}

type Params = Readonly<Record<string, unknown>>;

const FORMATS: Readonly<Record<string, string>> = {
  date: 'a date, e.g. 2026-05-01',
  time: 'a time with its offset, e.g. 12:00:00Z',
  'date-time': 'a date and time with its offset, e.g. 2026-05-01T12:00:00Z',
  duration: 'a duration, e.g. PT1H30M',
  email: 'an e-mail address',
  hostname: 'a host name',
  ipv4: 'an IPv4 address',
  ipv6: 'an IPv6 address',
  uri: 'a URI with its scheme, e.g. https://example.com/',
  uuid: 'a UUID',
  regex: 'a regular expression',
  byte: 'base64',
};

const WORDS: Readonly<Record<string, (params: Params) => string>> = {
  type: ({ type }) => `must be ${[type].flat().map(typeName).join(' or ')}`,
  const: ({ allowedValue }) => `must be ${text(allowedValue)}`,
  enum: ({ allowedValues }) => `must be one of ${[allowedValues].flat().map(text).join(', ')}`,
  required: () => 'is required',
  dependentRequired: ({ property }) => `is required with ${property}`,
  dependencies: ({ property }) => `is required with ${property}`,
  additionalProperties: () => 'is not a known field',
  unevaluatedProperties: () => 'is not a known field',
  propertyNames: () => 'is not an allowed field name',
  minLength: ({ limit }) => `must have at least ${counted(Number(limit), 'character')}`,
  maxLength: ({ limit }) => `must have at most ${counted(Number(limit), 'character')}`,
  minItems: ({ limit }) => `must have at least ${counted(Number(limit), 'item')}`,
  maxItems: ({ limit }) => `must have at most ${counted(Number(limit), 'item')}`,
  items: ({ limit }) => `must have at most ${counted(Number(limit), 'item')}`,
  additionalItems: ({ limit }) => `must have at most ${counted(Number(limit), 'item')}`,
  unevaluatedItems: ({ len }) => `must have at most ${counted(Number(len), 'item')}`,
  minProperties: ({ limit }) => `must have at least ${counted(Number(limit), 'field')}`,
  maxProperties: ({ limit }) => `must have at most ${counted(Number(limit), 'field')}`,
  minimum: ({ limit }) => `must be at least ${limit}`,
  maximum: ({ limit }) => `must be at most ${limit}`,
  exclusiveMinimum: ({ limit }) => `must be more than ${limit}`,
  exclusiveMaximum: ({ limit }) => `must be less than ${limit}`,
  multipleOf: ({ multipleOf }) => `must be a multiple of ${multipleOf}`,
  pattern: ({ pattern }) => `must match ${pattern}`,
  format: ({ format }) => `must be ${FORMATS[String(format)] ?? `of the format ${format}`}`,
  uniqueItems: () => 'must not have two equal items',
  contains: ({ minContains, maxContains }) =>
    maxContains === undefined
      ? `must hold at least ${minContains} of the items asked for`
      : `must hold ${minContains} to ${maxContains} of the items asked for`,
  anyOf: () => 'has none of the allowed forms',
  oneOf: ({ passingSchemas }) =>
    passingSchemas === null
      ? 'has none of the allowed forms'
      : 'has more than one of the forms that exclude each other',
  not: () => 'has a form that is not allowed',
  'false schema': () => 'is not allowed',
};

function messageOf({ keyword, params, message }: ErrorObject): string {
  const word = Object.hasOwn(WORDS, keyword) ? WORDS[keyword] : undefined;
  return word?.(params) ?? message ?? 'is not valid';
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'an array',
  object: 'an object',
  null: 'null',
};

function typeName(type: unknown): string {
  return TYPE_NAMES[String(type)] ?? String(type);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
