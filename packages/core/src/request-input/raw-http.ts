/** A raw HTTP/1.1 message: the request line, header fields, a blank line, the body's bytes. @see RFC 9112 */

import { counted } from '../text/amounts.ts';
import { byteText } from '../text/bytes.ts';
import { TOKEN_CHAR } from '../text/token.ts';
import { trimSpace } from '../text/white-space.ts';
import { InputError } from './input-error.ts';
import { checkCount, type HeaderPair, headerList, type RequestInput } from './request-input.ts';

const REQUEST_LINE = new RegExp(`^(${TOKEN_CHAR}+) (\\S+)(?: HTTP/\\d(?:\\.\\d)?)?$`);
const FIELD_NAME = new RegExp(`^(${TOKEN_CHAR}+):`);

/**
 * Reads a message. The head's lines may end in CR LF or, as editors leave them, in LF; the body is exact: as long as
 * Content-Length says, else to the end of the file.
 * @throws InputError where it is no such message.
 */
export function parseRawHttp(bytes: Uint8Array): RequestInput {
  const head = splitHead(bytes);
  const [requestLine = '', ...lines] = head.lines;
  const match = REQUEST_LINE.exec(requestLine);
  if (match === null) {
    throw new InputError(
      'the first line is not a request line',
      'Begin with METHOD TARGET HTTP/1.1, e.g. POST /hook HTTP/1.1.',
    );
  }
  const pairs = lines.map((line, i) => parseField(line, i + 2));
  const framed = frameBody(pairs, bytes.subarray(head.end));
  return {
    form: 'raw-http',
    request: {
      method: match[1] as string,
      url: match[2] as string,
      headers: headerList(pairs),
      body: framed.body,
    },
    notes: framed.notes,
  };
}

interface Head {
  readonly lines: readonly string[];
  /** Where the body begins. */
  readonly end: number;
}

function splitHead(bytes: Uint8Array): Head {
  const lines: string[] = [];
  for (let start = 0; ; ) {
    const feed = bytes.indexOf(0x0a, start);
    const stop = feed < 0 ? bytes.length : feed;
    const end = stop > start && bytes[stop - 1] === 0x0d ? stop - 1 : stop;
    const line = byteText(bytes.subarray(start, end));
    if (line !== '') lines.push(line);
    checkCount(lines.length - 1, 'header fields');
    if (line === '' || feed < 0) return { lines, end: feed < 0 ? bytes.length : feed + 1 };
    start = feed + 1;
  }
}

function parseField(line: string, lineNumber: number): HeaderPair {
  if (/^[ \t]/.test(line)) {
    throw new InputError(
      `line ${lineNumber} continues a header field (obsolete line folding)`,
      'Join it to the line before it, as the receiver saw it.',
    );
  }
  const name = FIELD_NAME.exec(line)?.[1];
  if (name === undefined) {
    throw new InputError(
      `line ${lineNumber} is not a header field`,
      'Write `Name: value`; leave one blank line before the body.',
    );
  }
  return { name, value: trimSpace(line.slice(name.length + 1)) };
}

interface Framed {
  readonly body: Uint8Array;
  readonly notes: readonly string[];
}

function frameBody(pairs: readonly HeaderPair[], rest: Uint8Array): Framed {
  const valuesOf = (name: string): readonly string[] =>
    pairs.filter((pair) => pair.name.toLowerCase() === name).map((pair) => pair.value);
  const coding = valuesOf('transfer-encoding').join(',').toLowerCase();
  if (coding.endsWith('chunked')) return unchunk(rest);
  const lengths = [...new Set(valuesOf('content-length'))];
  const [text] = lengths;
  if (text === undefined) return { body: rest, notes: [] };
  if (lengths.length > 1 || !/^\d{1,15}$/.test(text)) {
    throw new InputError(
      'the Content-Length fields disagree about the length, or are not a number',
      'Leave one, with the number of bytes that was received.',
    );
  }
  const length = Number(text);
  if (rest.length < length) {
    const note = `The file holds ${rest.length} of the ${counted(length, 'byte')} that Content-Length promises: it was cut, or its line ends were changed.`;
    return { body: rest, notes: [note] };
  }
  const extra = rest.subarray(length);
  if (extra.length === 0) return { body: rest, notes: [] };
  const isNewline = extra.length <= 2 && /^\r?\n$/.test(byteText(extra));
  const what = isNewline ? 'A newline, as editors add it,' : `${counted(extra.length, 'more byte')}`;
  const note = `${what} after the ${counted(length, 'byte')} of Content-Length ${isNewline || extra.length === 1 ? 'is' : 'are'} not part of the request.`;
  return { body: rest.subarray(0, length), notes: [note] };
}

/** Undoes the chunked coding, if the capture still has it: most tools write the body without. @see RFC 9112 §7.1 */
function unchunk(rest: Uint8Array): Framed {
  const asIs = {
    body: rest,
    notes: ['Transfer-Encoding is chunked, and the body has no chunks: it is taken as it stands.'],
  };
  const body = new Uint8Array(rest.length);
  let bodyLength = 0;
  for (let at = 0; ; ) {
    const chunk = chunkAt(rest, at);
    if (chunk === undefined) return asIs;
    const { start, length } = chunk;
    if (length === 0) return { body: body.slice(0, bodyLength), notes: ['The chunked coding was undone.'] };
    if (rest[start + length] !== 0x0d || rest[start + length + 1] !== 0x0a) return asIs;
    for (let i = start; i < start + length; i++) body[bodyLength++] = rest[i] as number;
    at = start + length + 2;
  }
}

/** Where a chunk's data begin behind its line, and how long they are; undefined where no such line stands there. */
function chunkAt(bytes: Uint8Array, lineStart: number): { start: number; length: number } | undefined {
  let length = 0;
  let at = lineStart;
  for (; at < lineStart + 8; at++) {
    const digit = Number.parseInt(String.fromCharCode(bytes[at] ?? 0), 16);
    if (Number.isNaN(digit)) break;
    length = 16 * length + digit;
  }
  if (at === lineStart) return undefined;
  // Its extensions.
  if (bytes[at] === 0x3b) at = bytes.indexOf(0x0a, at) - 1;
  return bytes[at] === 0x0d && bytes[at + 1] === 0x0a ? { start: at + 2, length } : undefined;
}
