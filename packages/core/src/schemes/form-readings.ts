/** The ways to read a form that carries its own signature. */
import type { Message } from '../crypto/backend.ts';
import { concatBytes, SLICE_BYTES, utf8 } from '../text/bytes.ts';
import { type FormField, findPair } from '../text/form.ts';
import { sortByCodePoint } from '../text/sorting.ts';
import { type BodyReading, messageOfChunks } from './body-reading.ts';
import type { TemplatePassage } from './template-found.ts';

/** `name=value\r\n` for every field but the signature, the lines sorted by code point: what an action menu item of Flow Production Tracking signs. */
export const sortedFormLines: readonly BodyReading[] = [
  {
    name: 'without-blank-fields',
    leaves: [{ code: 'unsigned-blank-fields' }, { code: 'reprinted-body' }],
    read: (passage) => formLines(passage, false),
  },
  {
    name: 'with-blank-fields',
    read: (passage) =>
      passage.found.form?.some(({ value }) => value === '') ? formLines(passage, true) : undefined,
  },
];

function formLines(
  { found: { form = [] }, request: { body } }: TemplatePassage,
  keepBlank: boolean,
): Message | undefined {
  const fields = keepBlank ? form : form.filter(({ value }) => value !== '');
  return messageOfChunks(body.length, () => sortedLines(fields));
}

function* sortedLines(fields: readonly FormField[]): Generator<Uint8Array, boolean> {
  const sorting = sortByCodePoint(
    fields.map(({ name, value }) => `${name}=${value}\r\n`),
    (line) => line,
  );
  let sorted = sorting.next();
  for (; !sorted.done; sorted = sorting.next()) yield NOTHING;
  let chunk: Uint8Array[] = [];
  let length = 0;
  for (const line of sorted.value) {
    const bytes = utf8(line);
    chunk.push(bytes);
    length += bytes.length;
    if (length < SLICE_BYTES) continue;
    yield concatBytes(chunk);
    chunk = [];
    length = 0;
  }
  yield concatBytes(chunk);
  return true;
}

/** A slice that made no byte. */
const NOTHING = /* @__PURE__ */ new Uint8Array(0);

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
