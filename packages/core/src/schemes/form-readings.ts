/** The ways to read a form that carries its own signature. */
import type { Message } from '../crypto/backend.ts';
import { isAscii, utf8 } from '../text/bytes.ts';
import { sortByCodePoint } from '../text/code-points.ts';
import { findPair } from '../text/form.ts';
import type { BodyReading } from './body-reading.ts';
import type { TemplateFound } from './template-found.ts';

/** `name=value\r\n` for every field but the signature, the lines sorted by code point: what an action menu item of Flow Production Tracking signs. */
export const sortedFormLines: readonly BodyReading[] = [
  {
    name: 'without-blank-fields',
    leaves: 'Fields without a value may be unsigned: anyone on the way can add or take them.',
    read: ({ found }) => formLines(found, false),
  },
  {
    name: 'with-blank-fields',
    read: ({ found }) => (found.form?.some(({ value }) => value === '') ? formLines(found, true) : undefined),
  },
];

function formLines({ form = [] }: TemplateFound, keepBlank: boolean): Message {
  const lines: string[] = [];
  for (const { name, value } of form) if (keepBlank || value !== '') lines.push(`${name}=${value}\r\n`);
  return sortByCodePoint(lines).map((line) => (isAscii(line) ? line : utf8(line)));
}

/** An urlencoded body without one field, which occurs once, and one adjoining ampersand: the rest as received. */
export function bodyWithoutField(field: string): readonly BodyReading[] {
  return [{ name: 'raw', read: ({ request }) => withoutPair(request.body, field) }];
}

function withoutPair(body: Uint8Array, field: string): Message {
  const pair = findPair(body, field);
  if (!pair) return [body];
  const { start, end } = pair;
  return start > 0
    ? [body.subarray(0, start - 1), body.subarray(end)]
    : [body.subarray(Math.min(end + 1, body.length))];
}
