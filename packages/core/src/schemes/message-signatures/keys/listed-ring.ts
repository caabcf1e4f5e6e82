/** The ring of a list of JWKs and sets of them: each key says itself which algorithm it is for. */
import { parseKeyJson } from '../../../keys/jwk.ts';
import { WrittenKey } from '../../../keys/written-key.ts';
import {
  type FoundKeys,
  isUsable,
  type KeyInfo,
  type KeyRing,
  type KeySpec,
  MAX_KEYS,
} from '../../../keys.ts';
import type { MaybePromise } from '../../../model.ts';
import type { Sliced } from '../../../pause.ts';
import { SetupError } from '../../../setup-error.ts';
import { utf8 } from '../../../text/bytes.ts';
import { isObject } from '../../../text/is-object.ts';
import {
  type KeyMembers,
  type PublishedKey,
  type ReadKey,
  readPublishedKey,
  withThumbprint,
} from './published-key.ts';
import {
  answersTo,
  foundPublished,
  namesOf,
  publishedKeyInfo,
  publishedRingKey,
  refusePublished,
} from './published-ring-key.ts';

/** A listed key, with what its spec says of its use. */
interface ListedKey {
  readonly read: ReadKey;
  readonly info: ReturnType<typeof publishedKeyInfo>;
  /** The id that the operator gives it. */
  readonly specId: string | undefined;
}

const REMEDY = 'Give the sender’s public key as a JWK or a JWKS; or, of another form, set algorithm.';

/** Which keys are taken, and by what they are named. */
interface ListedDemands {
  /** Whether by their thumbprint alone. */
  readonly byThumbprint: boolean;
  readonly keyMembers: KeyMembers | undefined;
}

/**
 * Builds the ring, a key a slice.
 * @throws SetupError for no keys, more than 16, one that is no JWK, a set that has none, two of one id.
 */
export function* listedRing(
  specs: readonly (string | KeySpec)[],
  { byThumbprint, keyMembers }: ListedDemands,
): Sliced<KeyRing> {
  if (specs.length === 0) throw new SetupError('keys', 'the gate has no keys', 'Give at least one.');
  const listed: ListedKey[] = [];
  const written: WrittenKey[] = [];
  for (const [i, spec] of specs.entries()) {
    const full = typeof spec === 'string' ? { secret: spec } : spec;
    const option = `keys[${i}].secret`;
    for (const member of membersOf(full, option)) {
      yield;
      listed.push(listedKey(member, full, { option, place: listed.length + 1, keyMembers }));
    }
    written.push(new WrittenKey(full, 'jwk'));
  }
  refuseTooMany(listed);
  const list = (): readonly KeyInfo[] => listed.map(({ info }) => ({ ...info }));
  let keys: MaybePromise<readonly PublishedKey[]> | undefined;
  const keysFor = (
    nowMs: number,
    names: readonly (string | undefined)[],
    published: readonly PublishedKey[],
  ): FoundKeys => {
    const named = names.flatMap((name) =>
      listed.flatMap(({ info, specId }, i) => {
        const key = published[i] as PublishedKey;
        const isOwn = name !== undefined && name === specId && !byThumbprint;
        const isNamed = isOwn || answersTo(key, name, byThumbprint);
        return isNamed ? [publishedRingKey(key, info, name ?? info.id)] : [];
      }),
    );
    const others = named.filter(({ info }) => !isUsable(info, nowMs));
    return {
      ...foundPublished(
        named.filter(({ info }) => isUsable(info, nowMs)),
        list,
        undefined,
      ),
      unusable: (_nowMs, id) => others.filter(({ name }) => id === undefined || name === id),
    };
  };
  return {
    list,
    find(query) {
      keys ??= allOf(listed.map(({ read }) => withThumbprint(read)));
      const names = namesOf(query);
      return keys instanceof Promise
        ? keys.then((published) => keysFor(query.nowMs, names, published))
        : keysFor(query.nowMs, names, keys);
    },
    written,
    signing: refusePublished,
  };
}

function allOf<T>(values: readonly MaybePromise<T>[]): MaybePromise<readonly T[]> {
  return values.some((value) => value instanceof Promise) ? Promise.all(values) : (values as readonly T[]);
}

function membersOf({ secret }: KeySpec, option: string): readonly unknown[] {
  const json = parseKeyJson(typeof secret === 'string' ? utf8(secret) : secret);
  if (!json) throw new SetupError(option, 'it is not the JSON of one key or of a set', REMEDY);
  if (!('keys' in json)) return [json];
  if (Array.isArray(json['keys']) && json['keys'].length > 0) return json['keys'];
  throw new SetupError(option, 'the set has no list of keys', REMEDY);
}

interface ListedPlace extends Pick<ListedDemands, 'keyMembers'> {
  readonly option: string;
  /** Counted from 1. */
  readonly place: number;
}

function listedKey(
  member: unknown,
  { id, state, fromMs, untilMs, for: purpose }: KeySpec,
  { option, place, keyMembers }: ListedPlace,
): ListedKey {
  const read = isObject(member) ? readPublishedKey(member, keyMembers) : 'it is not an object';
  if (typeof read === 'string') throw new SetupError(option, read, REMEDY);
  const starts = [fromMs, read.fromMs].filter((ms) => ms !== undefined);
  const ends = [untilMs, read.untilMs].filter((ms) => ms !== undefined);
  const info = {
    ...publishedKeyInfo(id ?? read.kid ?? `key-${place}`, read.strengthBits),
    ...(state !== undefined && { state }),
    ...(starts.length > 0 && { fromMs: Math.max(...starts) }),
    ...(ends.length > 0 && { untilMs: Math.min(...ends) }),
    ...(purpose && { for: Object.freeze({ ...purpose }) }),
  };
  return { read, info, specId: id };
}

function refuseTooMany(listed: readonly ListedKey[]): void {
  if (listed.length > MAX_KEYS) {
    const problem = `there are ${listed.length}; at most ${MAX_KEYS} are tried`;
    throw new SetupError('keys', problem, 'Take out those that are no longer in use.');
  }
  const ids = listed.map(({ info }) => info.id);
  const repeated = ids.find((id, i) => ids.indexOf(id) !== i);
  if (repeated === undefined) return;
  throw new SetupError('keys', `the id "${repeated}" occurs twice`, 'Give each key its own id.');
}
