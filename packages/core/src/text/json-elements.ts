/** The elements of a list in a JSON text that was scanned: nothing in it is wrong. */
import { isJsonSpace } from './json-bytes.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const OPEN_OBJECT = 0x7b;

/**
 * The bytes of each element, white space about them left out; undefined where the value is no list.
 * @param start of the value, and `end` behind it
 */
export function listElements(
  bytes: Uint8Array,
  start: number,
  end: number,
): readonly Uint8Array[] | undefined {
  if (bytes[start] !== OPEN_LIST) return undefined;
  const elements: Uint8Array[] = [];
  let depth = 0;
  let from = start + 1;
  for (let at = from; at < end; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) at = quoteAfter(bytes, at + 1);
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) depth++;
    // In ASCII a closing bracket is its opening one plus 2.
    else if ((byte === OPEN_LIST + 2 || byte === OPEN_OBJECT + 2) && at < end - 1) depth--;
    else if ((byte === COMMA && depth === 0) || at === end - 1) {
      const element = trimmed(bytes, from, at);
      if (element.length > 0) elements.push(element);
      from = at + 1;
    }
  }
  return elements;
}

function quoteAfter(bytes: Uint8Array, start: number): number {
  let at = start;
  while (bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}

function trimmed(bytes: Uint8Array, start: number, end: number): Uint8Array {
  let [first, last] = [start, end];
  while (first < last && isJsonSpace(bytes[first] as number)) first++;
  while (last > first && isJsonSpace(bytes[last - 1] as number)) last--;
  return bytes.subarray(first, last);
}
