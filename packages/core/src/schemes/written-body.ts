/** The ways to read a body that is signed with some of its characters escaped. */
import type { CoverageWarning } from '../model.ts';
import { SLICE_BYTES } from '../pause.ts';
import { LONGEST_PIECE, SHORT_LETTERS, writeEscape } from '../text/json-escapes.ts';
import { codePoint } from '../text/json-string.ts';
import { type BodyReading, messageOfChunks } from './body-reading.ts';

const REPRINTED: readonly CoverageWarning[] = [{ code: 'reprinted-body' }];

/** The body as received, where it is read in other ways besides. */
export const rawBody: BodyReading = { name: 'raw', read: ({ request }) => request.body };

/** The body with each character above U+007F as `\uXXXX` in lower case, above U+FFFF as a surrogate pair; all else as received. */
export const asciiEscapedBody: BodyReading = {
  name: 'ascii-escaped',
  leaves: REPRINTED,
  read: ({ request: { body } }) =>
    // Of a long body the search would take as long as a slice.
    body.length < SLICE_BYTES && isAllAscii(body)
      ? undefined
      : messageOfChunks(body.length, () => chunksOf(body, escapeBeyondAscii)),
};

/** The body as the text between the quotes of a JSON string, as `JSON.stringify` prints it. */
export const jsonStringBody: BodyReading = {
  name: 'json-string',
  read: ({ request: { body } }) => messageOfChunks(body.length, () => chunksOf(body, escapeInString)),
};

const CHUNK_BYTES = 64 * 1024;

/** A longer text, where it is more than three times the body, is no reading of it: it would cost as many times the proof. */
const MAX_GROWTH = 3;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Where a body is read, and its text is put. */
class Writing {
  readonly bytes: Uint8Array;
  readonly out: Uint8Array;
  readonly view: DataView;
  /** Where it is read. */
  from = 0;
  /** How much of `out` is text. */
  to = 0;
  /** Whether what comes next stands behind a backslash that escapes it. */
  isEscaped = false;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.out = new Uint8Array(Math.min(CHUNK_BYTES, MAX_GROWTH * bytes.length) + LONGEST_PIECE);
    this.view = new DataView(this.out.buffer);
  }
}

/** @param write one character; false where the body is no text, or its text could be another body’s */
function* chunksOf(bytes: Uint8Array, write: (writing: Writing) => boolean): Generator<Uint8Array, boolean> {
  const writing = new Writing(bytes);
  const full = writing.out.length - LONGEST_PIECE;
  const most = Math.max(SLICE_BYTES, MAX_GROWTH * bytes.length);
  let total = 0;
  while (writing.from < bytes.length) {
    if (!write(writing)) return false;
    if (writing.to < full) continue;
    yield writing.out.subarray(0, writing.to);
    total += writing.to;
    writing.to = 0;
    if (total > most) return false;
  }
  yield writing.out.subarray(0, writing.to);
  return true;
}

function isAllAscii(bytes: Uint8Array): boolean {
  let all = 0;
  for (let i = 0; i < bytes.length; i++) all |= bytes[i] as number;
  return all < 0x80;
}

/**
 * Behind a backslash there is no other character to escape: `\é` is no JSON, and `\\u00e9` would be another text.
 */
function escapeBeyondAscii(writing: Writing): boolean {
  const { bytes, out, view, from, isEscaped } = writing;
  const byte = bytes[from] as number;
  if (byte < 0x80) {
    writing.isEscaped = byte === BACKSLASH && !isEscaped;
    out[writing.to++] = byte;
    writing.from++;
    return true;
  }
  const size = sizeOfCharacter(bytes, from);
  if (size === 0 || isEscaped) return false;
  const point = codePoint(bytes, from, size);
  if (size === 4) writing.to = writeEscape(view, writing.to, 0xd7c0 + (point >> 10));
  writing.to = writeEscape(view, writing.to, size === 4 ? 0xdc00 | (point & 0x3ff) : point);
  writing.from += size;
  return true;
}

/** How many bytes the character above U+007F has; 0 where they are no UTF-8 (Unicode 16, table 3-7). */
function sizeOfCharacter(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] as number;
  const size = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  for (let i = 1; i < size; i++) if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) return 0;
  const second = bytes[at + 1] as number;
  const isOther =
    (lead === 0xe0 && second < 0xa0) ||
    (lead === 0xed && second > 0x9f) ||
    (lead === 0xf0 && second < 0x90) ||
    (lead === 0xf4 && second > 0x8f);
  return isOther ? 0 : size;
}

/** Bytes above U+007F stay: what is no UTF-8 is no text that was printed so, and no signature fits it. */
function escapeInString(writing: Writing): boolean {
  const { out, view, bytes, from } = writing;
  const byte = bytes[from] as number;
  writing.from++;
  if (byte >= 0x20 && byte !== QUOTE && byte !== BACKSLASH) {
    out[writing.to++] = byte;
    return true;
  }
  const letter = SHORT_LETTERS[byte] as number;
  if (letter === 0) {
    writing.to = writeEscape(view, writing.to, byte);
    return true;
  }
  out[writing.to] = BACKSLASH;
  out[writing.to + 1] = letter;
  writing.to += 2;
  return true;
}
