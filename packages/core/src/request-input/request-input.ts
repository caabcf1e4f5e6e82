/** A request that somebody captured, as one of the text forms that tools produce. */
import { HeaderList } from '../headers.ts';
import type { SignedRequest } from '../model.ts';
import { counted } from '../text/amounts.ts';
import { byteText, latin1, utf8 } from '../text/bytes.ts';
import { InputError } from './input-error.ts';

export type InputForm = 'raw-http' | 'json' | 'har' | 'curl' | 'fetch' | 'lambda' | 'delivery';

export interface RequestInput {
  readonly form: InputForm;
  readonly request: SignedRequest;
  /** What the capture left in doubt, for the person: no secrets. */
  readonly notes: readonly string[];
}

/** How a text is to be read. No parser reads a file that the text names: whoever wrote it is a stranger. */
export interface InputContext {
  /** Which entry of a HAR file, from 1; absent: its only one. */
  readonly entry?: number;
  /** How many names, lists and objects a text of JSON may have, and twice as many texts: each takes time. Absent: any number, as in long HAR files. */
  readonly maxJsonParts?: number;
}

/** More than servers take: a gateway can be set to take so many header fields. Each is looked at many times. */
const MOST = { 'header fields': 10_000, 'parameters in its query': 2_000 } as const;

/** @throws InputError for more header fields, or parameters, than are taken */
export function checkCount(count: number, what: keyof typeof MOST): void {
  if (count <= MOST[what]) return;
  throw new InputError(
    `the request has more than ${MOST[what].toLocaleString('en')} ${what}`,
    'No server takes so many: leave out what its sender did not send.',
  );
}

/**
 * A text from a text file as HTTP's byte string: one char a byte. Anything that is not ASCII stands for its UTF-8 bytes.
 */
export function toByteString(text: string): string {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 0x7f) return byteText(utf8(text));
  }
  return text;
}

/**
 * A byte string without the spaces, tabs and line ends around it. `trim()` takes the byte 0xA0 for a space as well, in which an à
 * in UTF-8 ends.
 */
export function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

/** Space, tab, CR, LF. */
function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0d || code === 0x0a;
}

/** The bytes of a byte string. */
export function bytesOf(byteString: string): Uint8Array {
  return latin1(byteString) ?? utf8(byteString);
}

export interface HeaderPair {
  readonly name: string;
  readonly value: string;
}

/** Header fields in order, case and repeats kept. @throws InputError for more than are taken */
export function headerList(pairs: readonly HeaderPair[]): HeaderList {
  return flatHeaderList(pairs.flatMap(({ name, value }) => [name, value]));
}

/** Of names and values in turn. @throws InputError for more than are taken */
export function flatHeaderList(flat: readonly string[]): HeaderList {
  checkCount(flat.length / 2, 'header fields');
  return new HeaderList(flat);
}

/** A note where Content-Length tells of another body than this one. */
export function lengthNotes({ headers, body }: SignedRequest): readonly string[] {
  const length = headers.get('content-length');
  if (length === undefined || length === String(body.length)) return [];
  return [
    `Content-Length is ${length}, and the body has ${counted(body.length, 'byte')}: it was changed after it was received.`,
  ];
}
