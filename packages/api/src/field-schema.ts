/** What a route takes, as JSON Schema: for the OpenAPI document, and for programs that offer routes as tools. */
import type { Declared, Field } from './fields.ts';

/** A schema of one value. */
export type FieldSchema = {
  readonly type: 'string' | 'integer' | 'boolean';
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly writeOnly?: true;
};

/** The JSON Schema of a field’s value. @throws TypeError for a pattern that JSON Schema cannot say */
export function fieldSchema(field: Declared): FieldSchema {
  const schema = schemaOf(field);
  return field.secret ? { ...schema, writeOnly: true } : schema;
}

function schemaOf(field: Field): FieldSchema {
  if (field.kind === 'flag') return { type: 'boolean' };
  if (field.kind === 'whole-number') return { type: 'integer', minimum: field.min, maximum: field.max };
  return { type: 'string', ...textRules(field.pattern), description: `Must be ${field.mustBe}.` };
}

/** A pattern of a few words is their list, one of any characters a length; others are patterns without flags, as JSON Schema has them. */
function textRules(pattern: RegExp): Pick<FieldSchema, 'enum' | 'pattern' | 'minLength' | 'maxLength'> {
  const { source, flags } = pattern;
  const words = /^\^\(\?:([\w-]+(?:\|[\w-]+)*)\)\$$/.exec(source)?.[1];
  if (words !== undefined) return { enum: words.split('|') };
  const [, least, most] = /^\^(?:\.|\[\^\])\{(\d+),(\d+)\}\$$/.exec(source) ?? [];
  const isAny = flags.includes('s') || source.includes('[^]');
  if (isAny && least !== undefined && most !== undefined)
    return { minLength: Number(least), maxLength: Number(most) };
  return { pattern: flags.includes('i') ? inBothCases(source) : source };
}

/** Hex digits are all that is taken in both cases. */
function inBothCases(source: string): string {
  const lettered = source.replaceAll('[0-9a-f]', '[0-9a-fA-F]');
  if (/[a-z]/i.test(lettered.replaceAll('[0-9a-fA-F]', '').replaceAll(/\\d/g, '')))
    throw new TypeError(`${source} has letters in both cases: say so in the pattern itself`);
  return lettered;
}
