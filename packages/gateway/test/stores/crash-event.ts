/** Events and claims of the crash test, made alike by the child that keeps them and by the test that looks for them. */
import { createHash } from 'node:crypto';
import type { Claim } from '../../src/stores/claim-store.ts';
import type { KeptEvent } from '../../src/stores/event-store.ts';

export function crashEvent(n: number): KeptEvent {
  const digest = createHash('sha512').update(`${n}`).digest();
  const body = new Uint8Array(64 * (1 + (n % 40)));
  for (let at = 0; at < body.length; at += 64) body.set(digest, at);
  return {
    id: n.toString().padStart(12, '0'),
    gate: 'gate',
    provider: 'hmac',
    keyId: 'main',
    receivedMs: 1_760_000_000_000 + n,
    method: 'POST',
    url: `/${n}`,
    headers: ['X-Digest', digest.toString('latin1')],
    body,
    claim: { identity: new Uint8Array(digest.subarray(0, 16)), untilMs: 4_000_000_000_000 },
  };
}

/** A claim without an event. */
export function rememberedClaim(n: number): Claim {
  const identity = new Uint8Array(createHash('sha256').update(`${n}`).digest().subarray(0, 16));
  return { gate: 'gate', identity, untilMs: 4_000_000_000_000 };
}
