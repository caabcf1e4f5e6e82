// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/** From what is wrong with a tree to the problems of its file, and how its values may be shown. */
import type { SetupError } from '@countersign/core';
import { counted } from '@countersign/core/internal/amounts';
import { shownUrl } from '@countersign/core/internal/shown-url';
import type { Blank } from './blank.ts';
import { blankedProblems } from './blanked.ts';
import { ConfigError, type ConfigProblem } from './config-error.ts';
import { isOfPublicKey, meantName } from './meant-name.ts';
import type { Fault } from './shape.ts';
import { formatPath, type ValuePath, valueAt } from './value-path.ts';

/** A problem whose place in the tree is known, and whose line is not yet. */
export interface Finding extends Omit<ConfigProblem, 'path' | keyof Position> {
  readonly path: ValuePath;
  /** What to point at in the file. Default `value`. */
  readonly place?: 'key' | 'value';
}

/** Lines and columns, from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Finds a path in the file; where the path is not there, its nearest parent. */
export type Locate = (path: ValuePath, place: 'key' | 'value') => Position | undefined;

/** Findings as problems: each with its position, in the order of the file, without repeats. */
export function toProblems(findings: readonly Finding[], locate: Locate): readonly ConfigProblem[] {
  const seen = new Set<string>();
  const problems: ConfigProblem[] = [];
  for (const { path, place = 'value', ...rest } of findings) {
    const problem: ConfigProblem = { path: formatPath(path), ...rest, ...locate(path, place) };
    const key = JSON.stringify([problem.path, problem.problem]);
    if (!seen.has(key)) problems.push(problem);
    seen.add(key);
  }
  return inOrder(problems);
}

function inOrder(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  return problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}

/** Where an interpolated text came from. */
export interface Origin {
  /** E.g. `the environment variable STRIPE_SECRET`; empty where the text held only `$${`. */
  readonly sources: readonly string[];
  /** The names of the variables among them. */
  readonly variables: readonly string[];
  /** Variables that were not set, so that the default in the file was taken. */
  readonly defaulted: readonly string[];
  /** What was cut or left out on the way, as sentences. */
  readonly notes: readonly string[];
}

/** What of a configuration an error may show. */
export interface Showing {
  /** Of texts that were interpolated. */
  readonly origins: ReadonlyMap<string, Origin>;
  /** Whether a secret can stand there; see `schema-walk.ts`. */
  readonly mayHoldSecret: (path: ValuePath) => boolean;
  /** The tree is what a module made of its own. */
  readonly isOfModule: boolean;
}

/** The findings of a tree that could not be read. @param tree what was read, with its texts interpolated. */
export function findingsOf(faults: readonly Fault[], tree: unknown, showing: Showing): readonly Finding[] {
  return faults.map((fault) => findingOf(fault, tree, showing));
}

function findingOf(fault: Fault, tree: unknown, showing: Showing): Finding {
  const { path, expected, problem = 'is not valid', suggestion, known: knownKeys } = fault;
  if (knownKeys !== undefined) return unknownKey(path, knownKeys);
  const value = valueAt(tree, path);
  const origin = showing.origins.get(formatPath(path));
  if (origin !== undefined && origin.sources.length > 0 && isBlank(value)) return leftEmpty(fault, origin);
  const shown = showValue(path, value, showing);
  return {
    path,
    problem: value === undefined ? 'is missing' : problem,
    ...(shown !== undefined && { value: shown }),
    expected,
    ...(suggestion !== undefined && shown !== SECRET && { suggestion }),
    ...(showing.isOfModule && shown === SECRET && isBlank(value) && { remedy: MODULE_REMEDY }),
  };
}

const MODULE_REMEDY =
  'Set the variable that it comes from. Those of .env are not in process.env: write "${env:NAME}" for them.';

function isBlank(value: unknown): boolean {
  return typeof value === 'string' && value.trim() === '';
}

/** What fills a text in left it empty: that is to be set, and the file may be right. */
function leftEmpty({ path, expected }: Fault, { sources, variables }: Origin): Finding {
  const isOne = sources.length === 1;
  const areVariables = variables.length === sources.length;
  const names =
    areVariables && !isOne ? `the environment variables ${variables.join(' and ')}` : sources.join(' and ');
  return {
    path,
    problem: `is empty: ${names} ${isOne ? 'fills' : 'fill'} in nothing`,
    expected: areVariables ? variablesExpected(variables) : expected,
    ...(areVariables && { isUnset: true }),
  };
}

/** Where a variable that a configuration names may be set. */
export function variablesExpected(names: readonly string[]): string {
  return `${names.join(' and ')} in the environment, or in a .env file beside the configuration file`;
}

function unknownKey(path: ValuePath, { keys, notYet }: NonNullable<Fault['known']>): Finding {
  const key = String(path.at(-1));
  const refusal = Object.hasOwn(notYet, key) ? notYet[key] : undefined;
  if (refusal !== undefined) return { path, place: 'key', problem: refusal };
  const suggestion = meantName(key, keys);
  const expected = keys.length === 0 ? 'no keys: write {}' : `one of ${keys.join(', ')}`;
  return {
    path,
    place: 'key',
    problem: 'is not known here',
    expected,
    ...(suggestion !== undefined && { suggestion }),
    ...(suggestion === 'secret' &&
      isOfPublicKey(key) &&
      path.includes('keys') && { remedy: PUBLIC_KEY_REMEDY }),
  };
}

const PUBLIC_KEY_REMEDY =
  'A public key stands in secret too: the whole PEM, or what the sender’s page shows.';

const SECRET = '[secret]';
const MAX_SHOWN_LENGTH = 80;

/**
 * A value as an error may show it; undefined where there is none. Hidden: what was interpolated, what is or
 * belongs to a secret, URLs with a password, and what follows the path of others. Lists and mappings are named, not shown.
 */
export function showValue(
  path: ValuePath,
  value: unknown,
  { origins, mayHoldSecret }: Showing,
): string | undefined {
  if (value === undefined) return undefined;
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  const origin = origins.get(formatPath(path));
  if (origin !== undefined) {
    return origin.sources.length === 0 ? SECRET : `${SECRET} from ${origin.sources.join(' and ')}`;
  }
  if (mayHoldSecret(path) || (typeof value === 'string' && /:\/\/[^/]*@/.test(value))) return SECRET;
  if (typeof value !== 'string') return typeof value === 'function' ? 'a function' : String(value);
  const shown = shownUrl(value);
  return shown.length <= MAX_SHOWN_LENGTH
    ? JSON.stringify(shown)
    : `${JSON.stringify(shown.slice(0, MAX_SHOWN_LENGTH))} and ${counted(shown.length - MAX_SHOWN_LENGTH, 'more character')}`;
}

/**
 * Errors that only building a gate reveals, placed in the file they come from and reported together.
 * @param errors at least one
 */
export function setUpProblems(
  { file, locate, blank }: { readonly file: string; readonly locate: Locate; readonly blank: Blank },
  errors: readonly SetupError[],
): ConfigError {
  const problems = inOrder(errors.map((error) => problemAt(error, locate)));
  return new ConfigError(blankedProblems(problems, blank), file);
}

function problemAt({ option, problem, remedy }: SetupError, locate: Locate): ConfigProblem {
  return { path: option, problem, remedy, ...locate(pathOf(option), 'key') };
}

/** `gates.g.keys[0].secret` in its parts. What is not there is found at its nearest parent. */
function pathOf(option: string): ValuePath {
  return option
    .split(/[.[\]]+/)
    .filter((part) => part !== '')
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}
