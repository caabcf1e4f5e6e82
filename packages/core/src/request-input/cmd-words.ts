/** Splits a command line into words as Windows' cmd.exe and then its programs do: what “Copy as cURL (cmd)” writes. */
import { byteText, type Sliced } from '../text/bytes.ts';
import { InputError } from './input-error.ts';
import { trimBlanks } from './request-input.ts';
import { WordBuilder } from './word-builder.ts';

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const BACKSLASH = 0x5c;
const CARET = 0x5e;

/** Characters that are read before others have a turn. */
const SLICE = 64 * 1024;

/** Whether a copied line was written for cmd.exe: its escape `^` stands before a quote or a line end. */
export function isCmdLine(line: string): boolean {
  if (!/^\s*curl(?:\.exe)?\s/.test(line) || !line.includes('^')) return false;
  for (let at = 0; at < line.length; at++) {
    const code = line.charCodeAt(at);
    const next = line.charCodeAt(at + 1);
    if (code === BACKSLASH && next === APOSTROPHE) at++;
    // What a POSIX shell quotes may hold anything.
    else if (code === APOSTROPHE) at = Math.max(at, line.indexOf("'", at + 1));
    else if (code === CARET && (next === QUOTE || next === LINE_FEED || next === CARRIAGE_RETURN))
      return true;
  }
  return false;
}

/** @param line a byte string. @throws InputError for an open quote. */
export function* splitCmdWords(line: string): Sliced<readonly string[]> {
  const undone = yield* undoCarets(line);
  yield;
  return yield* splitArguments(undone);
}

/** `^x` is x; `^` before a line end joins the lines, and before two of them stands for one. Line ends become LF. */
function* undoCarets(line: string): Sliced<string> {
  const undone = new Uint8Array(line.length);
  let length = 0;
  for (let at = 0, sliceEnd = SLICE; at < line.length; ) {
    if (at >= sliceEnd) {
      yield;
      sliceEnd = at + SLICE;
    }
    const isCaret = line.charCodeAt(at) === CARET;
    const start = isCaret ? at + 1 : at;
    const end = start + lineEndAt(line, start);
    if (end === start) {
      if (start < line.length) undone[length++] = line.charCodeAt(start);
      at = start + 1;
      continue;
    }
    const second = isCaret ? lineEndAt(line, end) : 0;
    if (!isCaret || second > 0) undone[length++] = LINE_FEED;
    at = end + second;
    if (isCaret && second === 0) while (isSpace(line.charCodeAt(at))) at++;
  }
  return trimBlanks(byteText(undone.subarray(0, length)));
}

/** The length of a line end: CR LF, CR or LF. */
function lineEndAt(line: string, at: number): number {
  const code = line.charCodeAt(at);
  if (code === LINE_FEED) return 1;
  if (code !== CARRIAGE_RETURN) return 0;
  return line.charCodeAt(at + 1) === LINE_FEED ? 2 : 1;
}

function isSpace(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** The C runtime's rules: backslashes count only before a quote, where each pair is one, and an odd one makes the quote a char. */
function* splitArguments(line: string): Sliced<readonly string[]> {
  const word = new WordBuilder(line.length);
  let isQuoted = false;
  for (let at = 0, sliceEnd = SLICE; at < line.length; ) {
    if (at >= sliceEnd) {
      yield;
      sliceEnd = at + SLICE;
    }
    const code = line.charCodeAt(at);
    const backslashes = backslashesAt(line, at);
    if (backslashes > 0) {
      at += backslashes;
      const isBeforeQuote = line.charCodeAt(at) === QUOTE;
      word.open();
      const count = isBeforeQuote ? backslashes >> 1 : backslashes;
      for (let i = 0; i < count; i++) word.add(BACKSLASH);
      if (!isBeforeQuote) continue;
      if (backslashes % 2 === 1) word.add(QUOTE);
      else isQuoted = !isQuoted;
      at++;
    } else if (code === QUOTE) {
      word.open();
      // Two quotes within a quoted text stand for one.
      const isDouble = isQuoted && line.charCodeAt(at + 1) === QUOTE;
      if (isDouble) word.add(QUOTE);
      else isQuoted = !isQuoted;
      at += isDouble ? 2 : 1;
    } else {
      if (!isQuoted && (isSpace(code) || code === LINE_FEED)) word.end();
      else word.add(code);
      at++;
    }
  }
  if (isQuoted) {
    throw new InputError(
      'the quote " is not closed',
      'Paste the whole line; “Copy as cURL (bash)” works as well.',
    );
  }
  word.end();
  return word.words;
}

/** How many stand there: a run of them is counted once. */
function backslashesAt(line: string, start: number): number {
  let at = start;
  while (line.charCodeAt(at) === BACKSLASH) at++;
  return at - start;
}
