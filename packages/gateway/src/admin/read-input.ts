/** What a request gives a route, judged by what the route declares. */
import type { Declared, InputOf, Route, RouteTypes } from '@countersign/api';
import { nearMiss } from '@countersign/core';
import { isObject } from '@countersign/core/internal/is-object';
import { Problem } from './problem.ts';

/** What came with a request. */
export interface RawInput {
  /** Decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Parsed. */
  readonly body: unknown;
}

type Fields = Readonly<Record<string, Declared>>;
type Value = string | number | boolean;
type Named = readonly [name: string, value: unknown];

/** A route's input, of the types that it declares; or what is wrong with it. */
export function readInput<Types extends RouteTypes>(
  route: Pick<Route<Types>, 'params' | 'query' | 'body'>,
  { params, query, body }: RawInput,
): InputOf<Types> | Problem {
  const values = new Map<string, Value>();
  const problem =
    readFields('path', route.params, Object.entries(params).map(fromText(route.params)), values) ??
    readFields('query', route.query, [...query].map(fromText(route.query)), values) ??
    readBody(route.body, body, values);
  // Each of the declared names is there, of its field's type, and no other.
  return problem ?? (Object.fromEntries(values) as InputOf<Types>);
}

/** A route that declares no body takes none; one that comes along is read over. */
function readBody(fields: Fields, body: unknown, values: Map<string, Value>): Problem | undefined {
  if (Object.keys(fields).length === 0) return undefined;
  if (!isObject(body)) return new Problem('invalid-input', 'the body is not a JSON object');
  return readFields('body', fields, Object.entries(body), values);
}

function readFields(
  part: 'path' | 'query' | 'body',
  fields: Fields,
  named: readonly Named[],
  values: Map<string, Value>,
): Problem | undefined {
  for (const [name, value] of named) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field === undefined) return unknownName(part, name, Object.keys(fields));
    if (values.has(name)) return new Problem('invalid-input', `${name} is given more than once`);
    if (!fits(field, value)) return new Problem('invalid-input', `${name} must be ${expectation(field)}`);
    values.set(name, value);
  }
  const missing = Object.keys(fields).find((name) => fields[name]?.optional === false && !values.has(name));
  return missing === undefined
    ? undefined
    : new Problem('invalid-input', `${missing} is missing from the ${part}`);
}

function fits(field: Declared, value: unknown): value is Value {
  if (field.kind === 'text') return typeof value === 'string' && field.pattern.test(value);
  if (field.kind === 'flag') return typeof value === 'boolean';
  return typeof value === 'number' && Number.isInteger(value) && value >= field.min && value <= field.max;
}

function expectation(field: Declared): string {
  if (field.kind === 'text') return field.mustBe;
  return field.kind === 'flag' ? 'true or false' : `a whole number from ${field.min} to ${field.max}`;
}

/** Paths and queries have texts only: of what is declared as a number or a flag they are read. */
function fromText(fields: Fields): (pair: readonly [string, string]) => Named {
  return ([name, text]) => {
    const kind = Object.hasOwn(fields, name) ? fields[name]?.kind : undefined;
    if (kind === 'whole-number' && /^\d{1,16}$/.test(text)) return [name, Number(text)];
    return [name, kind === 'flag' && /^(?:true|false)$/.test(text) ? text === 'true' : text];
  };
}

/** So much of a name that nobody declared is said again. */
const MAX_QUOTED = 40;

function unknownName(part: string, name: string, names: readonly string[]): Problem {
  const quoted = JSON.stringify(name.length > MAX_QUOTED ? `${name.slice(0, MAX_QUOTED)}…` : name);
  const meant = nearMiss(name, names);
  const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
  const list = names.length === 0 ? 'it takes none' : `known: ${names.join(', ')}`;
  return new Problem('invalid-input', `the ${part} has no ${quoted}${hint} (${list})`);
}
