/**
 * An option of a provider or a scheme, declared once: its page, the check of its name, TypeScript’s type and the
 * editor’s schema come from here.
 */
import { MAX_DURATION_MS } from './freshness.ts';
import { TOKEN_CHAR } from './text/token.ts';

/** What a value may be: the part of JSON Schema that options need. */
export type ValueSchema =
  | { readonly type: 'string'; readonly minLength?: number; readonly pattern?: string }
  | { readonly type: 'number' | 'integer'; readonly minimum: number; readonly maximum?: number }
  | { readonly type: 'boolean' }
  | { readonly enum: readonly string[] }
  | { readonly type: 'array'; readonly items: ValueSchema; readonly minItems: number }
  | ObjectSchema
  | { readonly anyOf: readonly ValueSchema[] };

/** An object that knows all its members, or one whose members have names of the user’s choice. */
export interface ObjectSchema {
  readonly type: 'object';
  readonly properties: { readonly [name: string]: ValueSchema & { readonly description: string } };
  readonly required?: readonly string[];
  readonly additionalProperties: false | ValueSchema;
}

/** An option of a provider or a scheme. */
export interface OptionRow {
  readonly name: string;
  readonly description: string;
  readonly default: string;
  /** What it may be, as far as its form goes; what it means is judged when the gate is built. */
  readonly value: ValueSchema;
  /** Default false. */
  readonly isRequired?: boolean;
}

export const TEXT: ValueSchema = { type: 'string', minLength: 1 };

export const HEADER_NAME: ValueSchema = { type: 'string', pattern: `^${TOKEN_CHAR}+$` };

export const FLAG: ValueSchema = { type: 'boolean' };

export const MILLISECONDS: ValueSchema = { type: 'number', minimum: 0, maximum: MAX_DURATION_MS };

/** One, or a list. */
export function oneOrMore(items: ValueSchema): ValueSchema {
  return { anyOf: [items, { type: 'array', items, minItems: 1 }] };
}

/** One of some words. */
export function words(...values: readonly string[]): ValueSchema {
  return { enum: values };
}

/** An object whose members have names of the user’s choice. */
export function namedTexts(value: ValueSchema): ValueSchema {
  return { type: 'object', properties: {}, additionalProperties: value };
}

/** An object of these members. */
export function object(
  properties: ObjectSchema['properties'],
  required: readonly string[] = [],
): ValueSchema {
  return {
    type: 'object',
    properties,
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
}
