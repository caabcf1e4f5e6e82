/** Words of a text as an index compares them: without case and accents, as SQLite's FTS5 tells them apart (`unicode61`). */

/** Letters, digits, their marks, and what is between letters and digits: the rest separates. */
const WORD = /[\p{L}\p{N}\p{M}\p{Co}]+/gu;
const HAS_LETTER = /[\p{L}\p{N}\p{Co}]/u;
const IS_ASCII = /^[\0-\x7f]*$/;

/** In their order, as often as they stand there. */
export function foldedWords(text: string): readonly string[] {
  if (IS_ASCII.test(text)) return text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return (folded(text).match(WORD) ?? []).filter((word) => HAS_LETTER.test(word));
}

function folded(text: string): string {
  return text
    .toWellFormed()
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replaceAll('ς', 'σ')
    .normalize('NFC');
}

/** Whether words stand side by side. */
export function standTogether(words: readonly string[], phrase: readonly string[]): boolean {
  const [first] = phrase;
  if (first === undefined) return true;
  for (let at = words.indexOf(first); at >= 0; at = words.indexOf(first, at + 1))
    if (phrase.every((word, i) => words[at + i] === word)) return true;
  return false;
}
