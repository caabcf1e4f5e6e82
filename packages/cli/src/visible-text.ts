/** Makes bytes of others safe to print and invisible characters visible. */
import { isUtf8 } from 'node:buffer';
import { counted } from '@countersign/core/internal/amounts';

/** Printed in place of what is invisible, could be mistaken, or could drive the terminal. */
const NAMES: ReadonlyMap<number, string> = new Map([
  [0x7f, '␡'],
  [0xa0, '‹NBSP›'],
  [0xad, '‹SHY›'],
  [0x200b, '‹ZWSP›'],
  [0x200c, '‹ZWNJ›'],
  [0x200d, '‹ZWJ›'],
  [0xfeff, '‹BOM›'],
]);

/** Format characters, separators, private and unassigned code points, and the control pictures that stand for others here. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}\u2400-\u243f]|(?! )\p{Zs}/u;

export interface VisibleOptions {
  /** Default 4096. */
  readonly maxBytes?: number;
  /** Whether a line feed, once shown, also breaks the line. Default false. */
  readonly breakLines?: boolean;
}

/**
 * Bytes as text: control characters as their pictures (␍ ␊ ␉), other invisible ones by name (‹BOM›, ‹U+200E›),
 * bytes that are no UTF-8 as `\xNN`. Longer texts are cut, and say by how much.
 */
export function visibleBytes(bytes: Uint8Array, options: VisibleOptions = {}): string {
  const { maxBytes = 4096, breakLines = false } = options;
  const shown = bytes.subarray(0, maxBytes);
  let text = '';
  for (let at = 0; at < shown.length; ) {
    const length = sequenceLength(shown, at);
    if (length === 0) {
      text += `\\x${(shown[at] as number).toString(16).padStart(2, '0')}`;
      at++;
      continue;
    }
    const char = decode(shown.subarray(at, at + length));
    text += visibleChar(char);
    if (char === '\n' && breakLines && at + 1 < shown.length) text += '\n';
    at += length;
  }
  const rest = bytes.length - shown.length;
  return rest === 0 ? text : `${text}… (${counted(rest, 'more byte')})`;
}

const MAX_CHARS = 4_096;

/** A text on one line, with everything invisible made visible. What is longer than 4,096 characters is cut, and says by how much. */
export function visibleText(text: string): string {
  const shown = Array.from(text.slice(0, MAX_CHARS), visibleChar).join('');
  const rest = text.length - MAX_CHARS;
  return rest <= 0 ? shown : `${shown}… (${counted(rest, 'more character')})`;
}

/** What a terminal may act on. Pictures of control characters stay: they were put there by the functions above. */
const ACTING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
/** The same in what is printed byte by byte, where ends of lines and tabs are as harmless as letters. */
const ACTING_IN_BYTES = /(?!\r?\n|\t)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
/** What `Style` paints with. */
const ESCAPE = '\u001b';
const COLOUR = new RegExp(`(${ESCAPE}\\[(?:1|2|22|31|32|33|36|39)m)`);

/** A text of several lines that a terminal can be given. */
export function visibleLines(text: string): string {
  return text.replace(ACTING, (char) => (char === '\n' ? char : visibleChar(char)));
}

/** The same, with colours of our own in it. */
export function visiblePaintedLines(text: string): string {
  return text
    .split(COLOUR)
    .map((part, i) => (i % 2 === 1 ? part : visibleLines(part)))
    .join('');
}

/** Whether a terminal may act on the bytes. */
export function actsOnTerminal(bytes: Uint8Array): boolean {
  return ACTING_IN_BYTES.test(Buffer.from(bytes).toString(isUtf8(bytes) ? 'utf8' : 'latin1'));
}

/** JSON that a terminal can be given: what JSON leaves as it is and a terminal may act on is escaped. */
export function visibleJson(json: string): string {
  return json.replace(ACTING, (char) =>
    // JSON's escapes are of UTF-16.
    char.replace(/./gs, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
}

function visibleChar(char: string): string {
  const code = char.codePointAt(0) as number;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  const name = NAMES.get(code);
  if (name !== undefined) return name;
  if (!HIDDEN.test(char) && !(code >= 0xd800 && code <= 0xdfff)) return char;
  return `‹U+${code.toString(16).toUpperCase().padStart(4, '0')}›`;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The length of the UTF-8 sequence at `at`; 0 where there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] as number;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  if (length === 0 || at + length > bytes.length) return 0;
  try {
    utf8.decode(bytes.subarray(at, at + length));
    return length;
  } catch {
    return 0;
  }
}

function decode(bytes: Uint8Array): string {
  return utf8.decode(bytes);
}
