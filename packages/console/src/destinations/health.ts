/** How a destination fares, in one word. */
import type { DestinationView } from '@countersign/api';
import type { Tone } from '../ui/tone.ts';
import type { DESTINATIONS } from '../words/destinations.ts';

export type HealthWord = keyof typeof DESTINATIONS.states;

export interface Health {
  readonly word: HealthWord;
  readonly tone: Tone;
}

export function healthOf(view: DestinationView): Health {
  const { kind, state, heldBy, drainPerSecond, failingSince, lastDeliveredAt, totals } = view;
  if (state === 'paused') return { word: 'paused', tone: 'warn' };
  if (state === 'disabled') return { word: 'disabled', tone: 'bad' };
  if (kind === undefined) return { word: 'former', tone: 'plain' };
  if (heldBy === 'circuit-open') return { word: 'circuit-open', tone: 'bad' };
  if (failingSince !== undefined) return { word: 'failing', tone: 'bad' };
  if (heldBy === 'throttled' || heldBy === 'rate-limited') return { word: heldBy, tone: 'warn' };
  if (drainPerSecond !== undefined) return { word: 'draining', tone: 'note' };
  if (lastDeliveredAt === undefined && (totals['delivered'] ?? 0) === 0)
    return { word: 'idle', tone: 'plain' };
  return { word: 'healthy', tone: 'good' };
}

/** Deliveries that are yet to be sent. */
export function waitingOf({ totals }: Pick<DestinationView, 'totals'>): number {
  return (totals['waiting'] ?? 0) + (totals['behind'] ?? 0);
}
