/** What the states of keys allow, and of a gate that waits for one. */
import type { GateKeyView, KeyChange, KeyDeliveryView } from '@countersign/api';
import type { Tone } from '../ui/tone.ts';

export const STATE_TONES: Readonly<Record<GateKeyView['state'], Tone>> = {
  active: 'good',
  next: 'note',
  retiring: 'warn',
  revoked: 'bad',
};

/** What can be made of a key, the mildest first. */
export function changesOf({ state, source, leftOut }: GateKeyView): readonly KeyChange[] {
  if (leftOut === true) return ['remove'];
  const all: readonly [KeyChange, GateKeyView['state']][] = [
    ['activate', 'active'],
    ['make-next', 'next'],
    ['retire', 'retiring'],
    ['revoke', 'revoked'],
  ];
  const changes = all.filter(([, to]) => to !== state).map(([change]) => change);
  return source === 'added' ? [...changes, 'remove'] : changes;
}

/** `open`: the gate waits for a key; `taken`: one came, and can be shown. */
export type DeliveryState = 'closed' | 'open' | 'taken';

export function deliveryStateOf({ openUntil, takenKeyId }: KeyDeliveryView): DeliveryState {
  if (openUntil !== undefined) return 'open';
  return takenKeyId === undefined ? 'closed' : 'taken';
}
