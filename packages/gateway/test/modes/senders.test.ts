import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import type { GateInput } from '../../src/config/config-input.ts';
import { Secret } from '../../src/config/secret.ts';
import { openKeptSenders, SENDERS_SPACE } from '../../src/gates/kept-senders.ts';
import { MAX_SENDERS, OldProofSenders } from '../../src/modes/old-proof-senders.ts';
import { createLeases } from '../../src/sealed/lease.ts';
import { createSealedRecords, type SealedRecords } from '../../src/sealed/sealed-records.ts';
import { openStoreKeys } from '../../src/sealed/store-keys.ts';
import { openStore } from '../../src/stores/open-store.ts';
import type { Store } from '../../src/stores/store.ts';
import { later, SECRET, send, start, token } from '../harness.ts';
import { startReloading } from '../setting/reloading.ts';

const STORE_KEY = 'ab'.repeat(32);
const BASE64 = Buffer.from(SECRET).toString('base64');

const GATE = {
  path: '/g',
  provider: 'hmac',
  keys: [{ secret: SECRET }],
  accept: [{ provider: 'approov', keys: [{ id: 'old', secret: BASE64 }], until: '2100-01-01' }],
  respond: { status: 200 },
} as unknown as GateInput;

function tokenOf(sub: string): Record<string, string> {
  const exp = Math.floor(Date.now() / 1_000) + 300;
  return { 'approov-token': token({ exp, sub }, Buffer.from(SECRET)) };
}

async function recordsOf(store: Store) {
  return createSealedRecords({
    records: store.records,
    space: SENDERS_SPACE,
    sealer: (await openStoreKeys({ store, storeKey: new Secret(STORE_KEY) })).sealer,
  });
}

function optionsOf(store: Store, records: SealedRecords) {
  const leases = createLeases({
    records: store.records,
    now: Date.now,
    wait: (ms) => delay(ms),
    leaseMs: 5_000,
    onProblem: () => {},
  });
  return { gate: 'g', records, leases, now: Date.now, log: { warn() {} } };
}

