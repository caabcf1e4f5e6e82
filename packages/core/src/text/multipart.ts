/** `multipart/form-data` (RFC 7578) as signed content: text fields and exact delimiters only. */
import { decodeUtf8, latin1, SLICE_BYTES, type Sliced } from './bytes.ts';
import { type FormFault, type FormField, type FormParsing, MAX_FIELDS } from './form-field.ts';
import { isUtf8, parseMediaType, parseParameters } from './media-type.ts';
import { isToken } from './token.ts';
import { trimSpace } from './white-space.ts';

const CR = 0x0d;
const LF = 0x0a;
const DASH = 0x2d;

/** RFC 2046 §5.1.1: 1 to 70 of these, the last no space. */
const BOUNDARY = /^[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]$/;

/** Of all parts' headers together: 130 for each of a thousand. */
const MAX_HEADER_BYTES = 128 * 1024;

/** What a part's headers may say about its field. Others are not looked at. */
const KNOWN_HEADERS: readonly string[] = ['content-disposition', 'content-type', 'content-transfer-encoding'];

/**
 * The fields of a multipart body, in order.
 *
 * Refused, because two parsers could read two things: text before the first or after the last delimiter (one CRLF
 * aside), white space or another text behind a boundary, a delimiter line after a bare LF, a field name with a
 * backslash or control character, a file, a part that is not UTF-8 text, more than `MAX_FIELDS` parts.
 */
export function* multipartFields(body: Uint8Array, boundary: string): FormParsing {
  const dashBoundary = BOUNDARY.test(boundary) ? latin1(`--${boundary}`) : undefined;
  if (!dashBoundary) return { fault: 'the boundary breaks the grammar' };
  const first = isCrlf(body, 0) ? 2 : 0;
  if (!startsWith(body, dashBoundary, first)) return { fault: 'the body does not start with its boundary' };
  const fields: FormField[] = [];
  let sliceEnd = SLICE_BYTES;
  let headerBytes = 0;
  let at = first + dashBoundary.length;
  for (;;) {
    if (body[at] === DASH && body[at + 1] === DASH) {
      const end = isCrlf(body, at + 2) ? at + 4 : at + 2;
      return end === body.length ? fields : { fault: 'bytes follow the final boundary' };
    }
    if (!isCrlf(body, at)) return { fault: 'a boundary is not followed by a line end' };
    // The line end behind one delimiter may already belong to the next one.
    const lineFeed = yield* findDelimiter(body, dashBoundary, at + 1);
    if (lineFeed < 0) return { fault: 'the final boundary is missing' };
    if (body[lineFeed - 1] !== CR) return { fault: 'a boundary follows a line feed without carriage return' };
    if (fields.length === MAX_FIELDS) return { fault: 'the form has too many fields' };
    // The end of a long part was looked for in this slice: it is decoded in another.
    if (lineFeed - at > SLICE_BYTES) yield;
    const part = parsePart(body, at + 2, lineFeed - 1);
    if ('fault' in part) return part;
    fields.push(part.field);
    headerBytes += part.headerBytes;
    if (headerBytes > MAX_HEADER_BYTES) return { fault: 'the headers of the parts are too long' };
    at = lineFeed + 1 + dashBoundary.length;
    if (at > sliceEnd) {
      yield;
      sliceEnd = at + SLICE_BYTES;
    }
  }
}

function isCrlf(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === CR && bytes[at + 1] === LF;
}

function startsWith(bytes: Uint8Array, prefix: Uint8Array, at: number): boolean {
  for (let i = 0; i < prefix.length; i++) if (bytes[at + i] !== prefix[i]) return false;
  return true;
}

/** The line feed before the next line that starts with the boundary; -1 where there is none. */
function* findDelimiter(body: Uint8Array, dashBoundary: Uint8Array, start: number): Sliced<number> {
  for (let from = start; from < body.length; from += SLICE_BYTES) {
    if (from > start) yield;
    const lineFeed = delimiterIn(body, dashBoundary, from, from + SLICE_BYTES);
    if (lineFeed >= 0) return lineFeed;
  }
  return -1;
}

/** The same from `start` up to `end`. */
function delimiterIn(body: Uint8Array, dashBoundary: Uint8Array, start: number, end: number): number {
  const most = Math.min(end, body.length);
  // By hand: a call of `indexOf` for each of a million line feeds costs 60 ms.
  for (let i = start; i < most; i++) {
    if (body[i] === LF && body[i + 1] === DASH && startsWith(body, dashBoundary, i + 1)) return i;
  }
  return -1;
}

