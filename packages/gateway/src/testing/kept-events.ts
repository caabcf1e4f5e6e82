/** Events that the contract suites keep, and how what comes back is compared. */
import assert from 'node:assert/strict';
import type { EventStore, KeptEvent } from '../stores/event-store.ts';
import { NOW } from './store-bench.ts';

/** The same event for the same number; ids in the order of the numbers. */
export function event(n: number, changes: Partial<KeptEvent> = {}): KeptEvent {
  return {
    id: `01890000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`,
    gate: 'gate',
    provider: 'hmac',
    keyId: 'main',
    receivedMs: NOW + n,
    method: 'POST',
    url: `/hook?n=${n}`,
    headers: ['Content-Type', 'application/json', 'X-N', `${n}`],
    body: new TextEncoder().encode(`{"n":${n}}`),
    ...changes,
  };
}

export async function keepAndCompare(events: EventStore, kept: KeptEvent): Promise<void> {
  assert.deepEqual(await events.keep(kept), { kept: true });
  // The store may give bytes as a Buffer; the bytes are what counts.
  const stored = await events.get(kept.id);
  assert.ok(stored !== undefined);
  assert.ok(Buffer.compare(stored.body, kept.body) === 0, 'the body differs');
  const { withheld } = kept;
  if (withheld?.sealed !== undefined) {
    assert.ok(
      Buffer.compare(stored.withheld?.sealed ?? new Uint8Array(0), withheld.sealed) === 0,
      'what is sealed differs',
    );
  }
  assert.deepEqual({ ...stored, body: kept.body, ...(withheld && { withheld }) }, kept);
  assert.deepEqual(stored.withheld?.names, withheld?.names);
  assert.equal(stored.withheld?.sealed === undefined, withheld?.sealed === undefined);
}
