/** The key ring of tokens under public keys: configured PEM, JWK and JWKS. */
import type { KeyWarning } from '../../keys/key-warning.ts';
import { WrittenKey } from '../../keys/written-key.ts';
import {
  checkCount,
  indexOfRepeatedId,
  isUsable,
  type KeyInfo,
  type KeySpec,
  type ListedKeys,
  MAX_KEYS,
  type RingKey,
} from '../../keys.ts';
import type { Sliced } from '../../pause.ts';
import { SetupError } from '../../setup-error.ts';
import type { PublicKeyJwtAlgorithm } from './algorithms.ts';
import type { TokenKey } from './token-key.ts';
import { leftOutText, readKeyText } from './token-key-text.ts';

/** One key, under each algorithm that it may prove. */
export interface TokenKeyEntry {
  readonly kid: string | undefined;
  readonly isPrivate: boolean;
  /** Whether its id was given. */
  readonly isNamed: boolean;
  readonly info: KeyInfo;
  /** A ring key for each algorithm, its variant being the algorithm’s place in the scheme’s list. */
  readonly ringKeys: readonly RingKey[];
}

/**
 * Builds the ring, a key a slice: some take milliseconds. A token’s `kid` leaves out keys whose JWK has another; keys without one are tried
 * for every token.
 * @param name the id of keys that have none: what requests name all of these by; default: their place
 * @throws SetupError for no keys, one that is no key or fits no algorithm, two of one id, more than 16 for an action.
 */
export function* tokenKeyRing(
  specs: readonly (string | KeySpec)[],
  algorithms: readonly PublicKeyJwtAlgorithm[],
  name?: string,
): Sliced<ListedKeys> {
  if (specs.length === 0) {
    throw new SetupError('keys', 'the gate has no keys', 'Give at least one, or jwks: { url: … }.');
  }
  const read: SpecEntries[] = [];
  for (const [i, spec] of specs.entries()) {
    if (i > 0) yield;
    read.push(yield* entriesOf(typeof spec === 'string' ? { secret: spec } : spec, algorithms, i, name));
  }
  const entries = read.flatMap((ringPart) => ringPart.entries);
  checkCount(entries.map(({ info }) => info));
  const repeated = entries[indexOfRepeatedId(entries, name)];
  if (repeated) {
    throw new SetupError('keys', `the id "${repeated.info.id}" occurs twice`, 'Give each key its own id.');
  }
  return ringOf(
    entries,
    read.map(({ written }) => written),
  );
}

function ringOf(entries: readonly TokenKeyEntry[], written: readonly WrittenKey[]): ListedKeys {
  const entriesOf = (nowMs: number, canProve: boolean): readonly TokenKeyEntry[] =>
    entries.filter(({ info }) => isUsable(info, nowMs) === canProve);
  const ring: ListedKeys = {
    list: () => entries.map(({ info }) => ({ ...info })),
    find: () => ring,
    usable: (nowMs, kid) => namedKeys(entriesOf(nowMs, true), kid),
    unusable: (nowMs, kid) => namedKeys(entriesOf(nowMs, false), kid),
    outage: undefined,
    written,
    signing(nowMs, isOfThose = () => true) {
      const entry = entriesOf(nowMs, true).find(
        ({ info, isPrivate }) => isPrivate && info.state === 'active' && isOfThose(info),
      );
      const key = entry?.ringKeys[0];
      if (key) return key;
      throw new SetupError(
        'keys',
        'no private key is active and within its validity',
        'Give a private key, and set its state to active.',
      );
    },
  };
  return ring;
}

/**
 * The ring keys of entries that a token naming that `kid` may be proved by. One that names none is tried with a bounded
 * number of keys: those that have proved the most come first.
 */
export function namedKeys(entries: readonly TokenKeyEntry[], kid: string | undefined): readonly RingKey[] {
  const keys = entries.flatMap((entry) =>
    kid === undefined || entry.kid === undefined || entry.kid === kid ? entry.ringKeys : [],
  );
  return keys.length > MAX_KEYS ? keys.sort((a, b) => b.info.hits - a.info.hits) : keys;
}

/** What is said of a key beside its text. */
export interface TokenKeyFacts extends Pick<KeySpec, 'state' | 'fromMs' | 'untilMs' | 'for'> {
  readonly id: string;
  readonly isNamed: boolean;
  /** Default none. */
  readonly warnings?: readonly KeyWarning[];
  /** Default 0. */
  readonly hits?: number;
}

/** An entry; undefined where the key fits none of the algorithms. */
export function tokenKeyEntry(
  key: TokenKey,
  spec: TokenKeyFacts,
  algorithms: readonly PublicKeyJwtAlgorithm[],
): TokenKeyEntry | undefined {
  const warnings = [...(spec.warnings ?? [])];
  const info = {
    id: spec.id,
    state: spec.state ?? 'active',
    ...(spec.fromMs !== undefined && { fromMs: spec.fromMs }),
    ...(spec.untilMs !== undefined && { untilMs: spec.untilMs }),
    ...(spec.for && { for: Object.freeze({ ...spec.for }) }),
    strengthBits: key.strengthBits,
    hits: spec.hits ?? 0,
    warnings,
  };
  const report = (warning: KeyWarning): void => {
    warnings.push(warning);
  };
  const hit = (): void => {
    info.hits++;
  };
  const ringKeys = algorithms.flatMap((algorithm, variant) =>
    key.fits(algorithm)
      ? [{ info, name: info.id, isNamed: spec.isNamed, variant, proof: key.proof(algorithm, report), hit }]
      : [],
  );
  const { kid, isPrivate } = key;
  return ringKeys.length === 0 ? undefined : { kid, isPrivate, isNamed: spec.isNamed, info, ringKeys };
}

/** What one configured text holds. */
interface SpecEntries {
  readonly entries: readonly TokenKeyEntry[];
  readonly written: WrittenKey;
}

function* entriesOf(
  spec: KeySpec,
  algorithms: readonly PublicKeyJwtAlgorithm[],
  index: number,
  name: string | undefined,
): Sliced<SpecEntries> {
  const option = `keys[${index}].secret`;
  const { readAs, keys, notes, leftOut, isSet } = yield* readKeyText(spec, option);
  const warnings: readonly KeyWarning[] = [
    ...notes,
    ...leftOut.map((member) => ({ code: 'set-member-left-out', ...member }) as const),
  ];
  const base = spec.id ?? `key-${index + 1}`;
  const ownName = spec.id === undefined ? name : undefined;
  const entries = keys.flatMap((key, i) => {
    const own = (isSet ? undefined : spec.id) ?? key.kid ?? ownName;
    const id = own ?? (isSet ? `${base}.${i + 1}` : base);
    const isNamed = key.kid !== undefined || spec.id !== undefined;
    return tokenKeyEntry(key, { ...spec, id, isNamed, warnings }, algorithms) ?? [];
  });
  if (entries.length > 0) return { entries, written: new WrittenKey(spec, readAs) };
  const names = algorithms.join(', ');
  throw new SetupError(
    option,
    isSet
      ? `the key set has no key for ${names}${leftOut.length > 0 ? ` (${leftOut.map(leftOutText).join('; ')})` : ''}`
      : `it is not a key for ${names}`,
    'Set algorithm to what the issuer signs with, or give the issuer’s key for it.',
  );
}
