/** Reads the options of a provider or scheme, which come from people: unknown names and wrong values are refused with a remedy. */
import { MAX_DURATION_MS } from './freshness.ts';
import { describeGiven, describeNumber } from './given.ts';
import { nearMiss } from './near-miss.ts';
import { SetupError } from './setup-error.ts';
import { isObject } from './text/is-object.ts';
import { isToken, tokenEnd } from './text/token.ts';
import { durationRemedy } from './written-duration.ts';

/** Options as a configuration file gives them. */
export type RawOptions = { readonly [option: string]: unknown };

export class OptionReader {
  readonly #raw: RawOptions;
  readonly #path: string;
  readonly #known = new Set<string>();

  constructor(raw: RawOptions, path: string) {
    this.#raw = raw;
    this.#path = path;
  }

  /** All that are written, of an object whose names are the operator’s. */
  names(): readonly string[] {
    return Object.keys(this.#raw);
  }

  has(name: string): boolean {
    return this.raw(name) !== undefined;
  }

  raw(name: string): unknown {
    this.#known.add(name);
    return this.#raw[name];
  }

  text(name: string): string | undefined {
    return this.#read(name, 'a text', (value) => typeof value === 'string' && value !== '') as
      | string
      | undefined;
  }

  /** A header’s name, in lower case. */
  headerName(name: string): string | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : headerNameOf(text, this.path(name));
  }

  /** A list of headers’ names, or one, in lower case; each once. */
  headerNames(name: string): readonly string[] | undefined {
    const names = this.texts(name)?.map((text) => headerNameOf(text, this.path(name)));
    const twice = names?.find((header, i) => names.indexOf(header) !== i);
    if (twice === undefined) return names;
    throw new SetupError(this.path(name), `${twice} occurs twice`, 'Name each header once.');
  }

  /** A whole number that is not negative. */
  integer(name: string): number | undefined {
    const valid = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
    const value = this.raw(name);
    if (value === undefined || valid(value)) return value as number | undefined;
    throw new SetupError(
      this.path(name),
      `it is ${describeNumber(value)}`,
      'Give a whole number, 0 or more.',
    );
  }

  /** A length of time. Ten years at most: what is longer is a mistake, or could not be kept. */
  milliseconds(name: string): number | undefined {
    const valid = (value: unknown): boolean =>
      typeof value === 'number' && value >= 0 && value <= MAX_DURATION_MS;
    const value = this.raw(name);
    if (value === undefined || valid(value)) return value as number | undefined;
    throw new SetupError(
      this.path(name),
      `it is ${describeNumber(value)}`,
      durationRemedy(value, MAX_DURATION_MS) ?? `Give a number of milliseconds from 0 to ${MAX_DURATION_MS}.`,
    );
  }

  flag(name: string): boolean | undefined {
    return this.#read(name, 'true or false', (value) => typeof value === 'boolean') as boolean | undefined;
  }

  /** A text, or a list of texts. */
  texts(name: string): readonly string[] | undefined {
    const valid = (value: unknown): boolean => {
      const list = [value].flat();
      return list.length > 0 && list.every((element) => typeof element === 'string' && element !== '');
    };
    const value = this.#read(name, 'a text or a list of texts', valid);
    return value === undefined ? undefined : ([value].flat() as string[]);
  }

  oneOf<T extends string>(name: string, values: readonly T[]): T | undefined {
    const value = this.raw(name);
    if (value === undefined || values.includes(value as T)) return value as T | undefined;
    throw new SetupError(
      this.path(name),
      'that is not one of its words',
      oneOfRemedy(typeof value === 'string' ? value : '', values),
    );
  }

  object(name: string): OptionReader | undefined {
    const value = this.#read(name, 'an object', isObject);
    return value === undefined ? undefined : new OptionReader(value as RawOptions, `${this.#path}.${name}`);
  }

  /** Refuses names that nothing has asked for, all in one. */
  refuseUnread(): void {
    const names = [...this.#known];
    const [name, ...others] = Object.keys(this.#raw).filter((option) => !this.#known.has(option));
    if (name === undefined) return;
    throw new SetupError(
      `${this.#path}.${shownOption(name, names)}`,
      `there is no such option${others.map((other) => `, nor ${shownOption(other, names)}`).join('')}`,
      remedyOf('Options', name, names),
    );
  }

  /** The path of an option, for errors. */
  path(name: string): string {
    return `${this.#path}.${name}`;
  }

  #read(name: string, expected: string, isValid: (value: unknown) => boolean): unknown {
    const value = this.raw(name);
    if (value === undefined || isValid(value)) return value;
    throw new SetupError(this.path(name), `it is ${describeGiven(value)}`, `Give ${expected}.`);
  }
}

/** What is thrown where an option is left out that nothing can do without. */
export function notGiven(options: OptionReader, name: string, remedy: string): SetupError {
  return new SetupError(options.path(name), 'it is not given', remedy);
}

/** The member, where it has a value: what is left out is no member. */
export function memberIfGiven<Name extends string, T>(
  name: Name,
  value: T | undefined,
): { readonly [N in Name]?: T } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [N in Name]: T });
}

function headerNameOf(text: string, path: string): string {
  if (isToken(text)) return text.toLowerCase();
  throw new SetupError(
    path,
    `${JSON.stringify(text)} is not a header’s name: see character ${tokenEnd(text, 0) + 1}`,
    'Letters, digits and - _ make a name, without a colon.',
  );
}

/** `Did you mean jwt? One of template, jwt.` */
export function oneOfRemedy(word: string, words: readonly string[]): string {
  const meant = nearMiss(word, words);
  return `${meant === undefined ? '' : `Did you mean ${meant}? `}One of ${words.join(', ')}.`;
}

/**
 * `Did you mean binding? Options: binding, header.`
 * @param others what to do where no name is near
 */
export function remedyOf(heading: string, word: string, names: readonly string[], others = ''): string {
  const meant = nearMiss(word, names);
  const list = `${heading}: ${names.join(', ') || 'none'}.`;
  if (meant !== undefined) return `Did you mean ${meant}? ${list}`;
  return others === '' ? list : `${list} ${others}`;
}

/** Letters as names have them, and so few that no secret of any strength is made of them. */
const NAME = /^[a-z]{1,16}(?:[-_][a-z]{1,16})?$/i;
const MAX_NAME_LENGTH = 16;

/** Whether it may be shown: one of the words or near one, or short and of letters alone in one case. */
function isShownWord(text: string, words: readonly string[]): boolean {
  if (nearMiss(text, words) !== undefined) return true;
  const isOneCase = text === text.toLowerCase() || text === text.toUpperCase();
  return isOneCase && text.length <= MAX_NAME_LENGTH && NAME.test(text);
}

/**
 * A word that is none of those due, in an error: `"githup"`. A secret may stand there by a slip: of what looks like no name its length: `a text of 38 characters`.
 */
export function shownWord(text: string, words: readonly string[]): string {
  return isShownWord(text, words) ? JSON.stringify(text) : `a text of ${text.length} characters`;
}

/** The path of an option that there is none of: `limits.maxBdy`; of what looks like no name its length: `limits.(a name of 38 characters)`. */
export function shownOption(name: string, names: readonly string[]): string {
  const isShown = /^[a-z][A-Za-z]{0,23}$/.test(name) || isShownWord(name, names);
  return isShown ? name : `(a name of ${name.length} characters)`;
}
