/** What is said of a delivery that waits: what holds it, or its time, and never that a time to come is past. */
import type { DeliveryWithAttemptsView, EventView } from '@countersign/api';
import { expect, it } from 'vitest';
import { deliveryRow } from '../../src/events/event-rows.ts';
import { eventText } from '../../src/events/event-text.ts';
import { PLAIN } from '../../src/output.ts';

const NOW = '2026-11-27T09:00:00.000Z';

function delivery(changes: Partial<DeliveryWithAttemptsView>): DeliveryWithAttemptsView {
  return {
    event: 'e',
    destination: 'shop',
    gate: 'g',
    state: 'waiting',
    attempts: 1,
    beganAt: NOW,
    dueAt: NOW,
    blocks: false,
    code: 'status',
    history: [],
    ...changes,
  };
}

function shown(changes: Partial<DeliveryWithAttemptsView>): string {
  const event: EventView = {
    id: 'e',
    place: 1,
    gate: 'g',
    provider: 'none',
    keyId: '',
    receivedAt: NOW,
    method: 'POST',
    url: '/g',
    bodyBytes: 0,
    bodyBase64: '',
    headers: [],
    destinations: 1,
    deliveries: [delivery(changes)],
  };
  const text = eventText(event, PLAIN, Date.parse(NOW));
  return text.slice(text.indexOf('shop  '));
}

const EARLIER = '  … 1 earlier attempt';

it.each<readonly [heldBy: string, text: string, ...remedies: string[]]>([
  ['paused', 'the destination is paused', 'To have it sent: countersign deliveries resume shop'],
  ['disabled', 'the destination is disabled', 'Once that is fixed: countersign deliveries resume shop'],
  ['circuit-open', 'the circuit of the destination is open'],
  ['throttled', 'the destination has asked to wait'],
  ['rate-limited', 'the limit per second of the destination is reached'],
  ['not-configured', 'the configuration has no such destination'],
  ['no-gateway', 'no gateway runs'],
  ['what-comes-later', 'what-comes-later'],
  ['constructor', 'constructor'],
  ['\x1b[2J', '␛[2J'],
])('held by %j', (heldBy, text, ...remedies) => {
  expect(shown({ heldBy }).split('\n')).toEqual([
    `shop  waiting  1 attempt, ${text}`,
    EARLIER,
    ...remedies.map((remedy) => `  → ${remedy}`),
  ]);
  expect(deliveryRow(delivery({ heldBy }), PLAIN).at(-1)).toBe(`status, ${text}`);
});

it.each([
  ['2026-11-27T09:00:01.000Z', 'next attempt 2026-11-27 09:00:01'],
  [NOW, 'due since 2026-11-27 09:00:00'],
  ['2026-11-27T08:59:59.000Z', 'due since 2026-11-27 08:59:59'],
])('held by nothing, due at %s', (dueAt, text) => {
  expect(shown({ dueAt }).split('\n')).toEqual([`shop  waiting  1 attempt, ${text}`, EARLIER]);
});
