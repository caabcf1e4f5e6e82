/** Events as gateways keep them, and the same rows as literals of SQL. */
import { randomBytes } from 'node:crypto';
import { createEventIds } from '../../packages/gateway/src/stores/event-id.ts';
import type { KeptEvent } from '../../packages/gateway/src/stores/event-store.ts';
import { dayTextOf } from '../../packages/gateway/src/stores/postgres/days.ts';

const DAY_MS = 86_400_000;
const BODY_BYTES = 1_024;
const HEADERS = [
  ['Host', 'hooks.example.com'],
  ['User-Agent', 'Example/1.0 (+https://example.com/docs/webhooks)'],
  ['Content-Type', 'application/json; charset=utf-8'],
  ['X-Signature', `t=1700000000,v1=${'ab'.repeat(32)}`],
  ['Accept', '*/*'],
].flat();

const nextId = createEventIds(Date.now);

/** With a claim of its own. */
export function newEvent(n: number): KeptEvent {
  const nowMs = Date.now();
  return {
    id: nextId(),
    gate: `gate-${n % 5}`,
    provider: 'github',
    keyId: 'main',
    type: 'push',
    receivedMs: nowMs,
    method: 'POST',
    url: '/in/github?x=1',
    headers: HEADERS,
    body: Buffer.from(JSON.stringify({ n, text: randomBytes((BODY_BYTES - 30) / 2).toString('hex') })),
    claim: { identity: randomBytes(16), untilMs: nowMs + DAY_MS },
    verdict: {
      evidence: {
        provider: 'github',
        bodyBytes: BODY_BYTES,
        signatures: 1,
        comparisons: 1,
        readingsTried: 1,
        nowMs,
      },
    },
  };
}

/** A transaction of multi-row statements that writes what a batch of the store does. */
export function insertsOf(events: readonly KeptEvent[]): string {
  const claims = events.map(
    ({ id, gate, claim, receivedMs }) =>
      `(${text(gate)},${bytes(claim?.identity)},${claim?.untilMs},${text(id)},${receivedMs})`,
  );
  const rows = events.map(
    (event) =>
      `(nextval('countersign.places'),${[event.id, event.gate, event.provider, event.keyId, event.type ?? ''].map(text).join()},${event.receivedMs},${text(event.method)},${text(event.url)},${event.body.byteLength},${bytes(event.claim?.identity)},${event.claim?.untilMs},${text(JSON.stringify(event.verdict))},${text(JSON.stringify(event.headers))},${bytes(event.body)})`,
  );
  const day = dayTextOf(events[0]?.id ?? '');
  const gates = [...new Set(events.map(({ gate }) => gate))];
  const totals = gates.map((gate) => `('events',${text(gate)},'',${text(day)},1,1,1,1)`);
  return `BEGIN;
    INSERT INTO countersign.claims (gate, identity, until_ms, event_id, taken_ms) VALUES ${claims.join()}
      ON CONFLICT (gate, identity) DO UPDATE SET until_ms = excluded.until_ms WHERE claims.until_ms <= 0;
    INSERT INTO countersign.events (place, id, gate, provider, key_id, type, received_ms, method, url, body_bytes, identity, claim_until_ms, verdict, headers, body) VALUES ${rows.join()};
    INSERT INTO countersign.totals VALUES ${totals.join()};
    COMMIT`;
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

function bytes(value: Uint8Array | undefined): string {
  return value === undefined ? 'NULL' : `'\\x${Buffer.from(value).toString('hex')}'`;
}
