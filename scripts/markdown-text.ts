/** Plain text as Markdown that shows it to the letter. */
export function markdownText(plain: string): string {
  return plain.replace(/[\\`*<&[\]$~|]|_(?=\W|$)|(?<=\W|^)_/g, '\\$&');
}
