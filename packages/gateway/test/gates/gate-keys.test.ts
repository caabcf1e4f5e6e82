/** Two gates over one record, as a reload has them for a moment. */
import { MemoryReplayGuard } from '@countersign/core';
import { expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse-config.ts';
import { createCoreGate } from '../../src/gates/core-gate.ts';
import { openGateKeys } from '../../src/gates/gate-keys.ts';
import { changeKey } from '../../src/gates/key-changes.ts';
import { createKeyRecords } from '../../src/sealed/key-records.ts';
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
  // What it has not read it does not write over.
  const late = await next.opened.change((current) => changeKey(current, { ...change, id: 'b' }, Date.now()));
  expect(late?.code).toBe('changed-meanwhile');
  expect(late?.sentence).toBe(
    'another process has changed the keys of this gate in the store: start this gateway again',
  );
  await next.opened.refresh();
  expect(next.states()).toEqual(['revoked', 'active']);
});
