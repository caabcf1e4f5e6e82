/**
 * Keys that a function finds by what a request names: asked for each name once at a time, kept for a while, bounded, and
 * judged as a list’s. What a request names is the sender’s word, so names without keys are the ones that come in floods.
 */
import { describeGiven, isArray, memberOf } from './given.ts';
import { checkKeySpecs } from './key-specs.ts';
import type { KeyFunction, KeyHint, KeyLookupOptions } from './keys/key-hint.ts';
import { type FoundKeys, type KeyQuery, type KeyRing, type KeySpec, MAX_KEYS } from './keys.ts';
import type { MaybePromise } from './model.ts';
import { objection } from './objection.ts';
import { SetupError } from './setup-error.ts';
import { counted, duration } from './text/amounts.ts';

/** How long it is remembered that a name has no keys, or that they could not be had. */
const MISS_MS = 2000;

/** So many names without keys are remembered. */
const MAX_MISSES = 1000;

/** So many calls may be on their way for names that have had no keys yet. */
const MAX_CALLS = 32;

/** A longer id is nobody’s. */
const MAX_KEY_ID_CHARS = 256;

export interface KeyLookup extends Required<KeyLookupOptions>, Pick<KeyHint, 'gate' | 'provider'> {
  readonly find: KeyFunction;
  /** A ring of what was found; rejects as a list is refused. @param name what the request names the keys by */
  readonly ringOf: (specs: readonly (string | KeySpec)[], name: string | undefined) => Promise<KeyRing>;
  readonly now: () => number;
}

interface Remembered {
  readonly keys: FoundKeys;
  readonly sinceMs: number;
}

type ByName<T> = Map<string | undefined, T>;

/** What is known of each name. A name that has keys is kept apart from those that have none, which could crowd it out. */
interface State {
  readonly lookup: KeyLookup;
  /** The one that was asked for the longest ago comes first. */
  readonly kept: ByName<Remembered>;
  readonly missed: ByName<Remembered>;
  readonly pending: ByName<Promise<FoundKeys>>;
  /** Calls on their way for names that have no keys that are known of. */
  newCalls: number;
}

const NO_KEYS: FoundKeys = withoutKeys(undefined);

const BUSY: FoundKeys = unavailable(
  `${MAX_CALLS} calls of the function of keys are on their way, and no more are made for new names`,
  'Look for a flood of requests that name unknown keys, or make the function faster; the sender should retry.',
);

/** What finds keys: see `KeyRing`. Whatever the function does, what it comes to is keys, none, or why there are none. */
export function createLookup(lookup: KeyLookup): Pick<KeyRing, 'list' | 'find'> {
  const state: State = { lookup, kept: new Map(), missed: new Map(), pending: new Map(), newCalls: 0 };
  return {
    list: () => [...state.kept.values()].flatMap(({ keys }) => keys.list()),
    find: (query) => findAll(state, query),
  };
}

function findAll(state: State, { nowMs, namedKeyId, keyHints }: KeyQuery): MaybePromise<FoundKeys> {
  const names = keyHints.length > 0 ? [...new Set(keyHints)] : [namedKeyId];
  if (names.length === 1) return findOne(state, names[0], nowMs);
  return Promise.all(names.map((hint) => findOne(state, hint, nowMs))).then(together);
}

function findOne(state: State, name: string | undefined, nowMs: number): MaybePromise<FoundKeys> {
  if (name !== undefined && name.length > MAX_KEY_ID_CHARS) return NO_KEYS;
  const kept = state.kept.get(name);
  if (kept && isYounger(kept, nowMs, state.lookup.maxAgeMs)) {
    keep(state, name, kept);
    return kept.keys;
  }
  const missed = state.missed.get(name);
  if (missed && isYounger(missed, nowMs, MISS_MS)) return missed.keys;
  const pending = state.pending.get(name);
  if (pending) return pending;
  // A flood of new names leaves the known ones their calls.
  const isNew = kept === undefined;
  if (isNew && state.newCalls >= MAX_CALLS) return BUSY;
  const asked = ask(state, name, nowMs, isNew);
  state.pending.set(name, asked);
  return asked;
}

function isYounger({ sinceMs }: Remembered, nowMs: number, ageMs: number): boolean {
  return Math.abs(nowMs - sinceMs) < ageMs;
}

async function ask(
  state: State,
  name: string | undefined,
  nowMs: number,
  isNew: boolean,
): Promise<FoundKeys> {
  if (isNew) state.newCalls++;
  try {
    const keys = await answerOf(state.lookup, name);
    remember(state, name, keys, nowMs);
    return keys;
  } finally {
    if (isNew) state.newCalls--;
    state.pending.delete(name);
  }
}

