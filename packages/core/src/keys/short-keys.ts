/** Secrets that a search finds, which a gate takes by name only. */
import type { KeyRing } from '../keys.ts';
import { SetupError } from '../setup-error.ts';
import { counted } from '../text/amounts.ts';

/** 64 bits: a shorter key is within reach of a search; RFC 2104 §3 asks for far more. */
const SHORTEST_KEY_BYTES = 8;

/** @throws SetupError for a secret under 8 bytes. */
export function refuseShortKeys(ring: Pick<KeyRing, 'list'>): void {
  for (const { id, bytes } of ring.list()) {
    if (bytes === undefined || bytes >= SHORTEST_KEY_BYTES) continue;
    throw new SetupError(
      'keys',
      `key "${id}" is ${counted(bytes, 'byte')} long; at least ${SHORTEST_KEY_BYTES} are required`,
      'Use a longer key, or set allowShortKey on the gate.',
    );
  }
}
