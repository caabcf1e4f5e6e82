/** What may stand next on a command line of countersign: of the table of commands, their options, and what these take. */
import { COMMON_OPTIONS, type OptionSpec, type OptionSpecs } from '../arguments.ts';
import type { Call, Command, CommandEntry, CommandGroup } from '../command.ts';
import type { Io } from '../io.ts';
import { namedSubCommand } from '../sub-commands.ts';
import { argumentValues, optionValues, type ValueContext, type Values } from './option-values.ts';

export interface NextWord {
  readonly word: string;
  /** One line; empty where the word says it. */
  readonly meaning: string;
}

/** `files`: the shell’s own. */
export type NextWords = readonly NextWord[] | 'files';

/** @param words those after the program’s name, up to the cursor; the last is the one that is being written, empty where none is begun */
export async function nextWords(
  words: readonly string[],
  { io, commands }: Pick<Call, 'commands'> & { readonly io: Pick<Io, 'cwd' | 'env'> },
): Promise<NextWords> {
  const written = joinedByEqualsSign(words);
  const current = written.at(-1) ?? '';
  const before = written.slice(0, -1);
  const [name, ...rest] = before[0] === 'help' ? before.slice(1) : before;
  if (name === undefined) return startingWith(current, programWords(commands));
  const entry = commands.find((candidate) => candidate.name === name);
  if (entry === undefined || rest.includes('--')) return [];
  const page = await entry.load();
  const command = 'subCommands' in page ? namedSubCommand(page, rest) : page;
  const options = { ...(command ?? page).options, ...COMMON_OPTIONS };
  const context = { command: (command ?? page).name, configFile: valueAfter('config', rest, options), io };
  const [, inlineName = '', inlineValue = ''] = /^--([a-z-]+)=(.*)$/s.exec(current) ?? [];
  const inline = options[inlineName];
  if (inline !== undefined) {
    // Bash has made words of its own of it, and replaces the last.
    const prefix = words.at(-1) === current ? `--${inlineName}=` : '';
    return ofValues(inlineValue, await valuesOf(inlineName, inline, context), prefix);
  }
  const opened = optionOf(before.at(-1), options);
  if (opened?.spec.value !== undefined)
    return ofValues(current, await valuesOf(opened.name, opened.spec, context));
  if (current.startsWith('-')) return startingWith(current, optionWords(options, rest));
  if (command === undefined) return startingWith(current, subCommandWords(page));
  const index = argumentsIn(rest, options).length - (command.name.includes(' ') ? 1 : 0);
  return argumentWords(current, command, index, context);
}

/** `--gate=a` is three words to bash: `--gate`, `=` and `a`. */
function joinedByEqualsSign(words: readonly string[]): readonly string[] {
  const joined: string[] = [];
  for (const word of words) {
    const last = joined.at(-1) ?? '';
    const isValue = /^--[a-z-]+=$/.test(last) || (word === '=' && /^--[a-z-]+$/.test(last));
    if (isValue) joined[joined.length - 1] = last + word;
    else joined.push(word);
  }
  return joined;
}

function programWords(commands: readonly CommandEntry[]): readonly NextWord[] {
  return [
    ...commands.map(({ name, summary }) => ({ word: name, meaning: summary })),
    { word: 'help', meaning: 'what a command does' },
    { word: '--help', meaning: 'the list of commands' },
    { word: '--version', meaning: 'the version' },
  ];
}

function subCommandWords(page: Command | CommandGroup): readonly NextWord[] {
  if (!('subCommands' in page)) return [];
  return page.subCommands.map(({ name, details = [] }) => ({
    word: name.slice(page.name.length + 1),
    meaning: firstSentence(details[0] ?? ''),
  }));
}

/** One that was given is offered again only where it may be repeated. */
function optionWords(options: OptionSpecs, rest: readonly string[]): readonly NextWord[] {
  return Object.entries(options)
    .filter(([name, { repeatable }]) => repeatable === true || !rest.some((word) => isOption(word, name)))
    .map(([name, { description }]) => ({ word: `--${name}`, meaning: firstSentence(description) }));
}

function isOption(word: string, name: string): boolean {
  return word === `--${name}` || word.startsWith(`--${name}=`);
}

async function argumentWords(
  current: string,
  { usage, maxArguments, name }: Command,
  index: number,
  context: ValueContext,
): Promise<NextWords> {
  if (index >= maxArguments) return [];
  const places = usage.map((line) => placeholders(line.slice(name.length)));
  const all = new Map<string, NextWord>();
  for (const place of places) {
    const placeholder = place[index] ?? (place.at(-1)?.endsWith('…') ? place.at(-1) : undefined);
    if (placeholder === undefined) continue;
    const values = /^[a-z|]+$/.test(placeholder)
      ? placeholder.split('|')
      : await argumentValues(placeholder.replace('…', ''), context);
    if (values === 'files') return 'files';
    for (const word of values) if (word.startsWith(current)) all.set(word, { word, meaning: '' });
  }
  return [...all.values()];
}

/** The arguments of a usage, e.g. `GATE` and `CLAIM`. */
function placeholders(usage: string): readonly string[] {
  return usage
    .replaceAll(/\[--[^\]]*\]…?/g, ' ')
    .replaceAll(/--[a-z-]+(?: [A-Z=|]+)?/g, ' ')
    .replaceAll(/[[\]]/g, ' ')
    .split(' ')
    .filter((word) => word !== '' && word !== '|' && word !== 'OPTIONS');
}

/** The words that are neither options nor values of them. */
function argumentsIn(rest: readonly string[], options: OptionSpecs): readonly string[] {
  return rest.filter(
    (word, i) => !word.startsWith('-') && optionOf(rest[i - 1], options)?.spec.value === undefined,
  );
}

interface NamedOption {
  readonly name: string;
  readonly spec: OptionSpec;
}

/** The option that a word is, by its long or short name; undefined where its value stands in the word. */
function optionOf(word: string | undefined, options: OptionSpecs): NamedOption | undefined {
  if (word === undefined) return undefined;
  const row = Object.entries(options).find(
    ([name, { short }]) => word === `--${name}` || (short !== undefined && word === `-${short}`),
  );
  return row && { name: row[0], spec: row[1] };
}

function valueAfter(name: string, rest: readonly string[], options: OptionSpecs): string | undefined {
  const inline = rest.find((word) => word.startsWith(`--${name}=`));
  if (inline !== undefined) return inline.slice(name.length + 3);
  return rest[rest.findIndex((word) => optionOf(word, options)?.name === name) + 1 || rest.length];
}

async function valuesOf(name: string, { value }: OptionSpec, context: ValueContext): Promise<Values> {
  return value === undefined ? [] : optionValues(name, value, context);
}

function ofValues(current: string, values: Values, prefix = ''): NextWords {
  if (values === 'files') return 'files';
  return values
    .filter((value) => value.startsWith(current))
    .map((value) => ({ word: prefix + value, meaning: '' }));
}

function startingWith(current: string, words: readonly NextWord[]): readonly NextWord[] {
  return words.filter(({ word }) => word.startsWith(current) && (current !== '' || !word.startsWith('-')));
}

function firstSentence(text: string): string {
  return text.split(/[.;](?= |$)/, 1)[0] ?? '';
}
