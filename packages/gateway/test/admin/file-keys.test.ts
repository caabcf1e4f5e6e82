/** What the admin API leaves to the configuration's file. */
import { createHmac } from 'node:crypto';
import { createAdminClient, ROUTES } from '@countersign/api';
import { expect, it } from 'vitest';
import { send, start } from '../harness.ts';

const OLD = 'the-old-secret-of-this-gate-0123456789';
const NEW = 'the-new-secret-of-this-gate-abcdefghij';
const gate = 'hook';

it('no route takes a key of the configuration’s file away, or puts another secret in its place', async () => {
  const keys = [
    { id: 'old', secret: OLD },
    { id: 'other', secret: 'another-secret-of-this-gate-0123456' },
  ];
  const gateway = await start(
    { hook: { path: '/hook', provider: 'github', keys, respond: { status: 200 } } },
    { storeKey: 'ab'.repeat(32) },
  );
  const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
  const post = async (secret: string): Promise<number> => {
    const signature = createHmac('sha256', secret).update('1').digest('hex');
    const headers = { 'x-hub-signature-256': `sha256=${signature}` };
    return (await send(`${gateway.publicUrl}/hook`, { body: '1', headers })).status;
  };
  const removed = client.call('changeKey', { gate, key: 'old', change: 'remove' });
  await expect(removed).rejects.toMatchObject({
    code: 'key-configured',
    message:
      'the admin API answered 409: the key is one of the configuration: take it out there; revoke ends it until then',
  });
  const forced = client.call('changeKey', { gate, key: 'old', change: 'remove', force: true });
  await expect(forced).rejects.toMatchObject({ code: 'key-configured' });
  await expect(client.call('addKey', { gate, id: 'old', secret: NEW })).rejects.toMatchObject({
    code: 'key-exists',
    message: 'the admin API answered 409: the gate has a key of this id: give the new one another',
  });
  const keyRoutes = Object.values(ROUTES).filter(
    ({ path, method }) => path.includes('/keys') && method !== 'GET',
  );
  expect(keyRoutes.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'POST /api/gates/:gate/keys',
    'POST /api/gates/:gate/keys/:key',
  ]);
  // Nothing that a change takes is a secret.
  expect(Object.keys(ROUTES.changeKey.body ?? {})).toEqual(['change', 'from', 'until', 'force']);
  expect([await post(OLD), await post(NEW)]).toEqual([200, 401]);
});
