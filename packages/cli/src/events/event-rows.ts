/** Events and deliveries as rows of a table: nothing that a sender has sent drives the terminal. */
import type { DeliveryView, EventSummaryView } from '@countersign/api';
import { counted, duration, shortened } from '@countersign/core/internal/amounts';
import type { Style } from '../output.ts';
import { visibleText } from '../visible-text.ts';

const MAX_URL_CHARS = 60;

/** `2026-11-27 09:00:00`, in UTC. */
export function timeText(iso: string): string {
  return visibleText(iso)
    .replace('T', ' ')
    .replace(/\.\d+Z$/, '');
}

/** Less than one millisecond is counted as none. */
export function tookText(tookMs: number): string {
  return tookMs === 0 ? '<1 ms' : duration(tookMs);
}

export function eventRow(event: EventSummaryView, style: Style): readonly string[] {
  const { id, gate, receivedAt, method, url, type = '', bodyBytes, destinations, refused, erasedAt } = event;
  const { tenant } = event;
  const state =
    erasedAt !== undefined
      ? style.dim('erased')
      : destinations === undefined
        ? style.dim('kept only')
        : destinations === 0
          ? style.yellow('no destination')
          : counted(destinations, 'destination');
  return [
    style.dim(timeText(receivedAt)),
    visibleText(id),
    style.cyan(visibleText(tenant === undefined ? gate : `${gate}/${tenant}`)),
    `${visibleText(method)} ${shortened(visibleText(url), MAX_URL_CHARS)}`,
    shortened(visibleText(type), MAX_URL_CHARS),
    counted(bodyBytes, 'byte'),
    refused === undefined ? state : `${state}, ${style.yellow(`let through: ${visibleText(refused)}`)}`,
  ];
}

/** `1 delivery`, `2 deliveries`. */
export function deliveriesText(count: number): string {
  return count === 1 ? '1 delivery' : `${count} deliveries`;
}

export function deliveryRow(delivery: DeliveryView, style: Style): readonly string[] {
  const { event, destination, gate, state, attempts, beganAt, code = '', heldBy } = delivery;
  const notes = [
    ...(code === '' || code === state ? [] : [visibleText(code)]),
    ...(heldBy === undefined ? [] : [heldText(heldBy)]),
  ];
  return [
    style.dim(timeText(beganAt)),
    visibleText(event),
    style.cyan(visibleText(gate)),
    visibleText(destination),
    paintState(state, style),
    counted(attempts, 'attempt'),
    notes.join(', '),
  ];
}

const HELD_BY: Readonly<Record<string, string>> = {
  paused: 'the destination is paused',
  disabled: 'the destination is disabled',
  'circuit-open': 'the circuit of the destination is open',
  throttled: 'the destination has asked to wait',
  'rate-limited': 'the limit per second of the destination is reached',
  'not-configured': 'the configuration has no such destination',
  'no-gateway': 'no gateway runs',
};

/** What a delivery that waits is held by. */
export function heldText(heldBy: string): string {
  return Object.hasOwn(HELD_BY, heldBy) ? (HELD_BY[heldBy] ?? '') : visibleText(heldBy);
}

export function paintState(state: string, style: Style): string {
  if (state === 'delivered' || state === 'active') return style.green(state);
  if (state === 'dead' || state === 'disabled') return style.red(state);
  return state === 'waiting' || state === 'behind' || state === 'paused'
    ? style.yellow(state)
    : style.dim(visibleText(state));
}