interface Part {
  readonly field: FormField;
  readonly headerBytes: number;
}

function parsePart(body: Uint8Array, start: number, end: number): Part | FormFault {
  const most = Math.min(end, start + MAX_HEADER_BYTES);
  let headersEnd = start;
  while (headersEnd + 4 <= most && !(isCrlf(body, headersEnd) && isCrlf(body, headersEnd + 2))) headersEnd++;
  if (headersEnd + 4 > most) {
    return most < end
      ? { fault: 'the headers of the parts are too long' }
      : { fault: 'a part has no header or no empty line after its headers' };
  }
  const headers = decodeUtf8(body.subarray(start, headersEnd));
  const value = decodeUtf8(body.subarray(headersEnd + 4, end));
  if (headers === undefined || value === undefined) return { fault: 'a part is not UTF-8' };
  const name = fieldName(headers);
  return typeof name === 'string' ? { field: { name, value }, headerBytes: headersEnd - start } : name;
}

/** The only header of nearly every part. Read line by line, it takes ten times as long. */
const USUAL_HEADER = /^[Cc]ontent-[Dd]isposition: form-data; name="([^"\\\p{Cc}]+)"$/u;

/** The name that a part's headers give its field, once all of them are found to be in order. */
function fieldName(headers: string): string | FormFault {
  const usual = USUAL_HEADER.exec(headers)?.[1];
  if (usual !== undefined) return usual;
  let name: string | FormFault | undefined;
  const seen = new Set<string>();
  for (const line of headers.split('\r\n')) {
    const colon = line.indexOf(':');
    const header = line.slice(0, Math.max(colon, 0)).toLowerCase();
    if (!isToken(header) || hasControl(line)) return { fault: 'a part has a malformed header' };
    const value = trimSpace(line.slice(colon + 1));
    if (!KNOWN_HEADERS.includes(header)) continue;
    if (seen.has(header)) return { fault: 'a part has the same header twice' };
    seen.add(header);
    if (header === 'content-disposition') name = dispositionName(value);
    else if (header === 'content-type' && !isUtf8Text(value)) return { fault: 'a part is not UTF-8 text' };
    else if (header === 'content-transfer-encoding' && !isIdentity(value)) {
      return { fault: 'a part has a transfer encoding' };
    }
  }
  return name ?? { fault: 'a part has no Content-Disposition' };
}

/** Tab aside, which may stand around a header's value. */
function hasControl(line: string): boolean {
  for (let i = 0; i < line.length; i++) {
    const code = line.charCodeAt(i);
    if ((code < 0x20 && code !== 0x09) || code === 0x7f) return true;
  }
  return false;
}

/** `form-data; name="…"` and nothing else: a file's content is not signed text, and `name*` is not allowed (RFC 7578 §4.2). */
function dispositionName(value: string): string | FormFault {
  const semicolon = value.indexOf(';');
  if (semicolon < 0 || trimSpace(value.slice(0, semicolon)).toLowerCase() !== 'form-data') {
    return { fault: 'a part is not form-data' };
  }
  // Parsers differ on backslashes in names: some take them as escapes, some as they are.
  if (value.includes('\\')) return { fault: 'a field name holds a backslash' };
  const parameters = parseParameters(value.slice(semicolon));
  if (!parameters) return { fault: 'a part has a malformed Content-Disposition' };
  if (parameters.has('filename') || parameters.has('filename*')) {
    return { fault: 'a part is a file, which the signature does not cover' };
  }
  const name = parameters.get('name');
  if (name === undefined || parameters.size !== 1) return { fault: 'a part has no plain field name' };
  if (name === '') return { fault: 'a field has no name' };
  return name.includes('\t') ? { fault: 'a field name holds a control character' } : name;
}

function isUtf8Text(value: string): boolean {
  const media = parseMediaType(value);
  return media?.type === 'text/plain' && isUtf8(media);
}

/** The encodings that leave the bytes as they are (RFC 2045 §6.2). */
function isIdentity(value: string): boolean {
  const encoding = value.toLowerCase();
  return encoding === '7bit' || encoding === '8bit' || encoding === 'binary';
}
