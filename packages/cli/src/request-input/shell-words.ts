/** Splits a command line into words as a POSIX shell does, as far as a copied curl line needs it. */
import { UsageError } from '../usage-error.ts';
import { trimBlanks } from './request-input.ts';

export interface ShellWords {
  /** Byte strings: one char a byte. */
  readonly words: readonly string[];
  /** What follows the command (`| jq .`), or empty. */
  readonly rest: string;
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  E: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/**
 * Words of the first command. Quotes `'…'`, `"…"` and `$'…'`, backslashes and continued lines are undone;
 * nothing is expanded.
 * @param line a byte string, so that bytes pass through as they are.
 * @throws UsageError for an open quote, or for something that a shell would expand.
 */
export function splitShellWords(line: string): ShellWords {
  const words: string[] = [];
  let word: string | undefined;
  let at = 0;
  const add = (text: string): void => {
    word = (word ?? '') + text;
  };
  const end = (): void => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };
  while (at < line.length) {
    const char = line[at] as string;
    if (char === '\\') {
      const skipped = continuation(line, at);
      if (skipped > 0) at += skipped;
      else {
        add(line[at + 1] ?? '');
        at += 2;
      }
    } else if (char === "'") {
      const close = line.indexOf("'", at + 1);
      if (close < 0) throw openQuote("'");
      add(line.slice(at + 1, close));
      at = close + 1;
    } else if (char === '"') {
      const quoted = readDoubleQuoted(line, at + 1);
      add(quoted.text);
      at = quoted.end;
    } else if (char === '$' && line[at + 1] === "'") {
      const quoted = readAnsiQuoted(line, at + 2);
      add(quoted.text);
      at = quoted.end;
    } else if (/[ \t\r\n|;&<>]/.test(char)) {
      end();
      const isBlank = char === ' ' || char === '\t' || char === '\r';
      // A line end ends the command, unless nothing has been said yet.
      if (!isBlank && (char !== '\n' || words.length > 0)) return { words, rest: trimBlanks(line.slice(at)) };
      at++;
    } else {
      refuseExpansion(line, at);
      add(char);
      at++;
    }
  }
  end();
  return { words, rest: '' };
}

/** The length of a backslash and the line end after it; 0 where there is none. */
function continuation(line: string, at: number): number {
  if (line[at + 1] === '\n') return 2;
  return line[at + 1] === '\r' && line[at + 2] === '\n' ? 3 : 0;
}

interface Quoted {
  readonly text: string;
  readonly end: number;
}

function readDoubleQuoted(line: string, start: number): Quoted {
  let text = '';
  for (let at = start; at < line.length; at++) {
    const char = line[at] as string;
    if (char === '"') return { text, end: at + 1 };
    if (char !== '\\') {
      refuseExpansion(line, at);
      text += char;
      continue;
    }
    const skipped = continuation(line, at);
    if (skipped > 0) {
      at += skipped - 1;
      continue;
    }
    const next = line[++at] ?? '';
    // In double quotes a backslash is itself, unless it stands before one of these.
    text += '$`"\\'.includes(next) ? next : `\\${next}`;
  }
  throw openQuote('"');
}

function readAnsiQuoted(line: string, start: number): Quoted {
  let text = '';
  for (let at = start; at < line.length; ) {
    const char = line[at] as string;
    if (char === "'") return { text, end: at + 1 };
    if (char !== '\\') {
      text += char;
      at++;
      continue;
    }
    const escaped = readEscape(line.slice(at + 1, at + 10));
    text += escaped.text;
    at += 1 + escaped.length;
  }
  throw openQuote("$'");
}

function readEscape(after: string): { readonly text: string; readonly length: number } {
  const byte = /^x([0-9a-fA-F]{1,2})/.exec(after) ?? /^([0-7]{1,3})/.exec(after);
  if (byte !== null) {
    const code = Number.parseInt(byte[1] as string, after.startsWith('x') ? 16 : 8) & 0xff;
    return { text: String.fromCharCode(code), length: byte[0].length };
  }
  const point = /^u([0-9a-fA-F]{1,4})/.exec(after) ?? /^U([0-9a-fA-F]{1,8})/.exec(after);
  if (point !== null) {
    const code = Number.parseInt(point[1] as string, 16);
    if (code <= 0x10ffff) {
      const text = Buffer.from(String.fromCodePoint(code), 'utf8').toString('latin1');
      return { text, length: point[0].length };
    }
  }
  const char = after[0] ?? '';
  if (/[\\'"?]/.test(char)) return { text: char, length: 1 };
  const simple = SIMPLE_ESCAPES[char];
  return simple === undefined ? { text: `\\${char}`, length: char.length } : { text: simple, length: 1 };
}

function refuseExpansion(line: string, at: number): void {
  const rest = line.slice(at, at + 40);
  const expansion = /^(?:\$(?:[A-Za-z_]\w*|\{[^}]*\}?|\([^)]*\)?|[0-9@*#?$!-])|`)/.exec(rest)?.[0];
  if (expansion === undefined) return;
  throw new UsageError(
    `the line holds ${expansion}, which a shell would replace`,
    'Put its value in its place, or the text in single quotes.',
  );
}

function openQuote(quote: string): UsageError {
  return new UsageError(
    `the quote ${quote} is not closed`,
    'Paste the whole line; `Copy as cURL (bash)` in browsers.',
  );
}
