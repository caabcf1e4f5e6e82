import { createGate, done, type Gate, requestFrom } from '@countersign/core';
import { describe, expect, it } from 'vitest';
import { FLOWENT_FORMS } from '../../src/flowent.ts';
import type { FlowentPlatform } from '../../src/flowent-platform/model.ts';
import { startServer } from '../../src/pages/start-server.ts';
import { startTestServer } from '../test-server.ts';
import { goodAnswer, startActionServer } from './action-server.ts';
import { clientOf, draft, KEY, NOW_MS, passingFetch, startPlatform, TENANT } from './support.ts';

const PARAMETERS =
  '{"z":"Grüße – 🚀 <b>&</b> \\u2028","a":{"y":12345678901234567890,"b":1.0},"list":[1,"2",null]}';

/** A platform on which `send_email` is registered with a server. */
async function platformWith(url: string, options: Parameters<typeof startPlatform>[0] = {}) {
  const platform = await startPlatform(options);
  const client = await clientOf(platform);
  expect((await client('POST', '/actions', draft('send_email', url))).status).toBe(201);
  return platform;
}

describe('a call of the platform', () => {
  it('goes to the registered webhook, signed with the tenant’s key, and gives its answer back', async () => {
    const server = await startActionServer(KEY);
    const platform = await platformWith(server.url);
    const answer = await platform.call('send_email', { to: 'ada' }, { form: 'javascript' });
    expect(answer).toEqual({
      status: 200,
      result: 'ran send_email with {"to":"ada"}',
      error: '',
      bodyText: '{"result":"ran send_email with {\\"to\\":\\"ada\\"}","error":""}',
      durationMs: expect.any(Number),
    });
    expect(answer.durationMs).toBeGreaterThan(0);
    expect(server.arrived.at(-1)).toMatchObject({
      path: '/actions/send_email',
      contentType: 'application/json',
      signature: 'good',
      body: { action_name: 'send_email', parameters: { to: 'ada' }, timestamp: NOW_MS / 1000 },
    });
    expect(server.arrived.at(-1)?.body).not.toHaveProperty('test');
  });

  it('goes to the very URL that is registered, wherever that is', async () => {
    const server = await startActionServer(KEY, (call) =>
      goodAnswer({ ...call, path: '/actions/send_email' }),
    );
    const platform = await startPlatform();
    const client = await clientOf(platform);
    const webhook_url = `${server.url}/deep/down?tenant=a%20b`;
    await client('POST', '/actions', { ...draft('send_email', server.url), webhook_url });
    await platform.call('send_email', {});
    expect(server.arrived.map(({ path }) => path)).toEqual(
      Array.from({ length: 2 }, () => '/deep/down?tenant=a%20b'),
    );
  });

  it.each(FLOWENT_FORMS)('in the form %s is accepted by the engine', async (form) => {
    const { url, ran } = await startGateServer();
    const platform = await platformWith(url);
    for (const signaturePosition of ['first', 'middle', 'last'] as const) {
      // Another second each time: equal calls in one second are one call.
      const timestampMs = NOW_MS + 1000 * ['first', 'middle', 'last'].indexOf(signaturePosition);
      const answer = await platform.call('send_email', PARAMETERS, { form, signaturePosition, timestampMs });
      expect(answer, signaturePosition).toMatchObject({ status: 200, result: 'ran', error: '' });
    }
    expect(ran()).toBe(3);
  });

  it.each(['unsigned', 'signed'] as const)(
    'is preceded by a registration test, %s, that the engine answers',
    async (testSigned) => {
      const { url, ran } = await startGateServer();
      await platformWith(url, { testSigned });
      expect(ran()).toBe(0);
    },
  );

  it('can be spoilt, and is then refused by the engine', async () => {
    const { url, ran } = await startGateServer();
    const platform = await platformWith(url);
    for (const fault of [
      'tampered',
      'wrong-key',
      'stale',
      'future',
      'unsigned',
      'duplicate-member',
    ] as const) {
      const answer = await platform.call('send_email', { to: fault }, { fault });
      expect(answer, fault).toMatchObject({ status: 401, result: undefined, error: 'unauthorized' });
    }
    expect(ran()).toBe(0);
  });

  it('carries the time that it is told to', async () => {
    const server = await startActionServer(KEY);
    const platform = await platformWith(server.url);
    await platform.call('send_email', {}, { timestampMs: NOW_MS - 299_000 });
    expect(server.arrived.at(-1)?.body['timestamp']).toBe(NOW_MS / 1000 - 299);
  });

  it('is made for the tenant that it is told, with that tenant’s key', async () => {
    const servers = [await startActionServer(KEY), await startActionServer('other-key')];
    const platform = await startPlatform({
      tenants: [TENANT, { apiToken: 'other-token', hmacKey: 'other-key' }],
    });
    for (const [n, server] of servers.entries()) {
      await (await clientOf(platform, n))('POST', '/actions', draft('send_email', server.url));
    }
    const tenant = platform.tenants[1]?.tenantId ?? '';
    expect((await platform.call('send_email', {}, { tenant, form: 'javascript' })).status).toBe(200);
    expect(servers.map(({ arrived }) => arrived.length)).toEqual([1, 2]);
    await expect(platform.call('send_email', {}, { tenant: 'nobody' })).rejects.toThrow(
      /^tenant: there is none with the id "nobody"/,
    );
  });

  it('gives back what is not JSON as text alone', async () => {
    const server = await startActionServer(KEY, (call) =>
      call.body['test'] === true ? goodAnswer(call) : { status: 502, body: '<h1>Bad gateway</h1>' },
    );
    const platform = await platformWith(server.url);
    expect(await platform.call('send_email', {})).toMatchObject({
      status: 502,
      result: undefined,
      error: undefined,
      bodyText: '<h1>Bad gateway</h1>',
    });
  });

  it('is not made for an action that is not registered', async () => {
    const platform = await startPlatform();
    await expect(platform.call('send_email', {})).rejects.toThrow(
      'No action "send_email" is registered. Register it before you call it.',
    );
  });

  it('is not made with parameters that are not JSON', async () => {
    const server = await startActionServer(KEY);
    const platform = await platformWith(server.url);
    await expect(platform.call('send_email', '{"a":}')).rejects.toThrow(SyntaxError);
  });

  it('carries 1 MB and no byte more', async () => {
    const server = await startActionServer(KEY);
    const platform = await platformWith(server.url);
    const form = 'javascript';
    await platform.call('send_email', { fill: '' }, { form });
    const room = 1_048_576 - Buffer.byteLength(JSON.stringify(server.arrived.at(-1)?.body));
    expect((await platform.call('send_email', { fill: 'x'.repeat(room) }, { form })).status).toBe(200);
    await expect(platform.call('send_email', { fill: 'x'.repeat(room + 1) }, { form })).rejects.toThrow(
      'The payload has 1048577 bytes; the platform sends at most 1048576.',
    );
    expect(server.arrived).toHaveLength(3);
  });

  const hanging = () =>
    startActionServer(KEY, (call) => (call.body['test'] === true ? goodAnswer(call) : undefined));

  it('fails after the time limit', async () => {
    const { url } = await hanging();
    // The registration test is passed without the server: it has the same limit, and only the call is to meet it.
    let reach = passingFetch;
    const platform = await platformWith(url, {
      webhookTimeoutMs: 50,
      fetch: (to, init) => reach(to, init),
    });
    reach = fetch;
    await expect(platform.call('send_email', {})).rejects.toThrow(
      'The webhook of send_email did not answer within 50 ms.',
    );
  });

  it('can be given up by its caller', async () => {
    const server = await hanging();
    const platform = await platformWith(server.url);
    const arrived = server.next();
    const giveUp = new AbortController();
    const enough = new Error('enough');
    const call = expect(platform.call('send_email', {}, { signal: giveUp.signal })).rejects.toBe(enough);
    await arrived;
    giveUp.abort(enough);
    await call;
  });

  it('ends with the platform', async () => {
    const server = await hanging();
    const platform = await platformWith(server.url);
    const arrived = server.next();
    const call = expect(platform.call('send_email', {})).rejects.toThrow(
      'The webhook of send_email was not waited for: the platform is closed.',
    );
    await arrived;
    await platform.close();
    await call;
  });

  it('fails where the webhook is gone, and says why', async () => {
    const server = await startServer((_, response) => {
      response.end('{"result":"Test successful for action: send_email","error":""}');
    });
    const platform: FlowentPlatform = await platformWith(server.origin);
    await server.close();
    await expect(platform.call('send_email', {})).rejects.toThrow(
      /^The webhook of send_email could not be reached: .+\.$/,
    );
  });
});

/** An action server behind an engine's gate, and how often its one action ran. */
async function startGateServer(): Promise<{ readonly url: string; readonly ran: () => number }> {
  const gate: Gate = createGate({ provider: 'flowent', keys: [KEY], now: () => NOW_MS });
  let ran = 0;
  const url = await startTestServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const { method = '', url = '', headers } = request;
    const fields = Object.entries(headers).map(([name, value]) => [name, String(value)] as const);
    const body = new Uint8Array(Buffer.concat(chunks));
    const received = await gate.receive(requestFrom({ method, url, headers: fields, body }), () => {
      ran += 1;
      return done('{"result":"ran","error":""}');
    });
    if (received.kind === 'done') response.end(received.value);
    else if (received.kind === 'handshake') response.end(received.handshake.body);
    else response.writeHead(401).end('{"error":"unauthorized"}');
  });
  return { url, ran: () => ran };
}
