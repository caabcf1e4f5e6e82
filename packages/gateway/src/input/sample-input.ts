/** An input that its JSON Schema takes, for trying an action out: what has to be there, and nothing else. */
import { isObject } from '@countersign/core/internal/is-object';

type Schema = Readonly<Record<string, unknown>>;

const MAX_DEPTH = 8;
const TEXT = 'sample';
/** By `format`. */
const FORMATS: Readonly<Record<string, string>> = {
  email: 'sample@example.com',
  uri: 'https://example.com/',
  uuid: '00000000-0000-4000-8000-000000000000',
  date: '2030-01-02',
  time: '03:04:05Z',
  'date-time': '2030-01-02T03:04:05Z',
  hostname: 'example.com',
  ipv4: '192.0.2.1',
};

/** Empty where there is no schema. A pattern, or a rule between members, may refuse what this makes. */
export function sampleInput(schema: object | undefined): Readonly<Record<string, unknown>> {
  const sample = sampleOf(schema, 0);
  return isObject(sample) && !Array.isArray(sample) ? sample : {};
}

function sampleOf(schema: unknown, depth: number): unknown {
  if (!isObject(schema) || depth > MAX_DEPTH) return TEXT;
  const { const: only, default: usual, examples, enum: choices, anyOf, oneOf } = schema;
  const sample = [only, usual, ...listOf(examples), ...listOf(choices)].find((value) => value !== undefined);
  if (sample !== undefined) return sample;
  const [choice] = [...listOf(anyOf), ...listOf(oneOf)];
  if (choice !== undefined) return sampleOf(choice, depth + 1);
  const type = Array.isArray(schema['type']) ? schema['type'][0] : schema['type'];
  switch (type) {
    case 'object':
      return sampleObject(schema, depth);
    case 'array':
      return Array.from({ length: countOf(schema['minItems']) }, () => sampleOf(schema['items'], depth + 1));
    case 'number':
    case 'integer':
      return numberOf(schema);
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return 'properties' in schema ? sampleObject(schema, depth) : textOf(schema);
  }
}

function sampleObject({ properties, required }: Schema, depth: number): Readonly<Record<string, unknown>> {
  if (!isObject(properties)) return {};
  const members = Object.entries(properties).filter(([name]) => listOf(required).includes(name));
  return Object.fromEntries(members.map(([name, member]) => [name, sampleOf(member, depth + 1)]));
}

function textOf({ format, minLength, maxLength }: Schema): string {
  const text = (typeof format === 'string' ? FORMATS[format] : undefined) ?? TEXT;
  const padded = text.padEnd(countOf(minLength), 'x');
  return typeof maxLength === 'number' ? padded.slice(0, maxLength) : padded;
}

function numberOf({ minimum, exclusiveMinimum, maximum }: Schema): number {
  if (typeof minimum === 'number') return Math.ceil(minimum);
  if (typeof exclusiveMinimum === 'number') return Math.floor(exclusiveMinimum) + 1;
  return typeof maximum === 'number' ? Math.min(1, Math.floor(maximum)) : 1;
}

/** A schema may ask for more than anybody tries out. */
function countOf(value: unknown): number {
  return typeof value === 'number' ? Math.min(value, 1000) : 0;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
