/** A request that somebody captured, as one of the text forms that tools produce. */
import { HeaderList, type SignedRequest } from '@countersign/core';
import { counted } from '@countersign/core/internal/amounts';

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
}

/**
 * A text from a text file as HTTP's byte string: one char a byte. Anything that is not ASCII stands for its UTF-8 bytes.
 */
export function toByteString(text: string): string {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 0x7f) return Buffer.from(text, 'utf8').toString('latin1');
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
  while (start < end && BLANKS.includes(text.charAt(start))) start++;
  while (end > start && BLANKS.includes(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

const BLANKS = ' \t\r\n';

export interface HeaderPair {
  readonly name: string;
  readonly value: string;
}

/** Header fields in order, case and repeats kept. */
export function headerList(pairs: readonly HeaderPair[]): HeaderList {
  return new HeaderList(pairs.flatMap(({ name, value }) => [name, value]));
}

/** A note where Content-Length tells of another body than this one. */
export function lengthNotes({ headers, body }: SignedRequest): readonly string[] {
  const length = headers.get('content-length');
  if (length === undefined || length === String(body.length)) return [];
  return [
    `Content-Length is ${length}, and the body has ${counted(body.length, 'byte')}: it was changed after it was received.`,
  ];
}
