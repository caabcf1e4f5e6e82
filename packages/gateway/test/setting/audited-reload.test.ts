/** Whoever has the configuration read again is in the audit log, also where no call of the admin API asked for it. */
import { createAdminClient } from '@countersign/api';
import { expect, it } from 'vitest';
import type { GateInput } from '../../src/config/config-input.ts';
import { StoreError } from '../../src/stores/store.ts';
import { type ReloadingGateway, SECRET, send, startReloading } from './reloading.ts';

const gate = (path: string): GateInput => ({
  path,
  provider: 'github',
  keys: [{ id: 'main', secret: SECRET }],
  respond: { status: 202 },
});

const clientOf = ({ gateway: { adminUrl = '', adminToken } }: ReloadingGateway) =>
  createAdminClient({ baseUrl: adminUrl, token: adminToken });

it('a signal, a program and a call are told apart', async () => {
  const running = await startReloading({ gates: { a: gate('/a') } });
  await running.gateway.reload('SIGHUP');
  await running.gateway.reload();
  await clientOf(running).call('reloadConfig');
  const { entries } = await clientOf(running).call('audit', { route: 'reloadConfig' });
  expect(entries).toMatchObject([
    { kind: 'change', who: { name: 'token', role: 'admin', by: 'token' }, status: 200 },
    { kind: 'change', who: { name: 'program', role: 'admin', by: 'program' }, status: 200 },
    { kind: 'change', who: { name: 'SIGHUP', role: 'admin', by: 'signal' }, status: 200 },
  ]);
  expect(entries[2]).not.toHaveProperty('from');
});

it('nothing is read again where that cannot be written, and the log says so', async () => {
  const running = await startReloading({ gates: { a: gate('/a') } });
  const full = new StoreError('failed', 'The disk is full.');
  Object.assign(running.gateway.store.audit, { append: () => Promise.reject(full) });
  const report = await running.reload({ gates: { a: gate('/b') } });
  expect(report).toMatchObject({
    result: 'broken',
    findings: [{ problem: 'the audit log cannot be written, so nothing was done. The disk is full.' }],
  });
  expect(running.log.join('\n')).toContain(
    'the configuration was not read again: the audit log cannot be written, so nothing was done; look at the store',
  );
  expect(await send(running, '/a', 'one')).toBe(202);
});

it('a gateway without an admin listener has no audit log, and reads it again all the same', async () => {
  const listen = { public: '127.0.0.1:0', admin: 'off' };
  const running = await startReloading({ listen, gates: { a: gate('/a') } });
  expect(await running.reload({ listen, gates: { a: gate('/b') } })).toMatchObject({ result: 'applied' });
});