/** @param askedMs what is found is as old as its question. */
function remember(state: State, name: string | undefined, keys: FoundKeys, askedMs: number): void {
  if (keys !== NO_KEYS && !keys.outage) {
    state.missed.delete(name);
    keep(state, name, { keys, sinceMs: askedMs });
    return;
  }
  // None any more: they were taken away.
  if (!keys.outage) state.kept.delete(name);
  state.missed.delete(name);
  state.missed.set(name, { keys, sinceMs: state.lookup.now() });
  dropFirst(state.missed, MAX_MISSES);
}

function keep(state: State, name: string | undefined, remembered: Remembered): void {
  state.kept.delete(name);
  state.kept.set(name, remembered);
  dropFirst(state.kept, state.lookup.maxNames);
}

function dropFirst<T>(names: ByName<T>, most: number): void {
  for (const [first] of names) {
    if (names.size <= most) return;
    names.delete(first);
  }
}

const LATE = Symbol('late');

async function answerOf(lookup: KeyLookup, keyId: string | undefined): Promise<FoundKeys> {
  const { find, gate, provider, timeoutMs } = lookup;
  const hint: KeyHint = Object.freeze({ gate, provider, keyId });
  let answer: unknown;
  try {
    answer = await within(timeoutMs, () => find(hint));
  } catch (error) {
    return unavailable(`the function of keys failed${kindOf(error)}`, LOOK_AT_IT);
  }
  if (answer === LATE) {
    return unavailable(`the function of keys did not answer within ${duration(timeoutMs)}`, LOOK_AT_IT);
  }
  try {
    return await judgedKeys(lookup, keyId, answer);
  } catch (error) {
    if (!(error instanceof SetupError)) {
      return unavailable('the function of keys returned what cannot be read', AS_A_LIST);
    }
    const { option, problem, remedy } = error;
    return unavailable(`what the function of keys returned is not taken: ${option}: ${problem}`, remedy);
  }
}

const LOOK_AT_IT =
  'Look at what it reads the keys from; it is asked again in a moment, and the sender should retry.';

const AS_A_LIST =
  'Have it return a list of keys, as the gate’s option keys takes it: an empty one where there is none.';

/** What the function came to, or `LATE`. What comes later is nobody’s. */
function within(timeoutMs: number, act: () => unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(LATE), timeoutMs);
    Promise.resolve()
      .then(act)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}

/** @throws SetupError for what a list of keys is refused for, and whatever reading it throws. */
async function judgedKeys(
  { ringOf }: KeyLookup,
  keyId: string | undefined,
  answer: unknown,
): Promise<FoundKeys> {
  if (!isArray(answer)) {
    return unavailable(`the function of keys returned ${describeGiven(answer)}`, AS_A_LIST);
  }
  if (answer.length === 0) return NO_KEYS;
  // Of keys that are bound to actions there may be more: so many are tried for each.
  if (answer.length > MAX_KEYS && !answer.some((key) => memberOf(key, 'for') !== undefined)) {
    return unavailable(
      `the function of keys returned ${counted(answer.length, 'key')}; at most ${MAX_KEYS} are tried`,
      'Have it return those alone that the sender may use.',
    );
  }
  const specs: readonly unknown[] = [...answer];
  checkKeySpecs(specs);
  const ring = await ringOf(specs, keyId);
  return ring.find({ nowMs: 0, namedKeyId: keyId, keyHints: [] });
}

/** The kind of an error in a word of a program. Its message may hold an address with a password in it. */
function kindOf(error: unknown): string {
  const kind = [memberOf(error, 'code'), memberOf(error, 'name')].find(
    (word) => typeof word === 'string' && /^\w{1,40}$/.test(word),
  );
  return kind === undefined ? '' : ` (${kind as string})`;
}

function unavailable(message: string, remedy: string): FoundKeys {
  return withoutKeys(objection('keys-unavailable', message, remedy));
}

function withoutKeys(outage: FoundKeys['outage']): FoundKeys {
  return { list: () => [], usable: () => [], unusable: () => [], outage };
}

/** The keys of a request that names several. */
function together(all: readonly FoundKeys[]): FoundKeys {
  return {
    list: () => all.flatMap((keys) => keys.list()),
    usable: (nowMs, id) => all.flatMap((keys) => keys.usable(nowMs, id)),
    unusable: (nowMs, id) => all.flatMap((keys) => keys.unusable(nowMs, id)),
    outage: all.find(({ outage }) => outage)?.outage,
  };
}
