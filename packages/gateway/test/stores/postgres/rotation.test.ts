/** A rotation of a store's keys while other gateways have them: who comes late writes nothing that nobody could open or verify. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createAdminClient } from '@countersign/api';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isLong } from '../../../../../scripts/effort.ts';
import { resealAll } from '../../../src/admin/reseal.ts';
import { verifyAuditLog } from '../../../src/audit/audit-access.ts';
import { createAuditSeal } from '../../../src/audit/audit-seal.ts';
import { answerContext } from '../../../src/claims/first-answer.ts';
import { type PostgresAddress, readPostgresAddress } from '../../../src/config/postgres-address.ts';
import { isMisfit } from '../../../src/config/read-text.ts';
import { Secret } from '../../../src/config/secret.ts';
import { createKeyRecords } from '../../../src/sealed/key-records.ts';
import type { KeysetSealer } from '../../../src/sealed/keyset-sealer.ts';
import { refusedContext } from '../../../src/sealed/sealed-refusals.ts';
import { beginReseal, endReseal, openStoreKeys, type StoreKeys } from '../../../src/sealed/store-keys.ts';
import { createSealedCache } from '../../../src/sealed/token-cache.ts';
import { withheldContext } from '../../../src/sealed/withheld-headers.ts';
import { openStore } from '../../../src/stores/open-store.ts';
import { openSealedDatabase } from '../../../src/stores/postgres/sealed.ts';
import type { Store } from '../../../src/stores/store.ts';
import { event } from '../../../src/testing/kept-events.ts';
import { claimOf, NOW } from '../../../src/testing/store-bench.ts';
import { start, type TestGateway, temporaryDir } from '../../harness.ts';
import { configure, NEW, OLD, rotate } from '../../sealed/rotation-bench.ts';
import { leaveOutPostgres, postgresDatabases, postgresReason } from '../../support/postgres-databases.ts';

const now = (): number => NOW;
const ENDED =
  'The store is under another storeKey since this gateway was started: start it again with that one.';
const FORGOTTEN = 'The data key of the store was replaced since this gateway was started: start it again.';
const TOKEN = { token: 'a token', issuedAtMs: 1, expiresAtMs: NOW + 3_600_000 };
/** After so many rows, of some four hundred. */
const KILLED_AT = isLong ? [100, 200, 300, 400] : [200];

const keysOf = (store: Store, storeKey: string, ...previous: string[]): Promise<StoreKeys> =>
  openStoreKeys({ store, storeKey: new Secret(storeKey), previous: previous.map((key) => new Secret(key)) });

function append(store: Store, storeKey: string | undefined): Promise<unknown> {
  const seal = createAuditSeal(storeKey === undefined ? undefined : Buffer.from(storeKey, 'hex'), now);
  return store.audit.append(JSON.stringify({ kind: 'change', at: NOW }), seal);
}

/** Of all places where something sealed may stand, one write each. */
function writesOf(store: Store, sealer: KeysetSealer, n: number): Record<string, () => Promise<unknown>> {
  const { id } = event(n);
  const sealed = sealer.seal('a header', withheldContext(id));
  const [head, body] = [
    sealer.seal('', refusedContext(id, 'head')),
    sealer.seal('', refusedContext(id, 'body')),
  ];
  const claim = claimOf(n);
  const answer = sealer.seal('an answer', answerContext('g', claim.identity));
  const { vault, write } = createKeyRecords(`g${n}`, store.records, sealer);
  const key = { id: 'more', state: 'active' } as const;
  const secret = vault?.seal(key, new Secret('a secret of more than sixteen bytes')) ?? '';
  return {
    event: () => store.events.keep(event(n, { withheld: { names: ['authorization'], sealed } })),
    refused: () =>
      store.refused.keep([{ id, gate: 'g', receivedMs: NOW, untilMs: NOW + 9_000, head, body }], () => ({
        atMost: 9,
        maxBytes: 9_999,
      })),
    claim: () => store.claims.remember({ gate: 'g', ...claim, answer }),
    token: () => createSealedCache(store.records, sealer).save(`${n}`, TOKEN),
    keys: () => write(0, { changed: [], added: [{ ...key, sealed: secret }] }),
  };
}

function placeOf(address: string): PostgresAddress {
  const place = readPostgresAddress(address);
  if (isMisfit(place)) throw new Error('the address of a test is one');
  return place;
}

async function saidOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'written',
    (error: unknown) => (error instanceof Error ? error.message : 'no error'),
  );
}

/** What came of all of them, without repetitions. */
async function saidOfAll(writes: Record<string, () => Promise<unknown>>): Promise<readonly string[]> {
  return [...new Set(await Promise.all(Object.values(writes).map((write) => saidOf(write()))))];
}

