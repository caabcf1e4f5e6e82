/** Where a part of a request sits, as a declaration gives it. */
import type { OptionReader } from '../options.ts';
import { SetupError } from '../setup-error.ts';
import { fieldMember } from './field-member.ts';
import { field } from './form-field.ts';
import { member } from './json-member.ts';
import { checkMemberPath } from './member-path.ts';
import type { PartSource } from './part-source.ts';
import { query } from './query-parameter.ts';

/** A part's source: `{ header: x-id }`, or `x-id` for a header. */
export function readSource(options: OptionReader, name: string): PartSource | undefined {
  const raw = options.raw(name);
  if (raw === undefined) return undefined;
  if (typeof raw === 'string') return { header: options.headerName(name) as string };
  const reader = options.object(name) as OptionReader;
  const source = sourceOf(reader);
  reader.refuseUnread();
  if (source) return source;
  throw new SetupError(
    options.path(name),
    'it says no place',
    'Give { header: NAME }, { query: … }, { member: … } or { field: … }.',
  );
}

const PLACES = ['header', 'query', 'member', 'field', 'item'] as const;

/** The place that a declaration names; undefined where it names none. */
export function sourceOf(reader: OptionReader): PartSource | undefined {
  const [place, second, third] = PLACES.filter((name) => reader.has(name));
  if (place === undefined) return undefined;
  // JSON that is a field of a form.
  if (place === 'member' && second === 'field' && third === undefined) {
    const path = reader.text('member') as string;
    checkMemberPath(path, reader.path('member'));
    return fieldMember(reader.text('field') as string, path);
  }
  if (second !== undefined) {
    throw new SetupError(
      reader.path(second),
      `it names a second place, beside ${place}`,
      'Give one of them.',
    );
  }
  if (place === 'header') return { header: reader.headerName('header') as string };
  const text = reader.text(place) as string;
  switch (place) {
    case 'query':
      return query(text);
    case 'field':
      return field(text);
    case 'item':
      return { item: text };
    case 'member':
      checkMemberPath(text, reader.path('member'));
      return member(text);
  }
}
