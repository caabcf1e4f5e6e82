/** Small questions about the bytes of JSON. */

/** Whether it is an ASCII digit. */
export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

/** Where the run of digits that starts at `start` ends. */
export function digitsEnd(bytes: Uint8Array, start: number): number {
  let i = start;
  while (i < bytes.length && isDigit(bytes[i])) i++;
  return i;
}

/** Whether two spans hold the same bytes. */
export function sameBytes(
  bytes: Uint8Array,
  aStart: number,
  aEnd: number,
  bStart: number,
  bEnd: number,
): boolean {
  if (aEnd - aStart !== bEnd - bStart) return false;
  // From the back: names of one object more often begin alike than end alike.
  for (let a = aEnd - 1, b = bEnd - 1; a >= aStart; a--, b--) if (bytes[a] !== bytes[b]) return false;
  return true;
}

/** Compares the bytes of two spans: negative where the first comes first. */
export function compareSpans(
  bytes: Uint8Array,
  aStart: number,
  aEnd: number,
  bStart: number,
  bEnd: number,
): number {
  const length = Math.min(aEnd - aStart, bEnd - bStart);
  for (let i = 0; i < length; i++) {
    const difference = (bytes[aStart + i] as number) - (bytes[bStart + i] as number);
    if (difference !== 0) return difference;
  }
  return aEnd - aStart - (bEnd - bStart);
}

/** Whether that ASCII word stands at `at`. */
export function isWord(bytes: Uint8Array, at: number, word: string): boolean {
  for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word.charCodeAt(i)) return false;
  return true;
}

/** Insignificant white space (RFC 8259 §2): space, tab, CR, LF. */
export function isJsonSpace(byte: number): boolean {
  return byte <= 0x20 && (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09);
}

const DASH = 0x2d;
const PLUS = 0x2b;
const ZERO = 0x30;
const DOT = 0x2e;

/**
 * Where the number that starts at `at` ends: `-? (0 | [1-9] digits) (. digits)? ([eE] [+-]? digits)?`. Where it breaks
 * that grammar at offset p, `-1 - p`.
 */
export function numberEnd(bytes: Uint8Array, at: number): number {
  const first = bytes[at] === DASH ? at + 1 : at;
  let end = digitsEnd(bytes, first);
  if (end === first || (bytes[first] === ZERO && end > first + 1)) return -1 - first;
  if (bytes[end] === DOT) {
    const fraction = end + 1;
    end = digitsEnd(bytes, fraction);
    if (end === fraction) return -1 - end;
  }
  // In ASCII a lower-case letter is its upper-case one plus 0x20.
  if (((bytes[end] as number) | 0x20) === 0x65) {
    const sign = bytes[end + 1];
    const exponent = sign === PLUS || sign === DASH ? end + 2 : end + 1;
    end = digitsEnd(bytes, exponent);
    if (end === exponent) return -1 - end;
  }
  return end;
}
