/** The keys at one address: fetched on first need, kept, fetched again for a key that is not among them, kept through outages. */
import type { MaybePromise } from '../../../model.ts';
import { shownUrl } from '../../../text/shown-url.ts';
import { type DirectoryContext, fetchKeyDocument, type KeyDocumentSource } from './fetch-key-document.ts';
import type { PublishedKey } from './published-key.ts';

export interface DirectoryKeys {
  /** Undefined where they were never had, or not for too long. */
  readonly keys: readonly PublishedKey[] | undefined;
  /** Why there are none, or no newer ones. */
  readonly failure: string | undefined;
}

export interface KeyDirectory {
  /** What is at hand. */
  now(): DirectoryKeys;
  /** Whether to find that key is to ask its publisher anew. */
  wouldFetch(nowMs: number, isWanted: (key: PublishedKey) => boolean): boolean;
  /** The keys for one request. @param isWanted whether a key is one that the request names */
  find(nowMs: number, isWanted: (key: PublishedKey) => boolean): MaybePromise<DirectoryKeys>;
}

interface DirectoryState {
  readonly source: KeyDocumentSource;
  readonly context: DirectoryContext;
  keys: readonly PublishedKey[] | undefined;
  /** When the last good document was asked for. */
  goodMs: number;
  /** When one was asked for last. */
  triedMs: number | undefined;
  pending: Promise<void> | undefined;
  failure: string | undefined;
}

export function createKeyDirectory(source: KeyDocumentSource, context: DirectoryContext): KeyDirectory {
  const state: DirectoryState = {
    source,
    context,
    keys: undefined,
    goodMs: 0,
    triedMs: undefined,
    pending: undefined,
    failure: undefined,
  };
  return {
    now: () => keysNow(state),
    wouldFetch: (nowMs, isWanted) =>
      !isFresh(state, nowMs, isWanted) && state.pending === undefined && isDue(state, nowMs),
    find: (nowMs, isWanted) => find(state, nowMs, isWanted),
  };
}

function isFresh(
  { keys, goodMs, source }: DirectoryState,
  nowMs: number,
  isWanted: (key: PublishedKey) => boolean,
): boolean {
  return keys?.some(isWanted) === true && Math.abs(nowMs - goodMs) < source.maxAgeMs;
}

function find(
  state: DirectoryState,
  nowMs: number,
  isWanted: (key: PublishedKey) => boolean,
): MaybePromise<DirectoryKeys> {
  forgetIfOld(state, nowMs);
  if (isFresh(state, nowMs, isWanted)) return keysNow(state);
  const isUsable =
    state.keys?.some(isWanted) === true &&
    (Math.abs(nowMs - state.goodMs) < 2 * state.source.maxAgeMs || state.failure !== undefined);
  const refreshed = refresh(state, nowMs);
  // What is a little old, or whose publisher is down, is used meanwhile: a slow publisher must not slow requests.
  return isUsable || !refreshed ? keysNow(state) : refreshed.then(() => keysNow(state));
}

/** A publisher that has been down for long may have revoked what it listed. */
function forgetIfOld(state: DirectoryState, nowMs: number): void {
  const { maxAgeMs, maxOutageMs } = state.source;
  const isDown = state.failure !== undefined;
  if (isDown && Math.abs(nowMs - state.goodMs) >= maxAgeMs + maxOutageMs) state.keys = undefined;
}

/** One fetch for each cooldown, whatever asks for it. */
function isDue({ triedMs, source }: DirectoryState, nowMs: number): boolean {
  return triedMs === undefined || Math.abs(nowMs - triedMs) >= source.cooldownMs;
}

/** At most one fetch at a time, and one for each cooldown. Undefined where none may be made now. */
function refresh(state: DirectoryState, nowMs: number): Promise<void> | undefined {
  if (state.pending) return state.pending;
  if (!isDue(state, nowMs)) return undefined;
  state.triedMs = nowMs;
  state.pending = load(state, nowMs).finally(() => {
    state.pending = undefined;
  });
  return state.pending;
}

/** Whoever signs as an agent of his own writes the document, and each is a line of the log. */
const MAX_TOLD = 3;

async function load(state: DirectoryState, nowMs: number): Promise<void> {
  const { source, context } = state;
  const { url } = source;
  const document = await fetchKeyDocument(source, context);
  if (typeof document === 'string') {
    // That it cannot be read says nothing of the keys that it had: they stay.
    state.failure = document;
    forgetIfOld(state, nowMs);
    context.report(`The keys at ${shownUrl(url)} could not be read: ${document}.`);
    return;
  }
  for (const problem of document.leftOut.slice(0, MAX_TOLD)) context.report(`${shownUrl(url)}: ${problem}.`);
  const untold = document.leftOut.length - MAX_TOLD;
  if (untold > 0) context.report(`${shownUrl(url)}: ${untold} more are left out.`);
  state.goodMs = nowMs;
  // A document without keys has taken them all back.
  state.keys = document.keys;
  state.failure = undefined;
}

function keysNow({ keys, failure }: DirectoryState): DirectoryKeys {
  return { keys, failure };
}
