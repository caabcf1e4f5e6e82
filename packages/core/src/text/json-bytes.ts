/** Small questions about the bytes of JSON. */

const ZERO = 0x30;

/** Whether it is an ASCII digit. */
export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

/** Where the run of digits that starts at `start` ends; or `limit`. */
export function digitsEnd(bytes: Uint8Array, start: number, limit: number = bytes.length): number {
  const most = Math.min(limit, bytes.length);
  let i = start;
  // The ten digits differ from 0x30 in their low bits only.
  while (i < most && ((bytes[i] as number) ^ ZERO) < 10) i++;
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
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Where the `true`, `false` or `null` that starts at `at` ends; 0 where there is none. */
export function literalEnd(bytes: Uint8Array, at: number): number {
  switch (bytes[at]) {
    case 0x6e:
      return bytes[at + 1] === 0x75 && bytes[at + 2] === 0x6c && bytes[at + 3] === 0x6c ? at + 4 : 0;
    case 0x74:
      return bytes[at + 1] === 0x72 && bytes[at + 2] === 0x75 && bytes[at + 3] === 0x65 ? at + 4 : 0;
    case 0x66:
      return isWord(bytes, at, 'false') ? at + 5 : 0;
    default:
      return 0;
  }
}

const DASH = 0x2d;
const PLUS = 0x2b;
const DOT = 0x2e;

/**
 * Where the number that starts at `at` ends: `-? (0 | [1-9] digits) (. digits)? ([eE] [+-]? digits)?`. Where it breaks
 * that grammar at offset p, `-1 - p`.
 * @param maxBytes one that is longer is not read to its end: what is returned is beyond them
 */
export function numberEnd(bytes: Uint8Array, at: number, maxBytes: number): number {
  const first = bytes[at] === DASH ? at + 1 : at;
  const most = Math.min(first + maxBytes + 1, bytes.length);
  let end = first;
  while (end < most && ((bytes[end] as number) ^ ZERO) < 10) end++;
  if (end === first || (bytes[first] === ZERO && end > first + 1)) return -1 - first;
  if (bytes[end] === DOT) {
    const fraction = end + 1;
    end = digitsEnd(bytes, fraction, fraction + maxBytes);
    if (end === fraction) return -1 - end;
  }
  // In ASCII a lower-case letter is its upper-case one plus 0x20.
  if (((bytes[end] as number) | 0x20) === 0x65) {
    const sign = bytes[end + 1];
    const exponent = sign === PLUS || sign === DASH ? end + 2 : end + 1;
    end = digitsEnd(bytes, exponent, exponent + maxBytes);
    if (end === exponent) return -1 - end;
  }
  return end;
}
