/** The formats of JSON Schema that are checked, and the names of those that are not: nothing is passed over in silence. */

import { isObject } from '@countersign/core/internal/is-object';
import type { Ajv, Format } from 'ajv';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import type { JsonSchema } from './action-input.ts';
import { allSchemas } from './subschemas.ts';

/** Of those of ajv-formats: two say nothing that could be checked, one takes the square of a text's length. */
const LEFT_OUT: readonly string[] = ['binary', 'password', 'url'];

/** No URI or address is as long; and the longest takes its checks some milliseconds. Base64 can be as long as it likes. */
const MAX_CHARS = 8 * 1024;
const LONG: readonly string[] = ['byte'];

const CHECKED: ReadonlyMap<string, Format> = new Map(
  Object.entries(fullFormats)
    .filter(([name]) => !LEFT_OUT.includes(name))
    .map(([name, format]) => [name, LONG.includes(name) ? format : limitLength(format)]),
);

/** Says of the content of a text what JSON Schema leaves to the application (2020-12 validation §8). */
const CONTENT: readonly string[] = ['contentEncoding', 'contentMediaType', 'contentSchema'];

/** Has ajv check the formats that are known, and pass over those that `uncheckedWords` names. */
export function addFormats(ajv: Ajv, root: JsonSchema): Ajv {
  for (const { schema } of allSchemas(root)) {
    const { format } = schema as { readonly format?: unknown };
    if (typeof format === 'string') ajv.addFormat(format, CHECKED.get(format) ?? true);
  }
  return ajv;
}

/** A word of a schema that is read and not checked. */
export interface UncheckedWord {
  /** E.g. `gates.g.answer.actions: act.input.properties.phone.format`. */
  readonly path: string;
  readonly message: string;
}

/** @param where where the schema stands */
export function uncheckedWords(root: JsonSchema, where: string): readonly UncheckedWord[] {
  const unchecked: UncheckedWord[] = [];
  for (const { schema, place } of allSchemas(root)) {
    const { format } = schema as { readonly format?: unknown };
    if (typeof format === 'string' && !CHECKED.has(format)) {
      const message = `${JSON.stringify(format)} is not a format that is checked; these are: ${[...CHECKED.keys()].join(', ')}.`;
      unchecked.push({ path: `${where}${place}.format`, message });
    }
    for (const keyword of CONTENT.filter((word) => Object.hasOwn(schema, word))) {
      const message = 'What a text holds is not checked: let the action check it.';
      unchecked.push({ path: `${where}${place}.${keyword}`, message });
    }
  }
  return unchecked;
}

function limitLength(format: Format): Format {
  if (format instanceof RegExp) return (text) => text.length <= MAX_CHARS && format.test(text);
  if (typeof format === 'function') return (text) => text.length <= MAX_CHARS && format(text);
  if (!isObject(format) || format['type'] === 'number' || typeof format['validate'] !== 'function')
    return format;
  const { validate } = format as { readonly validate: (text: string) => boolean };
  return (text) => text.length <= MAX_CHARS && validate(text);
}
