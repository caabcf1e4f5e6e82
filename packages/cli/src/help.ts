/** The texts of `--help`. */

import type { OptionSpec } from './arguments.ts';
import { COMMON_OPTIONS } from './arguments.ts';
import { type Example, type HelpPage, optionRowsOf } from './command.ts';
import { COMMANDS } from './commands/commands.ts';
import { EXIT, EXIT_MEANINGS } from './exit-codes.ts';
import { COLUMNS, type Style, terms, wrap } from './output.ts';
import { programVersion } from './version.ts';

/** `countersign --help`. */
export function programHelp(style: Style): string {
  const commands = COMMANDS.map(({ name, summary }) => ({ name: style.cyan(name), meaning: [summary] }));
  const exitCodes = Object.entries(EXIT).map(([name, code]) => ({
    name: String(code),
    meaning: [EXIT_MEANINGS[name as keyof typeof EXIT]],
  }));
  return [
    `${style.bold('countersign')} ${programVersion()}: verifies webhooks and signed requests, and explains why one is refused`,
    '',
    style.bold('Usage'),
    '  countersign COMMAND [OPTIONS]',
    '',
    style.bold('Commands'),
    terms(commands, '  '),
    '',
    style.bold('Exit codes'),
    terms(exitCodes, '  '),
    '',
    style.bold('Examples'),
    '  countersign demo',
    '  countersign verify request.http --provider github --key-env GITHUB_WEBHOOK_SECRET',
    '',
    '`countersign COMMAND --help` says more.',
  ].join('\n');
}

/** `countersign COMMAND --help`, and `countersign COMMAND SUB-COMMAND --help`. */
export function commandHelp(page: HelpPage, style: Style): string {
  const { name, summary, usage, details = [], examples } = page;
  const title = style.bold(`countersign ${name}`);
  const common = Object.entries(COMMON_OPTIONS).map(([option, spec]) => ({ name: option, spec }));
  const rows = [...optionRowsOf(page), ...common].map(({ name: option, spec }) => ({
    name: style.cyan(optionForm(option, spec)),
    meaning: [spec.description],
  }));
  return [
    wrap(summary === undefined ? title : `${title}: ${summary}`, COLUMNS),
    '',
    style.bold('Usage'),
    ...usage.map((line) => wrap(`countersign ${line}`, COLUMNS, '  ', '      ')),
    ...details.flatMap((paragraph) => ['', wrap(paragraph, COLUMNS, '  ')]),
    '',
    style.bold('Options'),
    terms(rows, '  '),
    ...examplesText(examples, style),
  ].join('\n');
}

function examplesText(examples: readonly Example[], style: Style): readonly string[] {
  if (examples.length === 0) return [];
  return [
    '',
    style.bold(examples.length === 1 ? 'Example' : 'Examples'),
    ...examples.flatMap(({ note, command }) => [`  ${style.dim(`# ${note}`)}`, `  ${command}`]),
  ];
}

function optionForm(name: string, { short, value }: OptionSpec): string {
  const long = value === undefined ? `--${name}` : `--${name} ${value}`;
  return short === undefined ? `    ${long}` : `-${short}, ${long}`;
}
