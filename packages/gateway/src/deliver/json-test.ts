/** What a filter asks of one value of a JSON body. */
import { nearMiss, SetupError } from '@countersign/core';
import { describeGiven } from '@countersign/core/internal/check-options';
import { isObject } from '@countersign/core/internal/is-object';
import type { JsonValue } from '@countersign/core/json-reader';
import { compareDecimals, type ExactDecimal, parseDecimal } from './exact-decimal.ts';
import { textPattern } from './text-pattern.ts';

/** A number, exactly; what a number of JavaScript cannot hold is written as a text: `"9007199254740993"`. */
export type FilterNumber = number | bigint | string;

/** Bounds of a number: all that are given hold. */
export interface NumberBounds {
  readonly above?: FilterNumber;
  readonly atLeast?: FilterNumber;
  readonly below?: FilterNumber;
  readonly atMost?: FilterNumber;
}

/** A pattern of a text, a number, true, false, null, or bounds of a number. No kind is another: 1 is not "1". */
export type JsonCondition = string | number | bigint | boolean | null | NumberBounds;

/** Whether a value is as it was asked for. */
export type JsonTest = (value: JsonValue) => boolean;

/** @throws SetupError for what is no condition */
export function jsonTest(condition: unknown, option: string): JsonTest {
  if (typeof condition === 'string') {
    const matches = textPattern(condition, option);
    return (value) => value.kind === 'string' && value.text !== undefined && matches(value.text);
  }
  if (typeof condition === 'boolean' || condition === null) {
    const kind = String(condition);
    return (value) => value.kind === kind;
  }
  if (typeof condition === 'number' || typeof condition === 'bigint') {
    const number = exactNumber(condition, option, EXACTLY);
    return numberTest((actual) => compareDecimals(actual, number) === 0);
  }
  return boundsTest(condition, option);
}

type Bound = keyof NumberBounds;

const HOLDS: Readonly<Record<Bound, (order: number) => boolean>> = {
  above: (order) => order > 0,
  atLeast: (order) => order >= 0,
  below: (order) => order < 0,
  atMost: (order) => order <= 0,
};

const BOUNDS = Object.keys(HOLDS) as readonly Bound[];

function boundsTest(condition: unknown, option: string): JsonTest {
  if (!isObject(condition)) {
    throw new SetupError(
      option,
      `it is ${describeGiven(condition)}`,
      'Give a text, a number, true, false, null, or bounds such as { above: 100 }.',
    );
  }
  const bounds = Object.entries(condition).map(([name, value]) => {
    const place = `${option}.${name}`;
    if (!isBound(name)) {
      const meant = nearMiss(name, BOUNDS);
      throw new SetupError(
        place,
        'there is no such bound',
        `${meant === undefined ? '' : `Did you mean ${meant}? `}Give above, atLeast, below or atMost.`,
      );
    }
    return { holds: HOLDS[name], number: exactNumber(value, place, AS_TEXT) };
  });
  if (bounds.length === 0) {
    throw new SetupError(option, 'it has no bound', 'Give above, atLeast, below or atMost.');
  }
  return numberTest((actual) => bounds.every(({ holds, number }) => holds(compareDecimals(actual, number))));
}

function isBound(name: string): name is Bound {
  return Object.hasOwn(HOLDS, name);
}

function numberTest(holds: (actual: ExactDecimal) => boolean): JsonTest {
  return (value) => {
    const number = value.kind === 'number' ? parseDecimal(value.text) : undefined;
    return number !== undefined && holds(number);
  };
}

const AS_TEXT = 'Write it as a text, such as "9007199254740993".';
const EXACTLY =
  'Write { atLeast: "9007199254740993", atMost: "9007199254740993" }, with the number as a text.';

/** @param remedy for a number that was rounded before anybody saw it */
function exactNumber(value: unknown, option: string, remedy: string): ExactDecimal {
  if (typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER && Number.isFinite(value)) {
    throw new SetupError(option, `${value} is more than a number here holds exactly`, remedy);
  }
  const text = typeof value === 'number' || typeof value === 'bigint' ? String(value) : value;
  const number = typeof text === 'string' && text.length <= MAX_DIGITS ? parseDecimal(text) : undefined;
  if (number !== undefined) return number;
  throw new SetupError(
    option,
    typeof value === 'string'
      ? 'it is a text that is no number'
      : `it is ${typeof value === 'number' ? value : describeGiven(value)}`,
    'Give a number, such as 100, -0.5 or "9007199254740993".',
  );
}

const MAX_DIGITS = 100;
