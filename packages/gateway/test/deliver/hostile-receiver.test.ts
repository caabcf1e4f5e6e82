/** Receivers that do what none should: nothing of ours is in what is kept of them, and an operator's word holds. */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdminClient } from '@countersign/api';
import { expect, it, vi } from 'vitest';
import type { DestinationInput } from '../../src/config/config-input.ts';
import { later, start, type TestGateway, type TestOptions } from '../harness.ts';

const TOKEN = 'the token of a partner';

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  later(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

async function gatewayTo(deliver: readonly DestinationInput[], options: TestOptions = {}) {
  const proof = { scheme: { type: 'shared-token', header: 'x-token' }, keys: [{ secret: TOKEN }] } as const;
  const gateway = await start({ inbox: { path: '/in', ...proof, keep: { deliver } } }, options);
  const send = async (body: string, headers: Record<string, string> = {}): Promise<void> => {
    const response = await fetch(`${gateway.publicUrl}/in`, {
      method: 'POST',
      headers: { 'x-token': TOKEN, ...headers },
      body,
    });
    expect(response.status).toBe(200);
  };
  return { gateway, send };
}

function adminOf({ adminUrl = '', adminToken }: TestGateway) {
  return createAdminClient({ baseUrl: adminUrl, token: adminToken });
}

it('a receiver that sends back all that it gets is shown without credentials: those of the sender, and ours', async () => {
  const echo = await serve((request, response) => {
    response.statusCode = 500;
    response.end(`${request.rawHeaders.join('\n')}\n${JSON.stringify(request.headers)}`);
  });
  const OURS = 'a token that the receiver wants "so"';
  const { gateway, send } = await gatewayTo(
    [
      { name: 'kept', to: echo, retries: [], keepHeaders: ['authorization', 'x-token'] },
      {
        name: 'ours',
        to: echo,
        retries: [],
        sign: { scheme: { type: 'shared-token', header: 'x-ours' }, secret: OURS },
      },
    ],
    { storeKey: '07'.repeat(32) },
  );
  await send('{}', { authorization: 'Bearer of-the-sender-1234' });
  await vi.waitFor(
    async () => {
      const { deliveries } = await gateway.store.deliveries.list({ state: 'dead' });
      expect(deliveries.length).toBe(2);
    },
    { timeout: 20_000 },
  );
  const { deliveries } = await gateway.store.deliveries.list();
  const shown = await Promise.all(
    deliveries.map(({ eventId, destination }) =>
      adminOf(gateway).call('delivery', { event: eventId, destination }),
    ),
  );
  const text = JSON.stringify(shown);
  expect(text).toContain('[hidden]');
  expect(text).toContain('countersign-event');
  for (const secret of ['of-the-sender-1234', TOKEN, OURS, 'wants "so"', 'wants \\"so']) {
    expect(text).not.toContain(secret);
    expect(gateway.log.join('\n')).not.toContain(secret);
  }
});

it('a pause holds, also where the last of a drain was being read', async () => {
  const url = await serve((_, response) => response.end());
  const { gateway, send } = await gatewayTo([{ name: 'a', to: url }]);
  const admin = adminOf(gateway);
  const change = (word: 'pause' | 'resume' | 'mute', more = {}) =>
    admin.call('changeDestination', { destination: 'a', change: word, ...more });
  await change('pause');
  // Long ones are read in another thread: a pause may come meanwhile.
  for (let n = 0; n < 4; n++) await send(`${n}${'a'.repeat(900_000)}`);
  for (let round = 0; round < 10; round++) {
    await change('resume', { drainPerSecond: 1_000 });
    await change('pause');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await gateway.store.deliveries.conditions()).get('a')?.state).toBe('paused');
  }
});

it('who mutes a destination changes neither why it rests nor how fast it catches up', async () => {
  const url = await serve((_, response) => {
    response.statusCode = 410;
    response.end();
  });
  const { gateway, send } = await gatewayTo([{ name: 'a', to: url }]);
  await send('{}');
  const condition = async () => (await gateway.store.deliveries.conditions()).get('a');
  await vi.waitFor(async () => expect((await condition())?.state).toBe('disabled'), { timeout: 20_000 });
  await adminOf(gateway).call('changeDestination', { destination: 'a', change: 'mute' });
  expect(await condition()).toMatchObject({ state: 'disabled', reason: 'gone', isMuted: true });
});

it('news for an operator whose destination is muted is noted, and not sent', async () => {
  const told = vi.fn();
  const ops = await serve((_, response) => {
    told();
    response.end();
  });
  const gone = await serve((_, response) => {
    response.statusCode = 410;
    response.end();
  });
  const { gateway, send } = await gatewayTo([{ name: 'gone', to: gone }], {
    destinations: { ops: { to: ops } },
    operatorEvents: 'ops',
  });
  await adminOf(gateway).call('changeDestination', { destination: 'ops', change: 'mute' });
  await send('{}');
  await vi.waitFor(
    async () => {
      const { deliveries } = await gateway.store.deliveries.list({ destination: 'ops' });
      expect(deliveries).toMatchObject([{ state: 'muted' }, { state: 'muted' }]);
    },
    { timeout: 20_000 },
  );
  expect(told).not.toHaveBeenCalled();
});
