/** Keys that a gate has in place of certificates: each proves by every algorithm. */
import type { PublicKeyForm } from '../../keys/key-form.ts';
import { type KeySpec, keyRing, type ListedKeys, type RingKey } from '../../keys.ts';
import type { Sliced } from '../../pause.ts';

/**
 * The ring of keys of which each is read once for each form.
 * @param name as `keyRing` has it
 * @throws SetupError as `keyRing` does
 */
export function* everyAlgorithmRing(
  specs: readonly (string | KeySpec)[],
  forms: readonly PublicKeyForm[],
  name: string | undefined,
): Sliced<ListedKeys> {
  const rings: ListedKeys[] = [];
  for (const form of forms) rings.push(yield* keyRing(specs, [form], name));
  const [first, ...others] = rings as [ListedKeys, ...ListedKeys[]];
  if (others.length === 0) return first;
  const counted = countedIn(first, rings);
  const all = (keysOf: (ring: ListedKeys) => readonly RingKey[]): readonly RingKey[] =>
    rings.flatMap(keysOf).map((key) => counted.get(key) as RingKey);
  const ring: ListedKeys = {
    ...first,
    find: () => ring,
    usable: (nowMs) => all((each) => each.usable(nowMs)),
    unusable: (nowMs) => all((each) => each.unusable(nowMs)),
  };
  return ring;
}

/** Each ring has the same keys in the same order, of which several may share an id: hits are counted once, in the ring that is shown. */
function countedIn(shown: ListedKeys, rings: readonly ListedKeys[]): ReadonlyMap<RingKey, RingKey> {
  const own = everyKey(shown);
  return new Map(
    rings.flatMap((ring) =>
      everyKey(ring).map((key, i) => {
        const { info, hit } = own[i] as RingKey;
        return [key, { ...key, info, hit }] as const;
      }),
    ),
  );
}

/** Those that may prove a request at the epoch, and the others. */
function everyKey(ring: ListedKeys): readonly RingKey[] {
  return [...ring.usable(0), ...ring.unusable(0)];
}
