/**
 * Keys that a function finds by what a request names: asked for each name once at a time, kept for a while, bounded, and
 * judged as a list’s. What a request names is the sender’s word, so names without keys are the ones that come in floods.
 */

import { andThen } from './and-then.ts';
import { memberOf } from './given.ts';
import type { KeyFinder } from './key-finder.ts';
import { checkKeySpecs } from './key-specs.ts';
import type { KeyLookupOptions } from './keys/key-hint.ts';
import { type FoundKeys, type KeyRing, type KeySpec, MAX_KEY_ID_CHARS, MAX_KEYS } from './keys.ts';
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

/** So many calls may be on their way for names whose keys have grown old. */
const MAX_CALLS_AGAIN = 256;

/** What the keys of all names may take in memory: of the largest secrets a thousand names would take a gigabyte. */
const MAX_KEPT_BYTES = 64 * 1024 * 1024;

/** Of a key besides its text, which is there as it was written and as it is used. */
const KEY_BYTES = 1024;

export interface KeyLookup extends Required<KeyLookupOptions> {
  readonly finder: KeyFinder;
  /** A ring of what was found; rejects as a list is refused. @param name what the request names the keys by */
  readonly ringOf: (specs: readonly (string | KeySpec)[], name: string | undefined) => Promise<KeyRing>;
  readonly now: () => number;
}

interface Answer {
  readonly kind: 'found' | 'none' | 'outage';
  readonly keys: FoundKeys;
  /** In memory, roughly. */
  readonly bytes: number;
}

interface Remembered extends Answer {
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
  /** Calls on their way for names that have no keys that are known of; the others are for names that have. */
  newCalls: number;
  keptBytes: number;
}

/** What finds keys: see `KeyRing`. Whatever the function does, what it comes to is keys, none, or why there are none. */
export function createLookup(lookup: KeyLookup): Pick<KeyRing, 'list' | 'find'> {
  const state: State = {
    lookup,
    kept: new Map(),
    missed: new Map(),
    pending: new Map(),
    newCalls: 0,
    keptBytes: 0,
  };
  return {
    list: () => [...state.kept.values()].flatMap(({ keys }) => keys.list()),
    find: (query) => andThen(lookup.finder.namesOf(query), findAll, state, query.nowMs),
  };
}

function findAll(
  names: readonly (string | undefined)[],
  state: State,
  nowMs: number,
): MaybePromise<FoundKeys> {
  if (names.length === 0) return withoutKeys(state.lookup.finder.none(undefined));
  if (names.length === 1) return findOne(state, names[0], nowMs);
  return Promise.all(names.map((name) => findOne(state, name, nowMs))).then(together);
}

function findOne(state: State, name: string | undefined, nowMs: number): MaybePromise<FoundKeys> {
  const { finder, maxAgeMs, now } = state.lookup;
  if (name !== undefined && name.length > MAX_KEY_ID_CHARS) return withoutKeys(finder.none(name));
  const kept = state.kept.get(name);
  if (kept && isYounger(kept, nowMs, maxAgeMs)) {
    keep(state, name, kept);
    return kept.keys;
  }
  const missed = state.missed.get(name);
  if (missed && isYounger(missed, nowMs, MISS_MS)) return missed.keys;
  const pending = state.pending.get(name);
  if (pending) return pending;
  // A flood of new names leaves the known ones their calls.
  const isNew = kept === undefined;
  const calls = isNew ? state.newCalls : state.pending.size - state.newCalls;
  const most = isNew ? MAX_CALLS : MAX_CALLS_AGAIN;
  const whose = isNew ? 'new names' : 'names whose keys have grown old';
  if (calls >= most)
    return busy(finder, `${most} calls of the ${finder.what} of keys are on their way`, whose);
  if (isNew && finder.misses?.take(now()) === false)
    return busy(finder, `the ${finder.what} of keys was asked for too many names that have none`, whose);
  const asked = ask(state, name, nowMs, isNew);
  state.pending.set(name, asked);
  return asked;
}

/** Nobody waits for room: that would hold requests for the one who floods. */
function busy({ what }: KeyFinder, problem: string, whose: string): FoundKeys {
  return unavailable(
    `${problem}, and no more are made for ${whose}`,
    `Look for a flood of requests that name unknown keys, or make the ${what} of keys faster; the sender should retry.`,
  ).keys;
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
    const answer = await answerOf(state.lookup, name);
    if (isNew && answer.kind === 'found') state.lookup.finder.misses?.giveBack();
    remember(state, name, answer, nowMs);
    return answer.keys;
  } finally {
    if (isNew) state.newCalls--;
    state.pending.delete(name);
  }
}

