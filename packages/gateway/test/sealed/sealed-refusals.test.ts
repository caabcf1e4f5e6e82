/** Refused requests, sealed: they come back as they were, and what was changed or moved in the store does not open. */
import { describe, expect, it } from 'vitest';
import { createSealer } from '../../src/sealed/seal.ts';
import { createSealedRefusals, type RefusedRequest } from '../../src/sealed/sealed-refusals.ts';
import { openStore } from '../../src/stores/open-store.ts';
import type { StoredRefusal } from '../../src/stores/refused-store.ts';
import type { Store } from '../../src/stores/store.ts';
import { later } from '../harness.ts';

const NOW = 1_760_000_000_000;
const BOUNDS = { atMost: 100, maxBytes: 10_000_000, forMs: 1_000 };
const ALL_BYTES = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i)).join('');

const REQUEST: RefusedRequest = {
  id: 'ab-1',
  gate: 'gate',
  receivedMs: NOW,
  reason: 'signature-mismatch',
  step: 'compare',
  message: 'none of the keys “proves” it',
  method: 'POST',
  url: `/p?q=${ALL_BYTES.slice(33)}`,
  headers: ['X-All', ALL_BYTES, 'x-all', '', '__proto__', 'constructor'],
  forwarded: { scheme: 'https', host: 'a.example' },
  remoteAddress: '2001:db8::1',
  bodyBytes: 256,
  body: Uint8Array.from({ length: 256 }, (_, i) => i),
};

async function opened(key = 7): Promise<{ store: Store; refusals: ReturnType<typeof createSealedRefusals> }> {
  const store = await openStore(':memory:', { now: () => NOW });
  later(() => store.close());
  const sealer = createSealer(new Uint8Array(32).fill(key));
  return { store, refusals: createSealedRefusals(store.refused, sealer) };
}

describe('a sealed refused request', () => {
  it('comes back as it was, whatever bytes its headers, target and body have', async () => {
    const { refusals } = await opened();
    await refusals.keep([REQUEST], () => BOUNDS);
    const request = await refusals.get('ab-1');
    expect(request).toEqual({ ...REQUEST, body: Buffer.from(REQUEST.body) });
    const { body: _, ...head } = REQUEST;
    expect(await refusals.list({ limit: 10 })).toEqual({ refusals: [head], next: undefined, unreadable: 0 });
  });

  it('does not open where its head or body was changed, or is another request’s', async () => {
    const { store, refusals } = await opened();
    await refusals.keep([REQUEST, { ...REQUEST, id: 'ab-2' }], () => BOUNDS);
    const first = (await store.refused.get('ab-1')) as StoredRefusal;
    const second = (await store.refused.get('ab-2')) as StoredRefusal;
    const flipped = (bytes: Uint8Array): Uint8Array =>
      bytes.map((byte, i) => (i === bytes.length >> 1 ? byte ^ 1 : byte));
    const changed: readonly StoredRefusal[] = [
      { ...first, head: flipped(first.head) },
      { ...first, body: flipped(first.body) },
      { ...first, head: second.head },
      { ...first, body: second.body },
      { ...first, head: first.body },
      { ...first, body: first.head },
      { ...first, head: new Uint8Array(0) },
      { ...first, body: first.body.subarray(1) },
    ];
    for (const row of changed) {
      await store.refused.keep([row], () => BOUNDS);
      expect(await refusals.get('ab-1')).toBe('unreadable');
    }
    await store.refused.keep([{ ...first, head: second.head }], () => BOUNDS);
    expect(await refusals.list({ limit: 10 })).toMatchObject({ refusals: [{ id: 'ab-2' }], unreadable: 1 });
    await store.refused.keep([first], () => BOUNDS);
    expect(await refusals.get('ab-1')).toMatchObject({ id: 'ab-1' });
  });

  it('says where the next page begins, also where nothing of a page opens', async () => {
    const { store, refusals } = await opened();
    const other = createSealedRefusals(store.refused, createSealer(new Uint8Array(32).fill(8)));
    for (const id of ['a', 'b', 'c']) await refusals.keep([{ ...REQUEST, id }], () => BOUNDS);
    const page = await other.list({ limit: 2 });
    expect(page).toMatchObject({ refusals: [], unreadable: 2 });
    expect(await refusals.list({ limit: 2, before: page.next ?? 0 })).toMatchObject({
      refusals: [{ id: 'a' }],
      next: undefined,
    });
  });
});
