/** Why deliveries that wait are not attempted, though their time may have come. */
import type { DeliveryControl } from '../deliver/delivery-control.ts';
import type { HeldBy } from '../deliver/pump.ts';
import type { DeliveryView } from '../stores/delivery-store.ts';
import type { EventParts } from './admin-parts.ts';

export type HeldReason = HeldBy | 'paused' | 'disabled' | 'not-configured' | 'no-gateway';

export interface HeldReasonsParts extends Pick<EventParts, 'now' | 'conditions'> {
  readonly control?: Pick<DeliveryControl, 'list'> | undefined;
}

/** What holds each delivery; undefined where nothing does but its time, or its turn. */
export type HeldReasons = (
  delivery: Pick<DeliveryView, 'destination' | 'state' | 'dueMs'>,
) => HeldReason | undefined;

/** Of this moment. */
export async function heldReasons({
  control,
  conditions: readConditions,
  now,
}: HeldReasonsParts): Promise<HeldReasons> {
  if (control === undefined) {
    const conditions = await readConditions();
    return ({ destination, state }) =>
      state === 'waiting' ? (restOf(conditions.get(destination)) ?? 'no-gateway') : undefined;
  }
  const statuses = new Map(control.list().map((status) => [status.name, status]));
  const nowMs = now();
  return ({ destination, state, dueMs }) => {
    if (state !== 'waiting') return undefined;
    const status = statuses.get(destination);
    if (status === undefined) return 'not-configured';
    return restOf(status) ?? (dueMs <= nowMs ? status.heldBy : undefined);
  };
}

function restOf(
  condition: { readonly state: 'active' | 'paused' | 'disabled' } | undefined,
): 'paused' | 'disabled' | undefined {
  return condition === undefined || condition.state === 'active' ? undefined : condition.state;
}