/** @param askedMs what is found is as old as its question. */
function remember(state: State, name: string | undefined, answer: Answer, askedMs: number): void {
  state.missed.delete(name);
  if (answer.kind === 'found') {
    keep(state, name, { ...answer, sinceMs: askedMs });
    return;
  }
  // None any more: they were taken away.
  if (answer.kind === 'none') forget(state, name);
  state.missed.set(name, { ...answer, sinceMs: state.lookup.now() });
  for (const [first] of state.missed) {
    if (state.missed.size <= MAX_MISSES) return;
    state.missed.delete(first);
  }
}

function keep(state: State, name: string | undefined, remembered: Remembered): void {
  forget(state, name);
  state.kept.set(name, remembered);
  state.keptBytes += remembered.bytes;
  for (const [first] of state.kept) {
    if (state.kept.size <= state.lookup.maxNames && state.keptBytes <= MAX_KEPT_BYTES) return;
    forget(state, first);
  }
}

function forget(state: State, name: string | undefined): void {
  state.keptBytes -= state.kept.get(name)?.bytes ?? 0;
  state.kept.delete(name);
}

const LATE = Symbol('late');

async function answerOf(lookup: KeyLookup, name: string | undefined): Promise<Answer> {
  const { finder, timeoutMs } = lookup;
  const { what } = finder;
  let answer: unknown;
  try {
    answer = await within(timeoutMs, () => finder.ask(name));
  } catch (error) {
    if (error instanceof SetupError) return notTaken(what, error);
    return unavailable(`the ${what} of keys failed${kindOf(error)}`, LOOK_AT_IT);
  }
  if (answer === LATE) {
    return unavailable(`the ${what} of keys did not answer within ${duration(timeoutMs)}`, LOOK_AT_IT);
  }
  try {
    return await judgedKeys(lookup, name, answer);
  } catch (error) {
    if (!(error instanceof SetupError)) {
      return unavailable(`the ${what} of keys returned what cannot be read`, finder.asList);
    }
    return notTaken(what, error);
  }
}

function notTaken(what: KeyFinder['what'], { option, problem, remedy }: SetupError): Answer {
  return unavailable(`what the ${what} of keys returned is not taken: ${option}: ${problem}`, remedy);
}

const LOOK_AT_IT =
  'Look at what it reads the keys from; it is asked again in a moment, and the sender should retry.';

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
  { finder, ringOf }: KeyLookup,
  name: string | undefined,
  answer: unknown,
): Promise<Answer> {
  const read = finder.read(answer);
  if (typeof read === 'string') return unavailable(`the ${finder.what} of keys ${read}`, finder.asList);
  const { specs: answered, tenant } = read;
  if (answered.length === 0) return { kind: 'none', keys: withoutKeys(finder.none(name)), bytes: 0 };
  // Of keys that are bound to actions there may be more: so many are tried for each.
  if (answered.length > MAX_KEYS && !answered.some((key) => memberOf(key, 'for') !== undefined)) {
    return unavailable(
      `the ${finder.what} of keys returned ${counted(answered.length, 'key')}; at most ${MAX_KEYS} are tried`,
      'Have it return those alone that the sender may use.',
    );
  }
  const specs: readonly unknown[] = [...answered];
  checkKeySpecs(specs);
  const ringName = finder.ringName(name);
  const ring = await ringOf(specs, ringName);
  const keys = await ring.find({ nowMs: 0, namedKeyId: ringName, keyHints: [] });
  return { kind: 'found', keys: tenant === undefined ? keys : { ...keys, tenant }, bytes: bytesOf(specs) };
}

function bytesOf(specs: readonly (string | KeySpec)[]): number {
  return specs.reduce(
    (sum, spec) => sum + KEY_BYTES + 2 * (typeof spec === 'string' ? spec : spec.secret).length,
    0,
  );
}

/** The kind of an error in a word of a program. Its message may hold an address with a password in it. */
function kindOf(error: unknown): string {
  const kind = [memberOf(error, 'code'), memberOf(error, 'name')].find(
    (word) => typeof word === 'string' && /^\w{1,40}$/.test(word),
  );
  return kind === undefined ? '' : ` (${kind as string})`;
}

function unavailable(message: string, remedy: string): Answer {
  return { kind: 'outage', keys: withoutKeys(objection('keys-unavailable', message, remedy)), bytes: 0 };
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
