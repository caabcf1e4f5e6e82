/** Two gates over one record, as a reload has them for a moment. */
import { MemoryReplayGuard } from '@countersign/core';
import { expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse-config.ts';
import { Secret } from '../../src/config/secret.ts';
import { createCoreGate } from '../../src/gates/core-gate.ts';
import { openGateKeys } from '../../src/gates/gate-keys.ts';
import { addKey, changeKey } from '../../src/gates/key-changes.ts';
import { createKeyRecords } from '../../src/sealed/key-records.ts';
import { createSealer } from '../../src/sealed/seal.ts';
import { openStore } from '../../src/stores/open-store.ts';
import { later } from '../harness.ts';

it('a gate that takes another’s place goes by what was changed there while it was opened', async () => {
  const store = await openStore(':memory:');
  later(() => store.close());
  const keys = ['a', 'b'].map((id) => ({ id, secret: `a-secret-of-thirty-two-bytes-${id}` }));
  const gates = { g: { path: '/g', provider: 'github', keys, respond: { status: 204 } } };
  const { config } = parseConfig({ store: 'memory:', gates }, { baseDir: '/', env: {} });
  const [gate] = config.gates;
  if (gate === undefined) throw new Error('the configuration has a gate');
  const open = async () => {
    const opened = await openGateKeys(gate, createKeyRecords('g', store.records, undefined));
    const core = createCoreGate(gate, { replay: new MemoryReplayGuard(), now: Date.now });
    if (core !== undefined) opened.attach([core]);
    return { opened, states: () => core?.keys.list().map(({ state }) => state) };
  };
  const old = await open();
  const next = await open();
  const change = { id: 'a', change: 'revoke', force: false } as const;
  expect(await old.opened.change((current) => changeKey(current, change, Date.now()))).toBeUndefined();
  expect(next.states()).toEqual(['active', 'active']);
  // What it has not read it does not write over: it reads it, and judges by that.
  const late = await next.opened.change((current) => changeKey(current, { ...change, id: 'b' }, Date.now()));
  expect(late?.code).toBe('last-usable-key');
  expect(next.states()).toEqual(['revoked', 'active']);
  expect(await old.opened.refresh()).toBe(false);
});

it('added keys that a gate does not take keep no other key from being revoked there', async () => {
  const store = await openStore(':memory:');
  later(() => store.close());
  const sealer = createSealer(new Uint8Array(32).fill(7));
  const keysOf = (number: number) =>
    Array.from({ length: number }, (_, i) => ({ id: `k${i}`, secret: `a-secret-of-thirty-two-bytes-${i}` }));
  const open = async (number: number) => {
    const gates = { g: { path: '/g', provider: 'github', keys: keysOf(number), respond: { status: 204 } } };
    const { config } = parseConfig({ store: 'memory:', gates }, { baseDir: '/', env: {} });
    const [gate] = config.gates;
    if (gate === undefined) throw new Error('the configuration has a gate');
    const opened = await openGateKeys(gate, createKeyRecords('g', store.records, sealer));
    const core = createCoreGate(gate, { replay: new MemoryReplayGuard(), now: Date.now });
    if (core !== undefined) opened.attach([core]);
    return { opened, list: () => core?.keys.list() ?? [] };
  };
  const few = await open(2);
  const sixteen = await open(16);
  const secret = new Secret('a-secret-of-thirty-two-bytes-more');
  await few.opened.change((current) => addKey(current, { id: 'more', secret, state: 'active' }));
  const revoke = { id: 'k0', change: 'revoke', force: false } as const;
  await few.opened.change((current) => changeKey(current, revoke, Date.now()));
  expect(await sixteen.opened.refresh()).toBe(true);
  expect(sixteen.list().map(({ id }) => id)).not.toContain('more');
  expect(sixteen.list()[0]).toMatchObject({ id: 'k0', state: 'revoked' });
  expect(sixteen.opened.notes).toEqual([{ code: 'key-refused', keyId: 'more' }]);
});
