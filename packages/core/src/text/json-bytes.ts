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

/** Whether that ASCII word stands at `at`. */
export function isWord(bytes: Uint8Array, at: number, word: string): boolean {
  for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word.charCodeAt(i)) return false;
  return true;
}

/** Insignificant white space (RFC 8259 §2): space, tab, CR, LF. */
export function isJsonSpace(byte: number): boolean {
  return byte <= 0x20 && (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09);
}