/** Rotates in a process of its own, which is killed after so many rows. */
async function killedAt(cwd: string, rows: number): Promise<void> {
  const child = spawn(
    process.execPath,
    [
      '--conditions=countersign-source',
      join(import.meta.dirname, '../../sealed/rotate-child.ts'),
      cwd,
      String(rows),
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const [, signal] = await once(child, 'exit');
  expect(signal).toBe('SIGKILL');
}

describe.skipIf(leaveOutPostgres)(`a rotation in PostgreSQL${postgresReason}`, { timeout: 180_000 }, () => {
  const databases = postgresDatabases();

  async function open(address: string): Promise<Store> {
    const store = await openStore(address, { now });
    onTestFinished(() => store.close());
    return store;
  }

  async function findingsOf(store: Store, { audit }: StoreKeys): Promise<readonly string[]> {
    return (await verifyAuditLog(store.audit, audit, [])).findings.map(({ code }) => code);
  }

  it('of the storeKey ends the audit log of gateways that still have the one before, whatever they are at', async () => {
    const address = await databases.create();
    const [old, next] = [await open(address), await open(address)];
    await keysOf(old, OLD);
    await append(old, OLD);
    const appends = Array.from({ length: 40 }, async () => {
      // Turn by turn, so that some come before it and some after.
      for (let i = 0; i < 5; i++) await append(old, OLD);
    });
    const [said, keys] = await Promise.all([
      Promise.all(appends.map((each) => saidOf(each))),
      keysOf(next, NEW, OLD).then(async (opened) => {
        await append(next, NEW);
        return opened;
      }),
    ]);
    expect([...new Set(said)].filter((text) => text !== 'written' && text !== ENDED)).toEqual([]);
    expect(await saidOf(append(old, OLD))).toBe(ENDED);
    await append(next, NEW);
    expect(await findingsOf(next, keys)).toEqual([]);
  });

  it('of the storeKey, gateway by gateway: one that has the one before takes requests, and does nothing that the audit log must hold', async () => {
    const store = await databases.create();
    const gates = { g: { path: '/g', provider: 'none', keep: {} } } as const;
    const old = await start(gates, { store, storeKey: OLD });
    await old.store.events.keep(event(1, { gate: 'g' }));
    const look = (gateway: TestGateway): Promise<string> => {
      const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
      return saidOf(client.call('event', { id: event(1).id }));
    };
    expect(await look(old)).toBe('written');
    const next = await start(gates, { store, storeKey: NEW, previousStoreKey: OLD });
    expect(next.log.join('')).toContain('the store is under another storeKey now');
    expect((await fetch(`${old.publicUrl}/g`, { method: 'POST', body: '{}' })).ok).toBe(true);
    expect(await look(old)).toContain(`the audit log cannot be written, so nothing was done. ${ENDED}`);
    expect(await look(next)).toBe('written');
    await old.close();
    const reader = await open(store);
    expect(await findingsOf(reader, await keysOf(reader, NEW))).toEqual([]);
  });

  it('back to a storeKey of before lets that be written under again, and the other no more', async () => {
    const address = await databases.create();
    const store = await open(address);
    await keysOf(store, OLD);
    await append(store, OLD);
    await keysOf(store, NEW, OLD);
    await append(store, NEW);
    const keys = await keysOf(store, OLD, NEW);
    await append(store, OLD);
    expect(await saidOf(append(store, NEW))).toBe(ENDED);
    expect(await findingsOf(store, keys)).toEqual([]);
  });

  it('to the first storeKey ends the audit log of gateways that have none', async () => {
    const address = await databases.create();
    const [bare, keyed] = [await open(address), await open(address)];
    await append(bare, undefined);
    await keysOf(keyed, NEW);
    expect(await saidOf(append(bare, undefined))).toBe(ENDED);
    expect(await saidOf(append(keyed, NEW))).toBe('written');
  });

  it('at two gateways at once is one rotation', async () => {
    const address = await databases.create();
    const stores = [await open(address), await open(address)] as const;
    await keysOf(stores[0], OLD);
    await append(stores[0], OLD);
    const both = await Promise.all(stores.map((store) => keysOf(store, NEW, OLD)));
    await Promise.all(stores.map((store) => append(store, NEW)));
    expect(both.filter(({ rotatedFrom }) => rotatedFrom !== undefined)).toHaveLength(1);
    const sealed = both[0]?.sealer.seal('a text', 'here') ?? new Uint8Array();
    expect(both[1]?.sealer.open(sealed, 'here')).toBe('a text');
    for (const keys of both) expect(await findingsOf(stores[0], keys)).toEqual([]);
  });

  it('of the data key refuses what a gateway seals under the one before, wherever it stands', async () => {
    const address = await databases.create();
    const late = await open(address);
    const { sealer } = await keysOf(late, OLD);
    expect(await saidOfAll(writesOf(late, sealer, 1))).toEqual(['written']);
    const keys = { store: late, storeKey: new Secret(OLD) };
    const { sealer: next } = await beginReseal(keys);
    const file = await openSealedDatabase(placeOf(address));
    onTestFinished(async () => file.close());
    const options = { gates: ['g1', 'g2', 'g3', 'g4'], onProgress() {} };
    expect(await resealAll(file, next, options)).toEqual({ rows: 5, ofOtherGates: 0, unopened: 0 });
    // A gateway that had the keys before, between the two.
    expect(await saidOfAll(writesOf(late, sealer, 2))).toEqual(['written']);
    expect(await file.refuseKeys(next.previousHeads)).toBe(false);
    expect(await saidOfAll(writesOf(late, sealer, 3))).toEqual([FORGOTTEN]);
    expect(await resealAll(file, next, options)).toEqual({ rows: 5, ofOtherGates: 0, unopened: 0 });
    expect(await file.refuseKeys(next.previousHeads)).toBe(true);
    const { sealer: current } = await endReseal(keys);
    expect(await saidOfAll(writesOf(late, current, 4))).toEqual(['written']);
    expect(await saidOfAll(writesOf(late, sealer, 5))).toEqual([FORGOTTEN]);
    for (const n of [1, 2, 4]) {
      const sealed = (await late.events.get(event(n).id))?.withheld?.sealed;
      expect(sealed && current.open(sealed, withheldContext(event(n).id))).toBe('a header');
    }
  });

  it('of the data key is in force in days to come', async () => {
    const address = await databases.create();
    const store = await open(address);
    const { sealer } = await keysOf(store, OLD);
    const keys = { store, storeKey: new Secret(OLD) };
    const { sealer: next } = await beginReseal(keys);
    const file = await openSealedDatabase(placeOf(address));
    onTestFinished(async () => file.close());
    expect(await file.refuseKeys(next.previousHeads)).toBe(true);
    await endReseal(keys);
    const id = '01900000-0000-7000-8000-000000000001';
    const keep = ({ seal }: KeysetSealer): Promise<unknown> =>
      store.events.keep(event(1, { id, withheld: { names: ['a'], sealed: seal('', withheldContext(id)) } }));
    expect(await saidOf(keep(sealer))).toBe(FORGOTTEN);
    expect(await saidOf(keep(next))).toBe('written');
  });

  it('is refused while a gateway has the store open', async () => {
    const address = await databases.create();
    const cwd = temporaryDir();
    configure(cwd, { store: address, storeKey: OLD });
    const store = await open(address);
    await keysOf(store, OLD);
    await expect(rotate(cwd, { isReseal: true })).rejects.toThrow(
      'is open in another gateway or command. Stop all of them first.',
    );
  });

  it('that is killed leaves a store that opens and serves; the next one ends it', async () => {
    for (const rows of KILLED_AT) {
      const address = await databases.create();
      const cwd = temporaryDir();
      configure(cwd, { store: address, storeKey: OLD });
      const before = await openStore(address, { now });
      const { sealer } = await keysOf(before, OLD);
      const cache = createSealedCache(before.records, sealer);
      await Promise.all(Array.from({ length: 400 }, (_, i) => cache.save(`token ${i}`, TOKEN)));
      await before.close();
      await killedAt(cwd, rows);
      const between = await openStore(address, { now });
      const keys = await keysOf(between, OLD);
      expect(keys.isResealing).toBe(true);
      await createSealedCache(between.records, keys.sealer).save('token 7', { ...TOKEN, token: 'another' });
      await between.close();
      const { resealed } = await rotate(cwd, { isReseal: true, now });
      expect(resealed).toMatchObject({ ofOtherGates: 0, unopened: 0 });
      const after = await open(address);
      const last = await keysOf(after, OLD);
      expect(last.isResealing).toBe(false);
      const tokens = createSealedCache(after.records, last.sealer);
      expect((await tokens.load('token 7'))?.token).toBe('another');
      expect((await tokens.load('token 399'))?.token).toBe('a token');
      expect(await findingsOf(after, last)).toEqual([]);
      expect(await saidOf(createSealedCache(after.records, sealer).save('late', TOKEN))).toBe(FORGOTTEN);
    }
  });
});
