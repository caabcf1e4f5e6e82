/** Keys from a JWKS address: fetched on first need, cached, refreshed on an unknown `kid`, the last good set kept for a time. */
import { HOUR, MINUTE, SECOND } from '../../freshness.ts';
import type { KeyWarning } from '../../keys/key-warning.ts';
import type { FoundKeys, KeyInfo, KeyRing } from '../../keys.ts';
import { objection } from '../../objection.ts';
import type { OptionReader } from '../../options.ts';
import type { KeyContext } from '../../scheme.ts';
import { SetupError } from '../../setup-error.ts';
import type { PublicKeyJwtAlgorithm } from './algorithms.ts';
import { fetchKeySet } from './fetch-key-set.ts';
import type { TokenKey } from './token-key.ts';
import { namedKeys, type TokenKeyEntry, tokenKeyEntry } from './token-key-ring.ts';
import { leftOutText } from './token-key-text.ts';

export interface KeySetUrl {
  readonly url: string;
  /** How long a set is used before it is fetched again. Default 600,000 ms. */
  readonly maxAgeMs: number;
  /** The least time between two fetches, whatever asks for them. Default 30,000 ms. */
  readonly cooldownMs: number;
  /** How long one fetch may take, its body included. Default 5,000 ms. */
  readonly timeoutMs: number;
  /** Default 65,536. */
  readonly maxBytes: number;
  /** How long past `maxAgeMs` the last good set is believed while none can be fetched. Default 24 h. */
  readonly maxOutageMs: number;
}

const DEFAULTS: Omit<KeySetUrl, 'url'> = {
  maxAgeMs: 10 * MINUTE,
  cooldownMs: 30 * SECOND,
  timeoutMs: 5 * SECOND,
  maxBytes: 64 * 1024,
  maxOutageMs: 24 * HOUR,
};

type Bound = { readonly least: number; readonly most: number };

/** Outside these bounds a set would be fetched for every request, never again, or not at all. */
export const KEY_SET_BOUNDS: Readonly<Record<Exclude<keyof KeySetUrl, 'url'>, Bound>> = {
  maxAgeMs: { least: SECOND, most: 24 * HOUR },
  cooldownMs: { least: SECOND, most: HOUR },
  timeoutMs: { least: 10, most: MINUTE },
  maxBytes: { least: 256, most: 16 * 1024 * 1024 },
  maxOutageMs: { least: 0, most: 30 * 24 * HOUR },
};

/**
 * Reads the option `jwks`: an address, or `{ url, maxAgeMs, cooldownMs, timeoutMs, maxBytes, maxOutageMs }`.
 * @throws SetupError where the address is not https, except on this machine.
 */
export function readKeySetUrl(options: OptionReader): KeySetUrl | undefined {
  const raw = options.raw('jwks');
  if (raw === undefined) return undefined;
  if (typeof raw === 'string') return keySetUrl(raw, options.path('jwks'));
  const reader = options.object('jwks') as OptionReader;
  const url = reader.text('url');
  if (url === undefined) {
    throw new SetupError(reader.path('url'), 'it is not given', 'Give the address of the issuer’s JWKS.');
  }
  const set = {
    ...keySetUrl(url, reader.path('url')),
    ...Object.assign({}, ...BOUNDED.map((name) => memberIfGiven(name, readBounded(reader, name)))),
  };
  reader.end();
  return set;
}

const BOUNDED = Object.keys(KEY_SET_BOUNDS) as readonly (keyof typeof KEY_SET_BOUNDS)[];

function readBounded(reader: OptionReader, name: keyof typeof KEY_SET_BOUNDS): number | undefined {
  const { least, most } = KEY_SET_BOUNDS[name];
  const value = name === 'maxBytes' ? reader.integer(name) : reader.milliseconds(name);
  if (value === undefined || (value >= least && value <= most)) return value;
  throw new SetupError(
    reader.path(name),
    `${value} is not taken`,
    `Give ${least} to ${most}, or leave it out: ${DEFAULTS[name]}.`,
  );
}

function memberIfGiven(name: string, value: number | undefined): { readonly [name: string]: number } {
  return value === undefined ? {} : { [name]: value };
}

