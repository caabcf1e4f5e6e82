/** Keys from a JWKS address: fetched on first need, cached, refreshed on an unknown `kid`, the last good set kept for a time. */
import type { KeyWarning } from '../../keys/key-warning.ts';
import type { FoundKeys, KeyInfo, KeyQuery, KeyRing } from '../../keys.ts';
import type { MaybePromise } from '../../model.ts';
import { objection } from '../../objection.ts';
import type { KeyContext } from '../../scheme.ts';
import { shownUrl } from '../../text/shown-url.ts';
import { refuseToSign } from '../refuse-to-sign.ts';
import type { PublicKeyJwtAlgorithm } from './algorithms.ts';
import { fetchKeySet } from './fetch-key-set.ts';
import type { KeySetUrl } from './key-set-url.ts';
import type { TokenKey } from './token-key.ts';
import { namedKeys, type TokenKeyEntry, tokenKeyEntry } from './token-key-ring.ts';
import { leftOutText } from './token-key-text.ts';

/** What is known of the set at an address. */
interface KeySetState {
  readonly source: KeySetUrl;
  readonly algorithms: readonly PublicKeyJwtAlgorithm[];
  readonly context: KeyContext;
  /** Those of the last good set; undefined where there is none. */
  entries: readonly TokenKeyEntry[] | undefined;
  /** When the last good set was asked for. */
  goodMs: number;
  /** When a set was asked for last. */
  triedMs: number | undefined;
  pending: Promise<void> | undefined;
  /** Why there is no newer set, or no key in it. */
  failure: string | undefined;
  /** Whether it was said that the issuer publishes private halves. */
  hasToldOfPrivateHalves: boolean;
}

/**
 * Builds the ring. While the source is down the last good set is used, until `maxOutageMs` have passed; where there is
 * none, what it finds says why. A set that comes replaces the last one, whatever it lists.
 * @see RFC 7517 §5 for sets
 */
export function createKeySetRing(
  source: KeySetUrl,
  algorithms: readonly PublicKeyJwtAlgorithm[],
  context: KeyContext,
): KeyRing {
  const state: KeySetState = {
    source,
    algorithms,
    context,
    entries: undefined,
    goodMs: 0,
    triedMs: undefined,
    pending: undefined,
    failure: undefined,
    hasToldOfPrivateHalves: false,
  };
  return {
    list: () => listOf(state),
    find: (query) => find(state, query),
    written: [],
    signing: () => refuseToSign('a JWKS address'),
  };
}

function find(state: KeySetState, { nowMs, namedKeyId }: KeyQuery): MaybePromise<FoundKeys> {
  forgetIfOld(state, nowMs);
  const { maxAgeMs } = state.source;
  const isKnown = namedKeys(state.entries ?? [], namedKeyId).length > 0;
  const ageMs = Math.abs(nowMs - state.goodMs);
  if (isKnown && ageMs < maxAgeMs) return keysNow(state);
  const refreshed = refresh(state, nowMs);
  // A set that is a little old, or whose source is down, is used meanwhile: a slow source must not slow requests.
  const isUsable = isKnown && (ageMs < 2 * maxAgeMs || state.failure !== undefined);
  return isUsable || !refreshed ? keysNow(state) : refreshed.then(() => keysNow(state));
}

/** A source that has been down for long may have revoked what it listed. */
function forgetIfOld(state: KeySetState, nowMs: number): void {
  const { maxAgeMs, maxOutageMs } = state.source;
  const isDown = state.failure !== undefined;
  if (isDown && Math.abs(nowMs - state.goodMs) >= maxAgeMs + maxOutageMs) state.entries = undefined;
}

/** At most one fetch at a time, and one for each cooldown. Undefined where none may be made now. */
function refresh(state: KeySetState, nowMs: number): Promise<void> | undefined {
  const { pending, triedMs, source } = state;
  if (pending) return pending;
  if (triedMs !== undefined && Math.abs(nowMs - triedMs) < source.cooldownMs) return undefined;
  state.triedMs = nowMs;
  state.pending = load(state, nowMs).finally(() => {
    state.pending = undefined;
  });
  return state.pending;
}

async function load(state: KeySetState, nowMs: number): Promise<void> {
  const { source, algorithms, context } = state;
  const { url, timeoutMs, maxBytes } = source;
  const shown = shownUrl(url);
  const set = await fetchKeySet({ url, fetch: context.fetch, timeoutMs, maxBytes });
  if (typeof set === 'string') {
    state.failure = set;
    forgetIfOld(state, nowMs);
    const kept = state.entries ? 'The last good one is kept.' : 'No token can be judged.';
    context.report(`The key set of ${shown} could not be refreshed: ${set}. ${kept}`);
    return;
  }
  for (const member of set.leftOut) context.report(`${shown}: ${leftOutText(member)}.`);
  reportPrivateHalves(state, set.withPrivateHalf);
  state.goodMs = nowMs;
  const entries = entriesOf(state, set.keys);
  // An issuer that lists none of its keys any more has revoked them: the old ones are not kept.
  state.entries = entries.length > 0 ? entries : undefined;
  state.failure = state.entries ? undefined : `it has no key for ${algorithms.join(', ')}`;
  if (state.failure === undefined) return;
  context.report(`The key set of ${shown} is taken: ${state.failure}. No token can be judged.`);
}

/** Once: who publishes them publishes them with every set. */
function reportPrivateHalves(state: KeySetState, places: readonly number[]): void {
  if (places.length === 0 || state.hasToldOfPrivateHalves) return;
  state.hasToldOfPrivateHalves = true;
  state.context.report(
    `${shownUrl(state.source.url)}: the set holds the private halves of its keys ${places.join(', ')}: whoever has read it can sign tokens. Have the issuer replace these keys.`,
  );
}

/** A key that was there before keeps its hits. */
function entriesOf(state: KeySetState, keys: readonly TokenKey[]): readonly TokenKeyEntry[] {
  const entryById = new Map(state.entries?.map((entry) => [entry.info.id, entry]));
  return keys.flatMap((key, i) => {
    const id = key.kid ?? `key-${i + 1}`;
    const hits = entryById.get(id)?.info.hits ?? 0;
    return tokenKeyEntry(key, { id, isNamed: key.kid !== undefined, hits }, state.algorithms) ?? [];
  });
}

/** The keys of one request, which stay as they are whatever is fetched meanwhile. */
function keysNow({ entries, failure }: KeySetState): FoundKeys {
  return {
    list: () => (entries ? listOf({ entries, failure }) : []),
    usable: (_nowMs, kid) => namedKeys(entries ?? [], kid),
    unusable: () => [],
    outage: entries
      ? undefined
      : objection('keys-unavailable', `the key set cannot be used: ${failure ?? 'it is being fetched'}`),
  };
}

/** Before there is a set, one line stands for it, so that an operator sees its state. */
function listOf({ entries, failure }: Pick<KeySetState, 'entries' | 'failure'>): readonly KeyInfo[] {
  const warnings: readonly KeyWarning[] =
    failure === undefined ? [] : [{ code: 'set-not-refreshed', fault: failure }];
  if (!entries) return [{ id: 'jwks', state: 'active', hits: 0, warnings }];
  return entries.map(({ info }) => ({ ...info, warnings: [...info.warnings, ...warnings] }));
}
