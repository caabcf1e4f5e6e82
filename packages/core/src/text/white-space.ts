/** HTTP's white space is SP and HTAB (RFC 9110 §5.6.3); `trim()` takes the byte 0xA0 for one as well. */

/** Without the spaces and tabs at both ends. */
export function trimSpace(text: string): string {
  return trimSpaceStart(trimSpaceEnd(text));
}

/** Without the spaces and tabs at its beginning. */
export function trimSpaceStart(text: string): string {
  return text.slice(skipSpace(text, 0));
}

/** Without the spaces and tabs at its end. */
export function trimSpaceEnd(text: string): string {
  let end = text.length;
  while (end > 0 && isSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(0, end);
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** Where the spaces and tabs that stand from there on end. */
export function skipSpace(text: string, start: number): number {
  let i = start;
  while (i < text.length && isSpace(text.charCodeAt(i))) i++;
  return i;
}
