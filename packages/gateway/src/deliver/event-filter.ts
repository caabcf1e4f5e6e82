/**
 * Which events a destination gets:
 *
 *     when: { type: [invoice.paid, "customer.*"], header: { x-region: [eu, us] }, json: { data.amount: { above: 100 } } }
 *
 * All that is named must hold; of several values one. Each text of it is understood whole, or refused with its place.
 */
import { type MaybePromise, nearMiss, SetupError } from '@countersign/core';
import { describeGiven } from '@countersign/core/internal/check-options';
import { isObject } from '@countersign/core/internal/is-object';
import { isToken } from '@countersign/core/internal/token';
import { checkMemberPath, memberNames } from '@countersign/core/json-reader';
import { CREDENTIALS } from '../sealed/withheld-headers.ts';
import type { FilteredEvent } from './filtered-event.ts';
import { type JsonCondition, type JsonTest, jsonTest } from './json-test.ts';
import { textPattern } from './text-pattern.ts';

/** A filter as it is written. What is absent holds of every event. */
export interface EventFilterConfig {
  /** Patterns: `invoice.paid`, `customer.*`. An event without a type matches none. */
  readonly type?: string | readonly string[];
  /** By the header’s name, in any case: patterns of its value. A header that is there twice matches none. */
  readonly header?: Readonly<Record<string, string | readonly string[]>>;
  /** By the path of a member or an element, e.g. `data.items.0.status`. */
  readonly json?: Readonly<Record<string, JsonCondition | readonly JsonCondition[]>>;
}

/** Whether an event is for a destination. A promise where a long body has to be read. */
export type EventFilter = (event: FilteredEvent) => MaybePromise<boolean>;

export interface EventFilterOptions {
  /** Where it stands, for errors: `gates.stripe.keep.deliver[0].when`. */
  readonly option: string;
  /** Lower-case names of headers whose values are withheld from events, besides credentials: nothing of them can be asked. */
  readonly withheld?: readonly string[];
}

/** One after the other, the cheapest first: the body is read where nothing before has decided. */
type Condition = (event: FilteredEvent) => MaybePromise<boolean>;

/** Conditions of one kind, and values of one condition. */
const MOST = 100;

/** @throws SetupError for what is not wholly understood, with its place */
export function createEventFilter(config: EventFilterConfig, options: EventFilterOptions): EventFilter {
  const { option } = options;
  checkMembers(config, option);
  const { type, header = {}, json = {} } = config;
  const conditions: readonly Condition[] = [
    ...headerConditions(header, options),
    ...(type === undefined ? [] : [typeCondition(type, `${option}.type`)]),
    ...jsonConditions(json, `${option}.json`),
  ];
  return (event) => all(conditions, event, 0);
}

function all(conditions: readonly Condition[], event: FilteredEvent, from: number): MaybePromise<boolean> {
  for (let i = from; i < conditions.length; i++) {
    const holds = (conditions[i] as Condition)(event);
    if (holds instanceof Promise) return holds.then((held) => held && all(conditions, event, i + 1));
    if (!holds) return false;
  }
  return true;
}

const MEMBERS = ['type', 'header', 'json'];

function checkMembers(config: unknown, option: string): asserts config is EventFilterConfig {
  if (!isObject(config)) {
    throw new SetupError(
      option,
      `it is ${describeGiven(config)}`,
      'Give a mapping of type, header and json, such as { type: [invoice.paid, "customer.*"] }.',
    );
  }
  for (const name of Object.keys(config)) {
    if (MEMBERS.includes(name)) continue;
    const meant = nearMiss(name, MEMBERS);
    throw new SetupError(
      `${option}.${name}`,
      'a filter has no such condition',
      `${meant === undefined ? '' : `Did you mean ${meant}? `}Give type, header or json.`,
    );
  }
}

function typeCondition(type: unknown, option: string): Condition {
  const matches = patterns(type, option);
  const isMeant = (text: string | undefined): boolean => text !== undefined && matches(text);
  return (event) => {
    const text = event.type();
    return text instanceof Promise ? text.then(isMeant) : isMeant(text);
  };
}

function headerConditions(
  header: unknown,
  { option, withheld = [] }: EventFilterOptions,
): readonly Condition[] {
  const names = new Set<string>();
  return entriesOf(header, `${option}.header`, 'of header names').map(([written, value]) => {
    const place = `${option}.header.${written}`;
    const name = written.toLowerCase();
    if (!isToken(name)) {
      throw new SetupError(
        place,
        'it is no header’s name',
        'Letters, digits and - _ make a name, without a colon.',
      );
    }
    if (names.has(name))
      throw new SetupError(place, 'the header is named twice', 'Give its values in one list.');
    names.add(name);
    if (CREDENTIALS.includes(name) || withheld.includes(name)) {
      throw new SetupError(
        place,
        'the header carries a secret, which is withheld from events',
        'Filter by something else.',
      );
    }
    const matches = patterns(value, place);
    return (event) => {
      const text = event.header(name);
      return text !== undefined && matches(text);
    };
  });
}

function jsonConditions(json: unknown, option: string): readonly Condition[] {
  return entriesOf(json, option, 'of paths').map(([path, wish]) => {
    const place = `${option}.${path}`;
    checkMemberPath(path, place);
    const names = memberNames(path);
    const tests = valuesOf(wish, place).map((single): JsonTest => jsonTest(single.value, single.option));
    return ({ body }) => {
      const value = body.find(names);
      return value instanceof Promise
        ? value.then((late) => late !== undefined && tests.some((test) => test(late)))
        : value !== undefined && tests.some((test) => test(value));
    };
  });
}

function patterns(value: unknown, option: string): (text: string) => boolean {
  const tests = valuesOf(value, option).map(({ value: text, option: place }) => {
    if (typeof text === 'string' && text !== '') return textPattern(text, place);
    throw new SetupError(
      place,
      `it is ${describeGiven(text)}`,
      typeof text === 'number' || typeof text === 'boolean'
        ? `Write it as a text: "${text}".`
        : 'Give a text, such as invoice.paid or "customer.*".',
    );
  });
  return (text) => tests.some((matches) => matches(text));
}

interface PlacedValue {
  readonly value: unknown;
  /** Where it stands, for errors. */
  readonly option: string;
}

/** One value or several. */
function valuesOf(value: unknown, option: string): readonly PlacedValue[] {
  if (!Array.isArray(value)) return [{ value, option }];
  if (value.length === 0) throw new SetupError(option, 'it is an empty list', 'Give at least one value.');
  if (value.length > MOST) throw tooMany(option, value.length, 'values');
  return value.map((single, i) => ({ value: single, option: `${option}[${i}]` }));
}

function entriesOf(value: unknown, option: string, kind: string): readonly (readonly [string, unknown])[] {
  if (!isObject(value)) {
    throw new SetupError(option, `it is ${describeGiven(value)}`, `Give a mapping ${kind}.`);
  }
  const entries = Object.entries(value);
  if (entries.length > MOST) throw tooMany(option, entries.length, 'conditions');
  return entries;
}

function tooMany(option: string, number: number, noun: string): SetupError {
  return new SetupError(option, `it has ${number} of its ${noun}`, `Give at most ${MOST}.`);
}
