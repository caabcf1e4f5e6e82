/** Texts in a program’s source: of printable ASCII alone, since what else stands there is not seen, or is read otherwise. */

/** Whether a text stands in source as it is, but for quotes and the like. */
export function isPrintable(text: string): boolean {
  return /^[ -~]*$/.test(text);
}

/** Every other character as its bytes in UTF-8: `\x0a`. */
export function escapeBytes(text: string): string {
  return text.replace(/[^ -~]/gu, (char) => Buffer.from(char).toString('hex').replace(/../g, '\\x$&'));
}

/** In double quotes, every other character as `\u00e9` or `\U0001f600`: as Python and Go read it. */
export function codePointQuote(text: string): string {
  return JSON.stringify(text).replace(/[^ -~]/gu, (char) => {
    const hex = (char.codePointAt(0) ?? 0).toString(16);
    return hex.length > 4 ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`;
  });
}

/** As JSON and JavaScript write it, every other character as `\u00e9`, without quotes around it. */
export function escapeUnits(text: string): string {
  const written = JSON.stringify(text).slice(1, -1);
  return written.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Whether a text shows all that it holds: no control character, byte order mark or change of direction. */
export function isSeen(text: string): boolean {
  return !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text);
}

/** In double quotes, what is not seen as `\ufeff`. */
export function seenQuote(text: string): string {
  return JSON.stringify(text).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escapeUnits);
}
