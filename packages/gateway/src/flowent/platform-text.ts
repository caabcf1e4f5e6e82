/** What the platform said, made fit for an error message. */

const MAX_CHARS = 300;
/** A shorter text is no secret worth hiding, and would be found letter by letter in every sentence. */
const SHORTEST_HIDDEN_CHARS = 6;
/** Control, format and unassigned characters, lone surrogates, and separators other than the space. */
const HIDDEN = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

/** On one line, control characters as `\u000a`, secrets as `[secret]`, cut after 300 characters. */
export function platformText(text: string, secrets: readonly string[]): string {
  let shown = text;
  // Before cutting: half a secret is still one.
  for (const secret of secrets) {
    if (secret.length >= SHORTEST_HIDDEN_CHARS) shown = shown.replaceAll(secret, '[secret]');
  }
  const characters = Array.from(shown.slice(0, 3 * MAX_CHARS).replace(HIDDEN, escaped));
  return characters.length > MAX_CHARS
    ? `${characters.slice(0, MAX_CHARS - 1).join('')}…`
    : characters.join('');
}

function escaped(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16);
  return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`;
}
