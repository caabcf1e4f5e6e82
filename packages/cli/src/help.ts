/** The texts of `--help`. */

import type { OptionSpec } from './arguments.ts';
import { COMMON_OPTIONS } from './arguments.ts';
import type { Command } from './command.ts';
import { COMMANDS } from './commands/commands.ts';
import { EXIT, EXIT_MEANINGS } from './exit-codes.ts';
import { type Style, table, wrap } from './output.ts';
import { programVersion } from './version.ts';

const COLUMNS = 100;

/** `countersign --help`. */
export function programHelp(style: Style): string {
  const commands = COMMANDS.map(({ name, summary }) => [style.cyan(name), summary]);
  const exitCodes = Object.entries(EXIT).map(([name, code]) => [
    String(code),
    EXIT_MEANINGS[name as keyof typeof EXIT],
  ]);
  return [
    `${style.bold('countersign')} ${programVersion()}: proves that requests are genuine, and explains why one is not`,
    '',
    style.bold('Usage'),
    '  countersign COMMAND [OPTIONS]',
    '',
    style.bold('Commands'),
    table(commands, '  '),
    '',
    style.bold('Exit codes'),
    table(exitCodes, '  '),
    '',
    style.bold('Examples'),
    '  countersign demo',
    '  countersign verify request.http --provider github --key-env GITHUB_WEBHOOK_SECRET',
    '',
    '`countersign COMMAND --help` tells more.',
  ].join('\n');
}

/** `countersign COMMAND --help`. */
export function commandHelp(command: Command, style: Style): string {
  const { name, summary, usage, details = [], options, examples } = command;
  const rows = Object.entries({ ...options, ...COMMON_OPTIONS }).map(([option, spec]) => [
    style.cyan(optionForm(option, spec)),
    spec.description,
  ]);
  return [
    `${style.bold(`countersign ${name}`)}: ${summary}`,
    '',
    style.bold('Usage'),
    ...usage.map((line) => `  countersign ${line}`),
    ...details.flatMap((paragraph) => ['', wrap(paragraph, COLUMNS, '  ')]),
    '',
    style.bold('Options'),
    table(rows, '  '),
    '',
    style.bold(examples.length === 1 ? 'Example' : 'Examples'),
    ...examples.flatMap((example) => [`  ${style.dim(`# ${example.note}`)}`, `  ${example.command}`]),
  ].join('\n');
}

function optionForm(name: string, { short, value }: OptionSpec): string {
  const long = value === undefined ? `--${name}` : `--${name} ${value}`;
  return short === undefined ? `    ${long}` : `-${short}, ${long}`;
}
