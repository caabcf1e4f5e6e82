/** Whom the tenant is told to whose key has proved a request: upstreams, destinations, actions, the admin API. */
import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAdminClient } from '@countersign/api';
import { expect, it } from 'vitest';
import type { GateInput, TenantPlaceInput } from '../../src/config/config-input.ts';
import { actionsModule, send, start, startUpstream, type TestGateway, temporaryDir } from '../harness.ts';

const SECRET_OF_ACME = 'the secret of acme, thirty-two bytes';

function tenantsFolder(): string {
  const folder = temporaryDir();
  const keys = [{ id: 'main', secret: SECRET_OF_ACME }];
  writeFileSync(join(folder, 'acme.json'), JSON.stringify({ keys }));
  return folder;
}

const gate = (outcome: Partial<GateInput>, tenant: TenantPlaceInput = { path: 'tenant' }): GateInput => ({
  path: '/hooks/:tenant',
  provider: 'github',
  keysFrom: { folder: tenantsFolder(), tenant },
  ...outcome,
});

interface Sent {
  readonly path?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const hook = (
  { publicUrl }: Pick<TestGateway, 'publicUrl'>,
  { path = '/hooks/acme', body = '{}', headers = {} }: Sent = {},
) =>
  send(`${publicUrl}${path}`, {
    body,
    headers: {
      ...headers,
      'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET_OF_ACME).update(body).digest('hex')}`,
      'x-github-event': 'push',
      'x-github-delivery': 'one',
    },
  });

const adminOf = ({ adminUrl = '', adminToken }: TestGateway) =>
  createAdminClient({ baseUrl: adminUrl, token: adminToken });

it('an upstream, and nobody else’s word of it', async () => {
  const upstream = await startUpstream((_, response) => response.end());
  const gateway = await start({ hooks: gate({ forward: { to: upstream.url } }) });
  expect((await hook(gateway, { headers: { 'countersign-tenant': 'globex' } })).status).toBe(200);
  const headers = upstream.received[0]?.headers ?? [];
  const values = headers.filter((_, i) => headers[i - 1]?.toLowerCase() === 'countersign-tenant');
  expect(values).toEqual(['acme']);
});

it('an upstream whose requests say it in their bodies', async () => {
  const upstream = await startUpstream((_, response) => response.end());
  const gateway = await start({ hooks: gate({ forward: { to: upstream.url } }, { body: 'account.id' }) });
  const body = '{"account":{"id":"acme"}}';
  expect((await hook(gateway, { path: '/hooks/any', body })).status).toBe(200);
  expect((await hook(gateway, { path: '/hooks/acme' })).status).toBe(401);
  expect(upstream.received.map((one) => one.body.toString())).toEqual([body]);
});

it('a destination, the list of events, the event and its export', async () => {
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
  const destination = await startUpstream((_, response) => {
    response.end();
    arrive();
  });
  const gateway = await start({
    hooks: gate({ keep: { deliver: [{ name: 'there', to: destination.url }] } }),
  });
  const client = adminOf(gateway);
  expect((await hook(gateway)).status).toBe(200);
  const [event] = (await client.call('events', {})).events;
  expect(event).toMatchObject({ gate: 'hooks', tenant: 'acme', keyId: 'main' });
  const id = event?.id ?? '';
  expect(await client.call('event', { id })).toMatchObject({ tenant: 'acme', keyId: 'main' });
  await arrived;
  const [received] = destination.received;
  const sent = received?.headers.map((name) => name.toLowerCase()) ?? [];
  expect(sent[sent.indexOf('countersign-tenant') + 1]).toBe('acme');
});

it('an action', async () => {
  const actions = actionsModule(
    `export default { name: 'hello', description: 'Says whose.', input: { type: 'object' }, run: (_, { tenant }) => ({ tenant }) };`,
  );
  const gateway = await start({ hooks: gate({ answer: { actions, as: 'json' } }) });
  expect((await hook(gateway)).text).toContain('"acme"');
});

it('the log, and metrics once it has proved itself', async () => {
  const gateway = await start({ hooks: gate({ keep: {} }) });
  const metrics = (): Promise<string> =>
    send(`${gateway.adminUrl}/metrics`, {
      method: 'GET',
      headers: { authorization: `Bearer ${gateway.adminToken}` },
    }).then(({ text }) => text);
  await hook(gateway, { path: '/hooks/invented' });
  expect(await metrics()).not.toMatch(/tenant="/);
  await hook(gateway);
  expect(gateway.log.some((line) => line.includes('"tenant":"acme"'))).toBe(true);
  expect(await metrics()).toContain('countersign_tenant_requests_total{gate="hooks",tenant="acme"} 1\n');
});

it('nobody who changes keys: they are the source’s', async () => {
  const gateway = await start({ hooks: gate({ keep: {} }) }, { storeKey: 'ab'.repeat(32) });
  const client = adminOf(gateway);
  await hook(gateway);
  expect(await client.call('gateKeys', { gate: 'hooks' })).toMatchObject({
    kind: 'by-tenant',
    canAdd: false,
    keys: [],
    warnings: [],
  });
  await expect(
    client.call('changeKey', { gate: 'hooks', key: 'main', change: 'revoke' }),
  ).rejects.toMatchObject({
    code: 'keys-fetched',
    message: expect.stringContaining(
      'the gate looks its keys up by tenant, and they are changed where keysFrom says',
    ),
  });
});
