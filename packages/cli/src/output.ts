/**
 * The rules of output, all of them:
 * - standard output holds results and nothing else; progress, warnings and errors go to standard error;
 * - `--json` prints one JSON value a line, with stable fields and no colours;
 * - colours only where the stream is a terminal: `--no-color`, then FORCE_COLOR, then NO_COLOR, then TERM=dumb decide first;
 * - no control character but line breaks and these colours reaches the terminal as it is, whoever it came from (`visible-text.ts`).
 */
import { stripVTControlCharacters, styleText } from 'node:util';
import type { Io, OutStream } from './io.ts';
import { visibleJson, visibleLines, visiblePaintedLines } from './visible-text.ts';

type Paint = (text: string) => string;

/** Colours of one stream; without colours each gives the text as it is. */
export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly cyan: Paint;
}

export const SYMBOLS = {
  accepted: '✓',
  refused: '✗',
  later: '·',
  warning: '!',
  /** What is as it is, and nobody can mend here. */
  note: '–',
  remedy: '→',
} as const;

export interface Output {
  /** Colours for standard output. */
  readonly style: Style;
  /** Colours for standard error. */
  readonly errorStyle: Style;
  /** A line (or several) of result. */
  print(text: string): void;
  /** One JSON value on one line of standard output. */
  json(value: unknown): void;
  /** A line of progress on standard error. */
  say(text: string): void;
  /** A warning on standard error. */
  warn(text: string): void;
  /** An error on standard error: what happened, and what to do. */
  fail(problem: string, remedy?: string): void;
}

/** @param noColor whether `--no-color` was given. */
export function createOutput(io: Pick<Io, 'env' | 'stdout' | 'stderr'>, noColor: boolean): Output {
  const style = createStyle(wantsColor(io.stdout, io.env, noColor));
  const errorStyle = createStyle(wantsColor(io.stderr, io.env, noColor));
  const say = (text: string): void => {
    io.stderr.write(`${visiblePaintedLines(text)}\n`);
  };
  return {
    style,
    errorStyle,
    print: (text) => {
      io.stdout.write(`${visiblePaintedLines(text)}\n`);
    },
    json: (value) => {
      io.stdout.write(`${visibleJson(JSON.stringify(value))}\n`);
    },
    say,
    warn: (text) => say(`${errorStyle.yellow(SYMBOLS.warning)} ${text}`),
    fail: (problem, remedy) => {
      say(`${errorStyle.red('countersign:')} ${visibleLines(problem)}`);
      if (remedy !== undefined) say(`  ${SYMBOLS.remedy} ${visibleLines(remedy)}`);
    },
  };
}

/** Whether a stream gets colours. @see https://no-color.org, https://force-color.org */
export function wantsColor(stream: OutStream, env: Io['env'], noColor: boolean): boolean {
  if (noColor) return false;
  const force = env['FORCE_COLOR'];
  if (force !== undefined) return force !== '0' && force !== 'false';
  if (env['NO_COLOR']) return false;
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}

function createStyle(colors: boolean): Style {
  const paint = (format: Parameters<typeof styleText>[0]): Paint =>
    // The decision was made above: styleText's own look at the process would decide again.
    colors ? (text) => styleText(format, text, { validateStream: false }) : (text) => text;
  return {
    bold: paint('bold'),
    dim: paint('dim'),
    red: paint('red'),
    green: paint('green'),
    yellow: paint('yellow'),
    cyan: paint('cyan'),
  };
}

/** No colours. */
export const PLAIN: Style = createStyle(false);

/** Rows in columns, two spaces apart; the last column is not padded. Colours in a cell take no room. */
export function table(rows: readonly (readonly string[])[], indent = ''): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, width(cell));
  }
  return rows
    .map((row) => {
      const cells = row.map((cell, i) => cell + ' '.repeat((widths[i] ?? 0) - width(cell)));
      return (indent + cells.join('  ')).trimEnd();
    })
    .join('\n');
}

/** The same of rows that come one by one: columns get wider, and none is waited for. */
export function growingTable(): (row: readonly string[]) => string {
  const widths: number[] = [];
  return (row) => {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, width(cell));
    const cells = row.map((cell, i) => pad(cell, widths[i] ?? 0));
    return cells.join('  ').trimEnd();
  };
}

/** Pads a text, colours or not, to a width. */
export function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - width(text)));
}

/** How wide pages are (`--help`, `providers`): on terminals, in pipes and in files, so that they are the same everywhere. */
export const COLUMNS = 100;

/**
 * Breaks a text between words so that lines have at most `columns` characters, colours aside. A longer word stands on a line of its own.
 * @param hanging begins each line but the first, in place of `indent`
 */
export function wrap(text: string, columns: number, indent = '', hanging: string = indent): string {
  const lines: string[] = [];
  let line = indent;
  let isEmpty = true;
  // A closing brace stays with what it closes.
  for (const word of text.split(/ (?!\})/)) {
    if (!isEmpty && width(line) + 1 + width(word) > columns) {
      lines.push(line);
      line = hanging;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line].join('\n');
}

export interface Term {
  readonly name: string;
  /** Paragraphs, each of which begins a line. */
  readonly meaning: readonly string[];
}

/** Names, and beside them what they mean, in lines of at most `COLUMNS` characters. */
export function terms(rows: readonly Term[], indent = ''): string {
  const column = Math.max(0, ...rows.map(({ name }) => width(name))) + 2;
  return rows
    .flatMap(({ name, meaning }) => {
      const first = indent + pad(name, column);
      const hanging = indent + ' '.repeat(column);
      return meaning.map((text, i) => wrap(text, COLUMNS, i === 0 ? first : hanging, hanging));
    })
    .join('\n');
}

function width(text: string): number {
  return [...stripVTControlCharacters(text)].length;
}
