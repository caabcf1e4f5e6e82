/** Events of Ana among those of others, which differ in nothing but that. */
import { createHash } from 'node:crypto';
import type { KeptEvent } from '../../src/stores/event-store.ts';

export function isOfAna(n: number): boolean {
  return n % 11 === 0;
}

/** The same event for the same number: short ones, some that take pages of their own, some that are compressed. */
export function erasedEvent(n: number): KeptEvent {
  const who = isOfAna(n) ? 'ana-was-here' : 'bob-is-here-';
  const noise = (bytes: number): string => {
    let text = '';
    for (let i = 0; text.length < bytes; i++)
      text += createHash('sha256').update(`${n} ${i}`).digest('base64');
    return text.slice(0, bytes);
  };
  const filling =
    n % 53 === 0 ? noise(60_000) : n % 29 === 0 ? `${noise(40)} `.repeat(600) : noise(300 + (n % 7) * 90);
  return {
    id: `01890000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`,
    gate: `gate-${n % 3}`,
    provider: 'hmac',
    keyId: String(n),
    tenant: `x-${who}-${n}`,
    receivedMs: 1_760_000_000_000 + n,
    method: 'POST',
    url: `/hook?n=${n}`,
    headers: ['content-type', 'application/json', 'x-of', `x-${who}-${n}`],
    body: Buffer.from(`{"name":"${who}-${n}","filling":"${filling}","again":"${who}"}`),
  };
}
