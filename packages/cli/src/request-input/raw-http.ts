/** A raw HTTP/1.1 message: the request line, header fields, a blank line, the body's bytes. @see RFC 9112 */

import { collectBytes } from '@countersign/core/collect-bytes';
import { counted } from '@countersign/core/internal/amounts';
import { UsageError } from '../usage-error.ts';
import { type HeaderPair, headerList, type RequestInput } from './request-input.ts';

const REQUEST_LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+) (\S+)(?: HTTP\/\d(?:\.\d)?)?$/;
const FIELD = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*(.*?)[ \t]*$/s;

/**
 * Reads a message. The head's lines may end in CR LF or, as editors leave them, in LF; the body is exact: as long as
 * Content-Length says, else to the end of the file.
 * @throws UsageError where it is no such message.
 */
export function parseRawHttp(bytes: Uint8Array): RequestInput {
  const head = splitHead(bytes);
  const [requestLine = '', ...lines] = head.lines;
  const match = REQUEST_LINE.exec(requestLine);
  if (match === null) {
    throw new UsageError(
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
    const line = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
    if (line !== '') lines.push(line);
    if (line === '' || feed < 0) return { lines, end: feed < 0 ? bytes.length : feed + 1 };
    start = feed + 1;
  }
}

function parseField(line: string, lineNumber: number): HeaderPair {
  if (/^[ \t]/.test(line)) {
    throw new UsageError(
      `line ${lineNumber} continues a header field (obsolete line folding)`,
      'Join it to the line before it, as the receiver saw it.',
    );
  }
  const match = FIELD.exec(line);
  if (match === null) {
    throw new UsageError(
      `line ${lineNumber} is not a header field`,
      'Write `Name: value`; leave one blank line before the body.',
    );
  }
  return { name: match[1] as string, value: match[2] as string };
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
    throw new UsageError(
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
  const isNewline = /^\r?\n$/.test(Buffer.from(extra).toString('latin1'));
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
  const collected = collectBytes(rest.length);
  for (let at = 0; ; ) {
    const feed = rest.indexOf(0x0a, at);
    const line = feed < 0 ? '' : Buffer.from(rest.subarray(at, feed)).toString('latin1');
    const size = /^([0-9a-f]{1,8})(?:;.*)?\r$/i.exec(line)?.[1];
    if (size === undefined) return asIs;
    const length = Number.parseInt(size, 16);
    const start = feed + 1;
    if (length === 0) return { body: collected.take(), notes: ['The chunked coding was undone.'] };
    if (rest[start + length] !== 0x0d || rest[start + length + 1] !== 0x0a) return asIs;
    collected.add(rest.subarray(start, start + length));
    at = start + length + 2;
  }
}
