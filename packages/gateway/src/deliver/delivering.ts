/** Where gates and sessions say of their events how these are delivered. */
import { namesEventType } from '@countersign/core/event-type';
import type { Delivering } from './deliveries.ts';
import type { DeliveryPlan, Source } from './delivery-plan.ts';

/** Of the gateway’s own events for operators. */
export const OPERATORS: Source = { gate: undefined, scheme: undefined, withheld: [], isTyped: true };

export function delivering(plan: DeliveryPlan, wake: Delivering['wake']): Delivering {
  return {
    wake,
    addGate: (name, gate, withheld) => {
      const isTyped = gate !== undefined && namesEventType(gate.scheme);
      return plan.addSource(name, { gate, scheme: gate?.scheme, withheld, isTyped });
    },
    // Its own token is nothing to sign with: who gets it could speak for the vendor.
    addSession: (name, scheme, withheld) =>
      plan.addSource(name, { gate: undefined, scheme, withheld, isTyped: true }),
  };
}
