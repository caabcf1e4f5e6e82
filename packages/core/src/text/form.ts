/** Forms as signed content: read one way only, or refused. Nothing here throws on what a sender wrote. */
import { asciiText, decodeUtf8, latin1, SLICE_BYTES, type Sliced, utf8 } from './bytes.ts';
import { hexValue } from './encodings.ts';
import { type FormFault, type FormField, type FormParsing, MAX_FIELDS } from './form-field.ts';
import { isUtf8, parseMediaType } from './media-type.ts';
import { multipartFields } from './multipart.ts';

export type { FormFault, FormField, FormParsing } from './form-field.ts';
export { duplicateName, MAX_FIELDS } from './form-field.ts';

/** The fields of an urlencoded or multipart body, as its Content-Type says; any other type is a fault. */
export function parseForm(
  contentType: string | undefined,
  body: Uint8Array,
): readonly FormField[] | FormFault {
  return finished(formFields(contentType, body));
}

/** The same in slices. */
export function* formFields(contentType: string | undefined, body: Uint8Array): FormParsing {
  if (contentType === undefined) return { fault: 'the request has no content type' };
  const media = parseMediaType(contentType);
  if (!media) return { fault: 'the content type breaks the grammar' };
  if (!isUtf8(media)) return { fault: 'the charset is not utf-8' };
  if (media.type === 'application/x-www-form-urlencoded') return yield* urlencodedFields(body);
  if (media.type !== 'multipart/form-data') return { fault: 'the content type is not that of a form' };
  const boundary = media.parameters.get('boundary');
  if (boundary === undefined) return { fault: 'the content type names no boundary' };
  return yield* multipartFields(body, boundary);
}

function finished(parsing: FormParsing): readonly FormField[] | FormFault {
  for (;;) {
    const { done, value } = parsing.next();
    if (done) return value;
  }
}

const PERCENT = 0x25;
const AMPERSAND = 0x26;
const PLUS = 0x2b;
const EQUALS = 0x3d;

/**
 * The fields of `name=value&name=value`: `+` is a space, `%XX` a byte of UTF-8; a pair without `=` has an empty value,
 * an empty pair is skipped. Refused: a broken percent escape, bytes that are not UTF-8, an empty name, more than
 * `MAX_FIELDS` pairs, empty ones counted: a body of ampersands is no form. A string must be ASCII, as a URL's query is.
 */
export function parseUrlencoded(body: Uint8Array | string): readonly FormField[] | FormFault {
  const bytes = typeof body === 'string' ? asciiBytes(body) : body;
  return bytes ? finished(urlencodedFields(bytes)) : { fault: 'the text is not ASCII' };
}

function* urlencodedFields(bytes: Uint8Array): FormParsing {
  const fields: FormField[] = [];
  let pairs = 0;
  let sliceEnd = SLICE_BYTES;
  for (let start = 0; start < bytes.length; ) {
    if (pairs++ === MAX_FIELDS) return { fault: 'the form has too many fields' };
    const end = indexOrEnd(bytes, AMPERSAND, start);
    if (end > start) {
      const field =
        end - start > SLICE_BYTES ? yield* longPair(bytes, start, end) : parsePair(bytes, start, end);
      if ('fault' in field) return field;
      fields.push(field);
    }
    start = end + 1;
    if (start > sliceEnd && start < bytes.length) {
      yield;
      sliceEnd = start + SLICE_BYTES;
    }
  }
  return fields;
}

/** Where a pair of that decoded name stands; undefined where there is none. The form was parsed before. */
export function findPair(
  bytes: Uint8Array,
  name: string,
): { readonly start: number; readonly end: number } | undefined {
  const { length } = utf8(name);
  for (let start = 0; start < bytes.length; ) {
    const end = indexOrEnd(bytes, AMPERSAND, start);
    const equals = indexOrEnd(bytes, EQUALS, start, end);
    // Each byte is written as one or three: another name is not decoded.
    const isLikely = equals - start >= length && equals - start <= 3 * length;
    if (isLikely && decodePart(bytes, start, equals) === name) return { start, end };
    start = end + 1;
  }
  return undefined;
}

function parsePair(bytes: Uint8Array, start: number, end: number): FormField | FormFault {
  const equals = indexOrEnd(bytes, EQUALS, start, end);
  const name = decodePart(bytes, start, equals);
  return fieldOf(name, equals === end ? '' : decodePart(bytes, equals + 1, end));
}

/** The same in slices. */
function* longPair(bytes: Uint8Array, start: number, end: number): Sliced<FormField | FormFault> {
  const equals = indexOrEnd(bytes, EQUALS, start, end);
  yield;
  const name = yield* decodeLongPart(bytes, start, equals);
  return fieldOf(name, equals === end ? '' : yield* decodeLongPart(bytes, equals + 1, end));
}

function fieldOf(name: string | undefined, value: string | undefined): FormField | FormFault {
  if (name === undefined || value === undefined) {
    return { fault: 'a field has a broken percent escape or is not UTF-8' };
  }
  return name === '' ? { fault: 'a field has no name' } : { name, value };
}

/** The first offset of a byte from `start` on, or `end`. */
function indexOrEnd(bytes: Uint8Array, byte: number, start: number, end: number = bytes.length): number {
  let i = start;
  while (i < end && bytes[i] !== byte) i++;
  return i;
}

function decodePart(bytes: Uint8Array, start: number, end: number): string | undefined {
  let all = 0;
  let i = start;
  for (; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte === PERCENT || byte === PLUS) break;
    all |= byte;
  }
  if (i === end) return all < 0x80 ? asciiText(bytes, start, end) : decodeUtf8(bytes.subarray(start, end));
  // Copied, not `slice`d: the slice of a Buffer is the request’s own memory.
  const decoding: Decoding = { out: new Uint8Array(bytes.subarray(start, end)), read: i, written: i - start };
  return decodeOn(bytes, end, end, decoding)
    ? decodeUtf8(decoding.out.subarray(0, decoding.written))
    : undefined;
}

/** The same in slices. */
function* decodeLongPart(bytes: Uint8Array, start: number, end: number): Sliced<string | undefined> {
  const decoding: Decoding = { out: new Uint8Array(end - start), read: start, written: 0 };
  while (decoding.read < end) {
    const sliceEnd = Math.min(end, decoding.read + SLICE_BYTES);
    if (!decodeOn(bytes, sliceEnd, end, decoding)) return undefined;
    yield;
  }
  return decodeUtf8(decoding.out.subarray(0, decoding.written));
}

/** How far a part is decoded. */
interface Decoding {
  readonly out: Uint8Array;
  read: number;
  written: number;
}

/** Decodes up to there, or to the end of the escape that stands across. @returns false at a broken escape */
function decodeOn(bytes: Uint8Array, sliceEnd: number, end: number, decoding: Decoding): boolean {
  const { out } = decoding;
  let i = decoding.read;
  let at = decoding.written;
  while (i < sliceEnd) {
    const byte = bytes[i] as number;
    if (byte === PERCENT) {
      const high = i + 2 < end ? hexValue(bytes[i + 1]) : -1;
      const low = i + 2 < end ? hexValue(bytes[i + 2]) : -1;
      if (high < 0 || low < 0) return false;
      out[at++] = (high << 4) | low;
      i += 3;
    } else {
      out[at++] = byte === PLUS ? 0x20 : byte;
      i++;
    }
  }
  decoding.read = i;
  decoding.written = at;
  return true;
}

function asciiBytes(text: string): Uint8Array | undefined {
  const bytes = latin1(text);
  return bytes?.some((byte) => byte >= 0x80) ? undefined : bytes;
}
