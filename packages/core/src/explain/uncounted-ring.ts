/** A ring whose keys are found as ever and count no hits: a trial that a key proves is no request of its sender. */
import { andThen } from '../and-then.ts';
import type { FoundKeys, KeyRing, RingKey } from '../keys.ts';

export function uncountedRing(ring: KeyRing): KeyRing {
  return {
    list: () => ring.list(),
    find: (query) => andThen(ring.find(query), uncountedKeys),
    written: ring.written,
    signing: (nowMs, mayProve) => uncounted(ring.signing(nowMs, mayProve)),
  };
}

function uncountedKeys(keys: FoundKeys): FoundKeys {
  return {
    list: () => keys.list(),
    usable: (nowMs, id) => keys.usable(nowMs, id).map(uncounted),
    unusable: (nowMs, id) => keys.unusable(nowMs, id).map(uncounted),
    outage: keys.outage,
  };
}

function uncounted(key: RingKey): RingKey {
  return { ...key, hit: () => {} };
}