/** A set at that address with every default. @throws SetupError where the address is not https, except on this machine. */
export function keySetUrl(text: string, option: string): KeySetUrl {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLoopback = url !== undefined && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (url?.protocol !== 'https:' && !(url?.protocol === 'http:' && isLoopback)) {
    throw new SetupError(
      option,
      'the address is not https: who is on the way could put in keys of their own',
      'Give an https address; http is taken for this machine only.',
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new SetupError(option, 'the address holds credentials', 'Leave them out: a JWKS is public.');
  }
  return { url: url.href, ...DEFAULTS };
}

/**
 * Builds the ring. While the source is down the last good set is used, until `maxOutageMs` have passed; where there is
 * none, what it finds says why. A set that comes replaces the last one, whatever it lists.
 * @see RFC 7517 §5 for sets
 */
export function createKeySetRing(
  { url, maxAgeMs, cooldownMs, timeoutMs, maxBytes, maxOutageMs }: KeySetUrl,
  algorithms: readonly PublicKeyJwtAlgorithm[],
  { fetch, report }: KeyContext,
): KeyRing {
  let entries: readonly TokenKeyEntry[] | undefined;
  let goodMs = 0;
  let triedMs: number | undefined;
  let pending: Promise<void> | undefined;
  let failure: string | undefined;

  async function load(nowMs: number): Promise<void> {
    const set = await fetchKeySet({ url, fetch, timeoutMs, maxBytes });
    if (typeof set === 'string') {
      failure = set;
      forgetIfOld(nowMs);
      const kept = entries ? 'The last good one is kept.' : 'No token can be judged.';
      report(`The key set of ${url} could not be refreshed: ${set}. ${kept}`);
      return;
    }
    for (const member of set.leftOut) report(`${url}: ${leftOutText(member)}.`);
    goodMs = nowMs;
    const newEntries = entriesOf(set.keys);
    // An issuer that lists none of its keys any more has revoked them: the old ones are not kept.
    entries = newEntries.length > 0 ? newEntries : undefined;
    failure = entries ? undefined : `it has no key for ${algorithms.join(', ')}`;
    if (failure !== undefined) report(`The key set of ${url} is taken: ${failure}. No token can be judged.`);
  }

  /** A source that has been down for long may have revoked what it listed. */
  function forgetIfOld(nowMs: number): void {
    if (failure !== undefined && Math.abs(nowMs - goodMs) >= maxAgeMs + maxOutageMs) entries = undefined;
  }

  function entriesOf(keys: readonly TokenKey[]): readonly TokenKeyEntry[] {
    const entryById = new Map(entries?.map((entry) => [entry.info.id, entry]));
    return keys.flatMap((key, i) => {
      const id = key.kid ?? `key-${i + 1}`;
      const hits = entryById.get(id)?.info.hits ?? 0;
      return tokenKeyEntry(key, { id, isNamed: key.kid !== undefined, hits }, algorithms) ?? [];
    });
  }

  /** At most one fetch at a time, and one for each cooldown. Undefined where none may be made now. */
  function refresh(nowMs: number): Promise<void> | undefined {
    if (pending) return pending;
    if (triedMs !== undefined && Math.abs(nowMs - triedMs) < cooldownMs) return undefined;
    triedMs = nowMs;
    pending = load(nowMs).finally(() => {
      pending = undefined;
    });
    return pending;
  }

  const currentKeys = (): FoundKeys => foundKeys(entries, failure);
  return {
    list: () => listOf(entries, failure),
    find({ nowMs, namedKeyId }) {
      forgetIfOld(nowMs);
      const isKnown = namedKeys(entries ?? [], namedKeyId).length > 0;
      const ageMs = Math.abs(nowMs - goodMs);
      if (isKnown && ageMs < maxAgeMs) return currentKeys();
      const refreshed = refresh(nowMs);
      // A set that is a little old, or whose source is down, is used meanwhile: a slow source must not slow requests.
      const isUsable = isKnown && (ageMs < 2 * maxAgeMs || failure !== undefined);
      return isUsable || !refreshed ? currentKeys() : refreshed.then(currentKeys);
    },
    written: [],
    signing() {
      throw new SetupError(
        'keys',
        'the keys of a JWKS address are public',
        'To sign, make a gate of the private key.',
      );
    },
  };
}

function foundKeys(entries: readonly TokenKeyEntry[] | undefined, failure: string | undefined): FoundKeys {
  return {
    list: () => (entries ? listOf(entries, failure) : []),
    usable: (_nowMs, kid) => namedKeys(entries ?? [], kid),
    unusable: () => [],
    outage: entries
      ? undefined
      : objection('keys-unavailable', `the key set cannot be used: ${failure ?? 'it is being fetched'}`),
  };
}

/** Before there is a set, one line stands for it, so that an operator sees its state. */
function listOf(
  entries: readonly TokenKeyEntry[] | undefined,
  failure: string | undefined,
): readonly KeyInfo[] {
  const warnings: readonly KeyWarning[] =
    failure === undefined ? [] : [{ code: 'set-not-refreshed', fault: failure }];
  if (!entries) return [{ id: 'jwks', state: 'active', hits: 0, warnings }];
  return entries.map(({ info }) => ({ ...info, warnings: [...info.warnings, ...warnings] }));
}
