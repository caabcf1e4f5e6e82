/** Splits a command line into words as a POSIX shell does, as far as a copied curl line needs it. */

import { addAnsiEscape } from './ansi-escape.ts';
import { InputError } from './input-error.ts';
import { trimBlanks } from './request-input.ts';
import { WordBuilder } from './word-builder.ts';

export interface ShellWords {
  /** Byte strings: one char a byte. */
  readonly words: readonly string[];
  /** What follows the command (`| jq .`), or empty. */
  readonly rest: string;
}

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const DOLLAR = 0x24;
const APOSTROPHE = 0x27;
const BACKSLASH = 0x5c;
const BACKTICK = 0x60;

/** What means more than itself outside quotes; 1 in the table. */
const SPECIAL: Uint8Array = /* @__PURE__ */ tableOf('\\\'"$` \t\r\n|;&<>');

function tableOf(chars: string): Uint8Array {
  const table = new Uint8Array(256);
  for (let i = 0; i < chars.length; i++) table[chars.charCodeAt(i)] = 1;
  return table;
}

/**
 * Words of the first command. Quotes `'…'`, `"…"` and `$'…'`, backslashes and continued lines are undone;
 * nothing is expanded.
 * @param line a byte string, so that bytes pass through as they are.
 * @throws InputError for an open quote, for something that a shell would expand, and for more words than any tool writes.
 */
export function splitShellWords(line: string): ShellWords {
  const word = new WordBuilder(line.length);
  for (let at = 0; at < line.length; ) {
    const code = line.charCodeAt(at);
    if (SPECIAL[code] !== 1) {
      word.add(code);
      at++;
    } else if (code === BACKSLASH) at = readBackslash(line, at, word);
    else if (code === APOSTROPHE) at = readSingleQuoted(line, at + 1, word);
    else if (code === QUOTE) at = readDoubleQuoted(line, at + 1, word);
    else if (code === DOLLAR && line.charCodeAt(at + 1) === APOSTROPHE)
      at = readAnsiQuoted(line, at + 2, word);
    else if (isBlank(code)) {
      word.end();
      at++;
    } else if (code === DOLLAR || code === BACKTICK) {
      refuseExpansion(line, at);
      word.add(code);
      at++;
    } else {
      word.end();
      // A line end ends the command, as `|;&<>` do, unless nothing has been said yet.
      if (code !== LINE_FEED || word.words.length > 0)
        return { words: word.words, rest: trimBlanks(line.slice(at)) };
      at++;
    }
  }
  word.end();
  return { words: word.words, rest: '' };
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB || code === CARRIAGE_RETURN;
}

/** @returns where it goes on, as all of these do */
function readBackslash(line: string, at: number, word: WordBuilder): number {
  const skipped = continuation(line, at);
  if (skipped > 0) return at + skipped;
  if (at + 1 < line.length) word.add(line.charCodeAt(at + 1));
  else word.open();
  return at + 2;
}

/** The length of a backslash and the line end after it; 0 where there is none. */
function continuation(line: string, at: number): number {
  const next = line.charCodeAt(at + 1);
  if (next === LINE_FEED) return 2;
  return next === CARRIAGE_RETURN && line.charCodeAt(at + 2) === LINE_FEED ? 3 : 0;
}

function readSingleQuoted(line: string, start: number, word: WordBuilder): number {
  const close = line.indexOf("'", start);
  if (close < 0) throw openQuote("'");
  word.open();
  for (let at = start; at < close; at++) word.add(line.charCodeAt(at));
  return close + 1;
}

function readDoubleQuoted(line: string, start: number, word: WordBuilder): number {
  word.open();
  for (let at = start; at < line.length; ) {
    const code = line.charCodeAt(at);
    if (code === QUOTE) return at + 1;
    if (code !== BACKSLASH) {
      if (code === DOLLAR || code === BACKTICK) refuseExpansion(line, at);
      word.add(code);
      at++;
      continue;
    }
    const skipped = continuation(line, at);
    if (skipped === 0) {
      const next = line.charCodeAt(at + 1);
      // In double quotes a backslash is itself, unless it stands before one of these.
      const isEscape = next === DOLLAR || next === BACKTICK || next === QUOTE || next === BACKSLASH;
      if (!isEscape) word.add(BACKSLASH);
      if (at + 1 < line.length) word.add(next);
    }
    at += skipped === 0 ? 2 : skipped;
  }
  throw openQuote('"');
}

function readAnsiQuoted(line: string, start: number, word: WordBuilder): number {
  word.open();
  for (let at = start; at < line.length; ) {
    const code = line.charCodeAt(at);
    if (code === APOSTROPHE) return at + 1;
    if (code === BACKSLASH) at = addAnsiEscape(line, at + 1, word);
    else {
      word.add(code);
      at++;
    }
  }
  throw openQuote("$'");
}

/** What follows a dollar that a shell replaces; 1 in the table. A line may have a dollar in each second place. */
const EXPANDED: Uint8Array = /* @__PURE__ */ tableOf(
  'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_{(@*#?$!-',
);

/** @param at of a dollar or a backtick */
function refuseExpansion(line: string, at: number): void {
  if (line.charCodeAt(at) === DOLLAR && EXPANDED[line.charCodeAt(at + 1)] !== 1) return;
  const rest = line.slice(at, at + 40);
  const expansion = /^(?:\$(?:[A-Za-z_]\w*|\{[^}]*\}?|\([^)]*\)?|[0-9@*#?$!-])|`)/.exec(rest)?.[0];
  if (expansion === undefined) return;
  throw new InputError(
    `the line holds ${expansion}, which a shell would replace`,
    'Put its value in its place, or the text in single quotes.',
  );
}

function openQuote(quote: string): InputError {
  return new InputError(
    `the quote ${quote} is not closed`,
    'Paste the whole line; `Copy as cURL (bash)` in browsers.',
  );
}
