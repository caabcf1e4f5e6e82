/** Tokens (RFC 9110 §5.6.2): methods, names of header fields and of parameters. */

/** 1 for the characters of a token: visible ASCII without delimiters. */
const TOKEN_CHARS: Uint8Array = /* @__PURE__ */ new Uint8Array(128).map((_, code) =>
  code > 0x20 && code < 0x7f && !'"(),/:;<=>?@[\\]{}'.includes(String.fromCharCode(code)) ? 1 : 0,
);

/** The same characters as a class of a regular expression, for what is no more than a pattern. */
export const TOKEN_CHAR = "[!#$%&'*+.^_`|~0-9A-Za-z-]";

export function isTokenChar(code: number): boolean {
  return TOKEN_CHARS[code] === 1;
}

/** Where the token that begins there ends. */
export function tokenEnd(text: string, start: number): number {
  let i = start;
  while (i < text.length && isTokenChar(text.charCodeAt(i))) i++;
  return i;
}

/** Whether a text is a token. */
export function isToken(text: string): boolean {
  return text !== '' && tokenEnd(text, 0) === text.length;
}
