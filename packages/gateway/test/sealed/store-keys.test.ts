/** The key of a store: data keys, rotation, stores of versions without. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openKeptInFile } from '../../src/admin/kept-in-file.ts';
import { rotateStoreKey } from '../../src/admin/rotate-store-key.ts';
import { verifyAuditLog } from '../../src/audit/audit-access.ts';
import { createAuditSeal } from '../../src/audit/audit-seal.ts';
import { Secret } from '../../src/config/secret.ts';
import { startGateway } from '../../src/gateway.ts';
import { createSealer } from '../../src/sealed/seal.ts';
import { openStoreKeys } from '../../src/sealed/store-keys.ts';
import { openStore } from '../../src/stores/open-store.ts';
import { later } from '../harness.ts';
import {
  AT,
  configOf,
  configure,
  NEW,
  OLD,
  OTHER,
  opened,
  rotate,
  storeOfBefore,
  WHOLE,
} from './rotation-bench.ts';

describe('a store of a version without data keys', () => {
  it('opens with its storeKey, and all in it', async () => {
    expect(await opened(storeOfBefore({ storeKey: OLD }))).toEqual(WHOLE);
  });

  it('opens with another storeKey beside the one it had; from then on without that', async () => {
    const cwd = storeOfBefore();
    expect(await opened(cwd)).toEqual(WHOLE);
    configure(cwd, { storeKey: NEW });
    expect(await opened(cwd)).toEqual(WHOLE);
  });

  it('is not touched with another storeKey alone', async () => {
    const cwd = storeOfBefore({ storeKey: OTHER });
    await expect(opened(cwd)).rejects.toThrow(
      /^storeKey: is not the one of this store: its audit log is chained under another, and the one that is given has the id [0-9a-f]{16}\. Nothing was changed\. Set the storeKey that the store had\./,
    );
    configure(cwd, { storeKey: OLD });
    expect(await opened(cwd)).toEqual(WHOLE);
  });
});

describe('a rotation', () => {
  it('is done by the start of a gateway, which says so', async () => {
    const cwd = storeOfBefore();
    const lines: string[] = [];
    const start = async () =>
      startGateway({ config: await configOf(cwd), logSink: { write: (line) => void lines.push(line) } });
    await (await start()).drain();
    configure(cwd, { storeKey: OTHER, previousStoreKey: [NEW, OLD] });
    await (await start()).drain();
    await (await start()).drain();
    const said = (text: string) => lines.filter((line) => line.includes(text));
    expect(said('the store is under another storeKey now: previousStoreKey can be removed')).toHaveLength(2);
    expect(said('the store is under its storeKey already: previousStoreKey can be removed')).toHaveLength(1);
    configure(cwd, { storeKey: OTHER });
    expect(await opened(cwd)).toEqual(WHOLE);
  });

  it('leaves nothing that the old key opens, where all is sealed anew', async () => {
    const cwd = storeOfBefore();
    expect(await rotate(cwd, { isReseal: true })).toMatchObject({
      keyId: expect.stringMatching(/^[0-9a-f]{16}$/),
      resealed: { rows: 3, ofOtherGates: 0, unopened: 0 },
    });
    configure(cwd, { storeKey: NEW });
    expect(await opened(cwd)).toEqual(WHOLE);
    const store = await openStore({ kind: 'sqlite', file: join(cwd, 'store.db') }, { now: () => AT });
    later(() => store.close());
    const [refused] = await store.refused.list({ limit: 1 });
    const old = createSealer(Buffer.from(OLD, 'hex'));
    expect(refused && old.open(refused.head, `refused head ${refused.id}`)).toBeUndefined();
  });

  it('keeps the old data key for gates that the configuration does not have, and says so', async () => {
    const cwd = storeOfBefore();
    const { gates: _, ...config } = await configOf(cwd);
    const { resealed } = await rotateStoreKey(
      { ...config, gates: [] },
      { isReseal: true, isKeyLost: false, onProgress() {}, now: () => AT },
    );
    expect(resealed).toEqual({ rows: 2, ofOtherGates: 1, unopened: 0 });
    expect(await opened(cwd)).toEqual({ ...WHOLE, isResealing: true });
    await rotate(cwd, { isReseal: true });
    expect(await opened(cwd)).toEqual(WHOLE);
  });

  it('refuses a storeKey that is another, naming both, and changes nothing', async () => {
    const cwd = storeOfBefore({ storeKey: OLD });
    await opened(cwd);
    configure(cwd, { storeKey: NEW, previousStoreKey: OTHER });
    await expect(rotate(cwd, { isReseal: true })).rejects.toThrow(
      /is not the one of this store: the store is under the storeKey with the id [0-9a-f]{16}, and the one that is given has the id [0-9a-f]{16}, previousStoreKey [0-9a-f]{16}\. Nothing was changed/,
    );
    configure(cwd, { storeKey: OLD });
    expect(await opened(cwd)).toEqual(WHOLE);
  });

  it('is of a store in a file that has a storeKey', async () => {
    const cwd = storeOfBefore({});
    await expect(rotate(cwd)).rejects.toThrow(
      'storeKey: is not set: there is no key to rotate. Name the configuration that has the storeKey of the store, with --config FILE.',
    );
    configure(cwd, { storeKey: NEW, store: 'memory:' });
    await expect(rotate(cwd)).rejects.toThrow(
      'store: is in memory: its keys are gone with the process, and there is none to rotate. Name the configuration of a store that stays, with --config FILE.',
    );
  });

  it('refuses a store whose keys are damaged, and changes nothing', async () => {
    const cwd = storeOfBefore({ storeKey: OLD });
    await opened(cwd);
    const store = await openStore({ kind: 'sqlite', file: join(cwd, 'store.db') }, { now: () => AT });
    const { space, key } = { space: 'store-keys', key: 'keyset' };
    const { version = 0, bytes = new Uint8Array() } = (await store.records.get(space, key)) ?? {};
    const record = JSON.parse(Buffer.from(bytes).toString());
    const damaged = Buffer.from(JSON.stringify({ ...record, sealed: `AAAA${record.sealed.slice(4)}` }));
    await store.records.put({ space, key, version, bytes: damaged });
    await store.close();
    await expect(rotate(cwd, { isReseal: true })).rejects.toThrow(
      'storeKey: is right, and the keys of the store, which it opens, are damaged in the file: nothing was changed. Put back the store from a backup.',
    );
  });

  it('without the old key gives up what it sealed, where that is asked for', async () => {
    const cwd = storeOfBefore({ storeKey: OTHER });
    await rotate(cwd, { isKeyLost: true });
    const { findings, ...rest } = await opened(cwd);
    expect(rest).toEqual({ isResealing: false });
    expect(findings.map(({ code }) => code)).toEqual(['other-key']);
    const kept = await openKeptInFile(await configOf(cwd), () => AT);
    later(() => kept.close());
    expect((await kept.refused({})).unreadable).toBe(1);
  });
});

describe('the audit log of a store whose key was rotated', () => {
  it('shows entries that somebody with the old key has changed, or added', async () => {
    const cwd = storeOfBefore();
    await rotate(cwd);
    const store = await openStore({ kind: 'sqlite', file: join(cwd, 'store.db') });
    later(() => store.close());
    const { audit } = await openStoreKeys({ store, storeKey: new Secret(NEW) });
    expect((await verifyAuditLog(store.audit, audit, [])).findings).toEqual([]);
    await store.audit.append('{"kind":"ended","at":1}', createAuditSeal(Buffer.from(OLD, 'hex'), Date.now));
    expect((await verifyAuditLog(store.audit, audit, [])).findings.map(({ code }) => code)).toEqual([
      'other-key',
    ]);
  });
});
