/** A word that is no command, or none of a command's: what was probably meant, and where it stands. */
import { nearMiss } from '@countersign/core';
import type { CommandEntry } from './command.ts';
import { COMMANDS } from './commands/commands.ts';
import { didYouMean } from './near-miss.ts';
import { UsageError } from './usage-error.ts';

/** Of the program itself, without a command. */
const OPTIONS: readonly string[] = ['--version', '-v', '--help', '-h'];

/** What people look for under another name, or do without a command. */
const BY_HAND: ReadonlyMap<string, string> = new Map([
  [
    'validate',
    '`countersign check` validates a configuration file, without a gateway. `countersign config diff` has the running gateway validate it, and shows what a reload would change.',
  ],
  [
    'restore',
    'Stop the gateway, put the backup in the place of the store’s file, and delete the -wal file beside it: https://github.com/countersign/countersign/blob/main/docs/operate.md#backup-and-restore says more.',
  ],
]);

export function unknownCommand(name: string): UsageError {
  const names = COMMANDS.map((command) => command.name);
  const isOption = name.startsWith('-');
  const kind = isOption ? 'option' : 'command';
  const meant = isOption ? didYouMean(name, OPTIONS) : meantBy(name, names);
  const remedy =
    meant === ''
      ? `The commands are ${names.join(', ')}; \`countersign --help\` says what they do.`
      : `${meant}\`countersign --help\` lists the commands.`;
  return new UsageError(`there is no ${kind} ${name}`, BY_HAND.get(name) ?? remedy);
}

/** @param word undefined where there is none */
export function unknownSubCommand(
  { name, subCommands = [] }: CommandEntry,
  word: string | undefined,
): UsageError {
  const all = `Use one of ${subCommands.join(', ')}.`;
  if (word === undefined) return new UsageError(`no sub-command of countersign ${name} is given`, all);
  const remedy = BY_HAND.get(word) ?? `${meantBy(word, subCommands)}${all}`;
  return new UsageError(`there is no command countersign ${name} ${word}`, remedy);
}

/** As `didYouMean`, of the words that can stand there; where another place has the word, that: `Did you mean countersign store backup? `. */
function meantBy(word: string, words: readonly string[]): string {
  const calls = callsByWord();
  const meantHere = calls.has(word) ? '' : didYouMean(word, words);
  if (meantHere !== '') return meantHere;
  const meant = calls.get(nearMiss(word, Array.from(calls.keys())) ?? '');
  return meant === undefined ? '' : `Did you mean ${meant.join(' or ')}? `;
}

/** By a command's last word: `verify` is of `countersign verify` and of `countersign store verify`. */
function callsByWord(): ReadonlyMap<string, readonly string[]> {
  const calls = new Map<string, string[]>();
  const add = (word: string, call: string): void => {
    calls.set(word, [...(calls.get(word) ?? []), call]);
  };
  for (const { name, subCommands = [] } of COMMANDS) {
    add(name, `countersign ${name}`);
    for (const word of subCommands) add(word, `countersign ${name} ${word}`);
  }
  return calls;
}
