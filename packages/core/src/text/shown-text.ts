/** What a sentence quotes of a request: the sender wrote it, and somebody reads it in a log or at a terminal. */

/** Enough to find the place by. Two of them and a sentence stay under 300 characters. */
const MAX_CHARS = 64;

/** The text's beginning, at most 64 characters and an ellipsis: printable ASCII as it is, anything else as `\u{…}`. */
export function shownText(text: string): string {
  let shown = '';
  // A code point is at most two units long, and written as one character at least: more is cut in any case.
  for (const char of text.slice(0, 2 * MAX_CHARS)) {
    const code = char.codePointAt(0) as number;
    const piece = code >= 0x20 && code < 0x7f ? char : `\\u{${code.toString(16)}}`;
    if (shown.length + piece.length > MAX_CHARS) return `${shown}…`;
    shown += piece;
  }
  return shown;
}

/** A sentence of this project's own for one line of a log, whole: what would end the line or steer a terminal is written `\u{…}`. */
export function shownLine(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
}

/** A claim of a token as JSON. Of a text, what is behind a query or fragment’s sign is left out: what stands there may be secret. */
export function shownClaim(claim: unknown): string {
  if (claim === undefined) return 'absent';
  return shownText(
    JSON.stringify(claim, (_, value: unknown) =>
      typeof value === 'string' ? value.replace(/([?#]).*/su, '$1') : value,
    ),
  );
}
