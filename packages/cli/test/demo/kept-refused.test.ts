/** The demo's gates keep what they refuse, each of them, in memory. */
import { createAdminClient } from '@countersign/api';
import { startIncodePlatform } from '@countersign/sandbox';
import { expect, it, onTestFinished } from 'vitest';
import { startDemoGateway } from '../../src/demo/start-demo-gateway.ts';
import { newFolder } from '../support.ts';

it('keeps what each gate of the demo refuses', async () => {
  const incode = await startIncodePlatform();
  onTestFinished(() => incode.close());
  const io = {
    cwd: newFolder(),
    env: {},
    now: Date.now,
    stderr: { write: () => true, once: () => undefined },
  };
  const gateway = await startDemoGateway({
    shopUrl: 'http://127.0.0.1:9',
    io,
    anyPorts: true,
    incode,
    onboardingPage: 'http://127.0.0.1:9',
  });
  onTestFinished(() => gateway.close());
  const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
  const gates = await client.call('gates');
  expect(gates.length).toBeGreaterThan(10);
  for (const { path } of gates) {
    const url = gateway.publicUrl + path.replace(/:[a-z]+/, 'send_email');
    const headers = { 'content-type': 'application/json' };
    await fetch(url, { method: 'POST', headers, body: '{"forged":true}' });
  }
  const { refused } = await client.call('refused', { limit: 50 });
  expect(refused.map(({ gate }) => gate)).toEqual(gates.map(({ name }) => name).toReversed());
  for (const { keepsRefused } of await client.call('gates')) {
    expect(keepsRefused).toEqual({ atMost: 1_000, forSeconds: 86_400, where: 'memory', leftOut: 0 });
  }
});
