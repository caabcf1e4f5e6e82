/** The manual page of the command line, in the macros of man(7): what `--help` says, of every command. */
import type { OptionSpec } from '../packages/cli/src/arguments.ts';
import { type HelpPage, type OptionRow, optionRowsOf } from '../packages/cli/src/command.ts';

export interface ManualParts {
  readonly version: string;
  readonly commands: readonly HelpPage[];
  /** Options that every command takes. */
  readonly common: Readonly<Record<string, OptionSpec>>;
  /** Meanings by code. */
  readonly exitCodes: ReadonlyMap<number, string>;
}

const SUMMARY = 'verifies webhooks and signed requests, and explains why one is refused';
const SITE = 'https://github.com/countersign/countersign';

/** The whole page, in UTF-8. */
export function manPage({ version, commands, common, exitCodes }: ManualParts): string {
  return `${[
    `.TH COUNTERSIGN 1 "" ${quoted(`countersign ${version}`)} ${quoted('Countersign')}`,
    '.SH NAME',
    `countersign \\- ${text(SUMMARY)}`,
    '.SH SYNOPSIS',
    '.B countersign',
    '.I COMMAND',
    '.RI [ OPTIONS ]',
    '.SH DESCRIPTION',
    text(
      'A gateway that verifies signed requests before a backend sees them, and tools to sign, send, verify and explain them. Each command has --help.',
    ),
    ...commands.flatMap(commandLines),
    '.SH "OPTIONS OF EVERY COMMAND"',
    ...optionLines(Object.entries(common).map(([name, spec]) => ({ name, spec }))),
    '.SH "EXIT STATUS"',
    ...[...exitCodes].flatMap(([code, meaning]) => ['.TP', `.B ${code}`, text(meaning)]),
    '.SH ENVIRONMENT',
    '.TP',
    '.B COUNTERSIGN_ADMIN_TOKEN',
    text('the token of the admin API, if the configuration has none'),
    '.TP',
    '.BR NO_COLOR ", " FORCE_COLOR',
    text('no colours, or colours where the output is no terminal'),
    '.SH FILES',
    '.TP',
    '.IR countersign.yaml ", " countersign.json ", " countersign.config.mts',
    text('the configuration, in the current folder'),
    '.TP',
    '.I .env',
    text('variables that the configuration and the commands may use, in the same folder'),
    '.SH "SEE ALSO"',
    text(`${SITE}#readme`),
  ].join('\n')}\n`;
}

function commandLines(page: HelpPage): readonly string[] {
  const { name, summary = '', usage, details = [], examples } = page;
  return [
    `.SH ${quoted(`COUNTERSIGN ${name.toUpperCase()}`)}`,
    text(`${summary}.`),
    ...usage.flatMap((line) => ['.PP', `.B ${quoted('countersign')}`, text(line)]),
    ...details.flatMap((paragraph) => ['.PP', text(paragraph)]),
    ...optionLines(optionRowsOf(page)),
    ...examples.flatMap(({ note, command }) => [
      '.PP',
      text(`${note}:`),
      '.PP',
      '.nf',
      `.RS\n${text(command)}\n.RE`,
      '.fi',
    ]),
  ];
}

function optionLines(rows: readonly OptionRow[]): readonly string[] {
  return rows.flatMap(({ name, spec: { short, value, description } }) => [
    '.TP',
    `${short === undefined ? '' : `\\fB\\-${text(short)}\\fR, `}\\fB\\-\\-${literal(name)}\\fR${value === undefined ? '' : ` \\fI${literal(value)}\\fR`}`,
    text(description),
  ]);
}

/** A line of text: nothing of it is a request or an escape, and its hyphens can be copied. */
function text(line: string): string {
  const escaped = literal(line.replaceAll(/\s+/g, ' ').trim());
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}

function literal(words: string): string {
  return words
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('`', '\\(ga')
    .replaceAll('~', '\\(ti')
    .replaceAll('^', '\\(ha');
}

/** An argument of a macro. */
function quoted(words: string): string {
  return `"${literal(words).replaceAll('"', '\\(dq')}"`;
}
