/** Splits a command line into words as Windows' cmd.exe and then its programs do: what “Copy as cURL (cmd)” writes. */
import { UsageError } from '../usage-error.ts';
import { trimBlanks } from './request-input.ts';

/** Whether a copied line was written for cmd.exe: its escape `^` stands before a quote or a line end. */
export function isCmdLine(line: string): boolean {
  // What a POSIX shell quotes may hold anything.
  return /^\s*curl(?:\.exe)?\s/.test(line) && /\^["\r\n]/.test(line.replace(/\\'|'[^']*'/g, ''));
}

/** @param line a byte string. @throws UsageError for an open quote. */
export function splitCmdWords(line: string): readonly string[] {
  return splitArguments(undoCarets(line));
}

/** `^x` is x; `^` before a line end joins the lines, and before two of them stands for one. */
function undoCarets(line: string): string {
  const undone = line
    .replace(/\r\n?/g, '\n')
    .replace(/\^(\n\n|\n[ \t]*|[^\n]|$)/g, (_match, after: string) => {
      if (after === '\n\n') return '\n';
      return after.startsWith('\n') ? '' : after;
    });
  return trimBlanks(undone);
}

/** The C runtime's rules: backslashes count only before a quote, where each pair is one, and an odd one makes the quote a char. */
function splitArguments(line: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let isQuoted = false;
  for (let at = 0; at < line.length; ) {
    const char = line[at] as string;
    const backslashes = backslashesAt(line, at);
    if (backslashes > 0) {
      at += backslashes;
      const isBeforeQuote = line[at] === '"';
      word = (word ?? '') + '\\'.repeat(isBeforeQuote ? backslashes >> 1 : backslashes);
      if (!isBeforeQuote) continue;
      if (backslashes % 2 === 1) word += '"';
      else isQuoted = !isQuoted;
      at++;
    } else if (char === '"') {
      // Two quotes within a quoted text stand for one.
      if (isQuoted && line[at + 1] === '"') {
        word = `${word ?? ''}"`;
        at += 2;
      } else {
        isQuoted = !isQuoted;
        word ??= '';
        at++;
      }
    } else if (!isQuoted && /[ \t\n]/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      at++;
    } else {
      word = (word ?? '') + char;
      at++;
    }
  }
  if (isQuoted) {
    throw new UsageError(
      'the quote " is not closed',
      'Paste the whole line; “Copy as cURL (bash)” works as well.',
    );
  }
  return word === undefined ? words : [...words, word];
}

/** How many stand there: a run of them is counted once. */
function backslashesAt(line: string, start: number): number {
  let at = start;
  while (line[at] === '\\') at++;
  return at - start;
}