describe('the senders who use an older proof', () => {
  it('are told apart by whom their token is of, the last seen first', async () => {
    const gateway = await start({ g: GATE });
    for (const sub of ['a', 'b', 'a', 'c']) await send(`${gateway.publicUrl}/g`, { headers: tokenOf(sub) });
    expect(gateway.gates[0]?.modes?.senders.list()).toMatchObject([
      { proof: 'approov', keyId: 'old', subject: 'c', requests: 1 },
      { subject: 'a', requests: 2 },
      { subject: 'b', requests: 1 },
    ]);
  });

  it('are remembered across restarts where there is a store key', async () => {
    const first = await start({ g: GATE }, { storeKey: STORE_KEY });
    for (const sub of ['a', 'b', 'a']) await send(`${first.publicUrl}/g`, { headers: tokenOf(sub) });
    await first.drain();
    const second = await start({ g: GATE }, { storeKey: STORE_KEY, dir: first.dir });
    await send(`${second.publicUrl}/g`, { headers: tokenOf('b') });
    expect(second.gates[0]?.modes?.senders.list()).toMatchObject([
      { subject: 'b', requests: 2 },
      { subject: 'a', requests: 2 },
    ]);
  });

  it('are kept nowhere in the clear without a store key', async () => {
    const gateway = await start({ g: GATE });
    await send(`${gateway.publicUrl}/g`, { headers: tokenOf('somebody') });
    await gateway.drain();
    const store = await openStore(`${gateway.dir}/test.db`);
    later(() => store.close());
    const records = [];
    for await (const record of store.records.list(SENDERS_SPACE)) records.push(record);
    expect(records).toEqual([]);
  });

  it('are at most 1,000, of whom the one that was seen least recently goes', () => {
    const senders = new OldProofSenders();
    for (let i = 0; i < MAX_SENDERS; i++) senders.count('old', { keyId: `k${i}` }, i);
    senders.count('old', { keyId: 'k0' }, 2_000);
    senders.count('old', { keyId: 'new' }, 2_001);
    const ids = senders.list().map(({ keyId }) => keyId);
    expect(ids).toHaveLength(MAX_SENDERS);
    expect(ids.slice(0, 2)).toEqual(['new', 'k0']);
    expect(ids).not.toContain('k1');
    expect(senders.forgotten).toBe(1);
  });

  it('are kept whole, however long their names are', async () => {
    const store = await openStore(':memory:');
    later(() => store.close());
    const options = optionsOf(store, await recordsOf(store));
    const senders = new OldProofSenders();
    const part = await openKeptSenders({ ...options, senders });
    for (let i = 0; i < MAX_SENDERS; i++) {
      const sub = `\u{1f680}\u0001${i} `.repeat(40);
      senders.count('old', { keyId: `k${i}`, claims: { sub } }, i);
    }
    await part.close();
    const again = new OldProofSenders();
    await openKeptSenders({ ...options, senders: again });
    expect(again.list()).toEqual(senders.list());
  });

  it('are fewer once they are kept anew, and none comes back', async () => {
    const store = await openStore(':memory:');
    later(() => store.close());
    const records = await recordsOf(store);
    const options = optionsOf(store, records);
    await records.write(
      'g 0',
      0,
      [{ proof: 'old', keyId: 'a', requests: 1, firstMs: 1, lastMs: 1 }],
      Date.now() + 9_999,
    );
    await records.write(
      'g 1',
      0,
      [{ proof: 'old', keyId: 'b', requests: 1, firstMs: 1, lastMs: 1 }, 'junk'],
      Date.now() + 9_999,
    );
    const senders = new OldProofSenders();
    const part = await openKeptSenders({ ...options, senders });
    senders.count('old', { keyId: 'c' }, 5);
    await part.close();
    const again = new OldProofSenders();
    await openKeptSenders({ ...options, senders: again });
    expect(again.list().map(({ keyId }) => keyId)).toEqual(['c', 'a', 'b']);
  });

  it('are those of all gateways on the store: what each has counted adds up, and each sees the others’', async () => {
    const store = await openStore(':memory:');
    later(() => store.close());
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    later(() => void vi.useRealTimers());
    const options = optionsOf(store, await recordsOf(store));
    const [first, second] = [new OldProofSenders(), new OldProofSenders()];
    const parts = [
      await openKeptSenders({ ...options, senders: first }),
      await openKeptSenders({ ...options, senders: second }),
    ];
    first.count('old', { keyId: 'a' }, 1);
    second.count('old', { keyId: 'a' }, 2);
    second.count('old', { keyId: 'b' }, 3);
    // Both at once, then both again: the second time nothing is fresh.
    for (let n = 0; n < 2; n++) {
      vi.advanceTimersByTime(60_000);
      await Promise.all(parts.map((part) => part.close()));
    }
    const all = [
      { proof: 'old', keyId: 'b', requests: 1, firstMs: 3, lastMs: 3 },
      { proof: 'old', keyId: 'a', requests: 2, firstMs: 1, lastMs: 2 },
    ];
    expect(first.list()).toEqual(all);
    expect(second.list()).toEqual(all);
    second.count('old', { keyId: 'a' }, 4);
    expect(second.list()[0]).toMatchObject({ keyId: 'a', requests: 3 });
  });

  it('hold up no stop where the store takes nothing', async () => {
    const store = await openStore(':memory:');
    const warnings: string[] = [];
    const log = { warn: (_: object, text?: string) => void warnings.push(text ?? '') };
    const senders = new OldProofSenders();
    const part = await openKeptSenders({
      ...optionsOf(store, await recordsOf(store)),
      senders,
      log,
    });
    senders.count('old', { keyId: 'a' }, 1);
    await store.close();
    await part.close();
    expect(warnings).toEqual(['who uses older proofs could not be stored']);
  });
});

it('who uses an older proof is counted on where the configuration is loaded anew', async () => {
  const gate = GATE;
  const running = await startReloading({ storeKey: STORE_KEY, gates: { g: gate } });
  const url = (): string => running.gateway.publicUrl;
  await send(`${url()}/g`, { headers: tokenOf('a') });
  await running.reload({ storeKey: STORE_KEY, gates: { g: { ...gate, path: '/h' } } });
  await send(`${url()}/h`, { headers: tokenOf('a') });
  const modes = running.gateway.gates[0]?.modes;
  expect(modes?.senders.list()).toMatchObject([{ subject: 'a', requests: 2 }]);
  expect(modes?.acceptedByProof.get('approov')).toBe(2);
});
