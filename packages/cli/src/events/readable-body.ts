/** A body as a person reads it: JSON in lines, text as it stands, other bytes as a dump. Bounded, and nothing in it drives the terminal. */
import { isUtf8 } from 'node:buffer';
import { counted } from '@countersign/core/internal/amounts';
import { visibleLines, visibleText } from '../visible-text.ts';

/** Longer ones are cut; `--json` has all of it. */
const MAX_BYTES = 16_384;
const DUMPED_BYTES = 1_024;
const ROW_BYTES = 16;

export function readableBody(body: Uint8Array): readonly string[] {
  if (body.byteLength === 0) return ['(empty)'];
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (!isText(bytes))
    return [...dump(bytes.subarray(0, DUMPED_BYTES)), ...cutNote(bytes.length, DUMPED_BYTES)];
  if (bytes.length > MAX_BYTES) {
    // The end of what is shown may be within a letter.
    const text = new TextDecoder().decode(bytes.subarray(0, MAX_BYTES), { stream: true });
    return [...linesOf(text), ...cutNote(bytes.length, MAX_BYTES)];
  }
  const text = bytes.toString('utf8');
  return linesOf(prettyJson(text) ?? text);
}

/** Control characters but ends of lines and tabs are no text. */
function isText(bytes: Buffer): boolean {
  return isUtf8(bytes) && !/(?![\r\n\t])\p{Cc}/u.test(bytes.toString('utf8'));
}

function linesOf(text: string): readonly string[] {
  return text
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
    .map((line) => visibleLines(line.replaceAll('\t', '  ')));
}

/** Deeper lines are not indented further: each would be as long as the body. */
const MAX_DEPTH = 40;

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/gs;

/** Only white space is changed: numbers beyond what JavaScript holds and members that are there twice stay. Undefined where it is no JSON. */
function prettyJson(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
  } catch {
    return undefined;
  }
  let out = '';
  let depth = 0;
  let before = '';
  for (const token of text.match(TOKEN) ?? []) {
    const closes = token === '}' || token === ']';
    const opened = before === '{' || before === '[';
    if (closes) depth--;
    // Of an empty object or array both stand together.
    if (before === ',' || opened !== closes) out += lineAt(depth, out);
    out += token === ':' ? ': ' : token;
    if (token === '{' || token === '[') depth++;
    before = token;
  }
  return out;
}

function lineAt(depth: number, out: string): string {
  return out === '' ? '' : `\n${'  '.repeat(Math.min(depth, MAX_DEPTH))}`;
}

function dump(bytes: Buffer): readonly string[] {
  return Array.from({ length: Math.ceil(bytes.length / ROW_BYTES) }, (_, i) => {
    const row = bytes.subarray(i * ROW_BYTES, (i + 1) * ROW_BYTES);
    const hex = [...row].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = [...row]
      .map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'))
      .join('');
    return `${(i * ROW_BYTES).toString(16).padStart(6, '0')}  ${hex.padEnd(ROW_BYTES * 3 - 1)}  ${visibleText(text)}`;
  });
}

function cutNote(length: number, shown: number): readonly string[] {
  return length <= shown ? [] : [`… (${counted(length - shown, 'more byte')}; --json has all of them)`];
}
