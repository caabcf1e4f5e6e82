/** What a function's options are, checked where untyped code hands them over: names, kinds, and what must be there. */
import { isTime } from './freshness.ts';
import { describeGiven, describeNumber, isArray, isPlain } from './given.ts';
import { oneOfRemedy, remedyOf, shownOption, shownWord } from './options.ts';
import { SetupError } from './setup-error.ts';

export { describeGiven, memberOf } from './given.ts';

/** What one option may be. */
export interface OptionRule {
  /** After “Give”: `a function`. */
  readonly expected: string;
  readonly isValid: (value: unknown) => boolean;
  /** What is due is a number: one that is refused is shown. */
  readonly isNumber?: true;
  /** What is due is one of these: what is refused is shown, and the nearest named. */
  readonly words?: readonly string[];
  /** Default false. */
  readonly isRequired?: boolean;
}

/** A rule for every option of a record, so that none is forgotten. */
export type OptionRules<T> = { readonly [name in keyof T]-?: OptionRule };

/** Rules that recur. */
export const IS: Readonly<
  Record<
    | 'function'
    | 'text'
    | 'flag'
    | 'object'
    | 'record'
    | 'list'
    | 'milliseconds'
    | 'time'
    | 'count'
    | 'positiveCount'
    | 'port',
    OptionRule
  >
> = {
  function: { expected: 'a function', isValid: (value) => typeof value === 'function' },
  text: { expected: 'a text', isValid: (value) => typeof value === 'string' && value !== '' },
  flag: { expected: 'true or false', isValid: (value) => typeof value === 'boolean' },
  object: { expected: 'an object', isValid: (value) => typeof value === 'object' && value !== null },
  record: { expected: 'an object', isValid: isPlain },
  list: { expected: 'a list', isValid: isArray },
  milliseconds: {
    expected: 'a number of milliseconds, 0 or more',
    isNumber: true,
    isValid: (value) => typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER,
  },
  time: {
    expected: 'milliseconds since the epoch, 0 or more, before the year 10000',
    isNumber: true,
    isValid: isTime,
  },
  count: {
    expected: 'a whole number, 0 or more',
    isNumber: true,
    isValid: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
  },
  positiveCount: {
    expected: 'a whole number, 1 or more',
    isNumber: true,
    isValid: (value) => Number.isSafeInteger(value) && (value as number) >= 1,
  },
  port: {
    expected: 'a port: a whole number from 0 to 65535',
    isNumber: true,
    isValid: (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 65_535,
  },
};

/** The same rule, of an option that must be given. */
export function required(rule: OptionRule): OptionRule {
  return { ...rule, isRequired: true };
}

/** A rule of one of some words. */
export function word(...words: readonly string[]): OptionRule {
  return {
    expected: `one of ${words.join(', ')}`,
    isValid: (value) => words.includes(value as string),
    words,
  };
}

/**
 * @param path what stands before an option's name in a message: empty, or e.g. `limits.`
 * @param remedyFor what to say of an unknown name; undefined for the usual, which names the nearest.
 * @throws SetupError for what is no object, an unknown name, a value of the wrong kind, and one that is missing.
 */
export function checkOptions<T>(
  options: unknown,
  rules: OptionRules<T>,
  path: string = '',
  remedyFor: (name: string) => string | undefined = () => undefined,
): asserts options is T {
  if (!isPlain(options)) {
    throw new SetupError(
      path === '' ? 'options' : path.replace(/\.$/, ''),
      `it is ${describeGiven(options)}`,
      'Give an object.',
    );
  }
  const ruleByName: Readonly<Record<string, OptionRule>> = rules;
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(ruleByName, name)) continue;
    const names = Object.keys(ruleByName);
    const remedy = remedyFor(name) ?? remedyOf('Options', name, names);
    throw new SetupError(`${path}${shownOption(name, names)}`, 'there is no such option', remedy);
  }
  for (const [name, rule] of Object.entries(ruleByName)) {
    const value = options[name];
    if (value === undefined ? !rule.isRequired : rule.isValid(value)) continue;
    if (rule.words && typeof value === 'string') {
      const shown = shownWord(value, rule.words);
      throw new SetupError(`${path}${name}`, `it is ${shown}`, oneOfRemedy(value, rule.words));
    }
    const description = rule.isNumber ? describeNumber(value) : describeGiven(value);
    throw new SetupError(`${path}${name}`, `it is ${description}`, `Give ${rule.expected}.`);
  }
}
