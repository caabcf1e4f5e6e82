/** What became of a delivery so far. */
import type { DeliveryStateView } from '@countersign/api';
import { Badge, type Tone } from '../ui/badge.tsx';
import { DELIVERIES } from '../words/deliveries.ts';

const TONES: Readonly<Record<DeliveryStateView, Tone>> = {
  waiting: 'warn',
  behind: 'warn',
  delivered: 'good',
  dead: 'bad',
  cancelled: 'plain',
  muted: 'plain',
};

export function DeliveryState({ state }: { readonly state: DeliveryStateView }) {
  return <Badge tone={TONES[state]}>{DELIVERIES.states[state]}</Badge>;
}
