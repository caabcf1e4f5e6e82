/** What is particular to Node’s own servers and to fetch handlers. */
import { EventEmitter, once } from 'node:events';
import * as http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { webhook as fetchWebhook, requireProof } from '../../src/adapters/fetch.ts';
import { type WebhookEvent, webhook } from '../../src/adapters/node.ts';
import { nodeBody } from '../../src/adapters/node-request.ts';
import { SECRET, send, signature, signedHeaders } from './sending.ts';
import { listen } from './serving.ts';
import { APPROOV_SECRET, approovToken } from './tokens.ts';

it('a server of HTTP/2 takes the same listener', async () => {
  const events: WebhookEvent[] = [];
  const server = http2.createServer(webhook('github', SECRET, (event) => void events.push(event)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  onTestFinished(() => {
    client.destroy();
    server.close();
  });
  const answers: unknown[] = [];
  for (const body of ['{"a":"🎉"}', 'x'.repeat(1024 * 1024 + 1)]) {
    const stream = client.request({
      ':method': 'POST',
      ':path': '/hook',
      'x-hub-signature-256': signature(body),
    });
    stream.on('error', () => {});
    const answered = once(stream, 'response');
    stream.end(body);
    const [headers] = await answered;
    answers.push(headers[':status']);
    stream.resume();
  }
  expect(answers).toEqual([200, 413]);
  expect(events.map(({ text }) => text)).toEqual(['{"a":"🎉"}']);
});

it('of a body that is too long no more is held than shows it', async () => {
  const stream = Object.assign(new EventEmitter(), {
    rawHeaders: ['transfer-encoding', 'chunked'],
    isPaused: false,
    pause() {
      this.isPaused = true;
    },
  });
  const read = nodeBody(stream, 10);
  let pieces = 0;
  while (stream.listenerCount('data') > 0) {
    stream.emit('data', Buffer.from('abcd'));
    pieces++;
  }
  expect({ pieces, isPaused: stream.isPaused, bytes: (await read)?.length }).toEqual({
    pieces: 3,
    isPaused: true,
    bytes: 12,
  });
});

it('a listener goes on answering when its handler answered a sender who had left', async () => {
  let leave: () => void = () => {};
  const errors: unknown[] = [];
  const { port } = await listen(
    webhook(
      'github',
      SECRET,
      async ({ payload }, req) => {
        if (payload !== 'leave') return;
        const closed = once(req as unknown as EventEmitter, 'close');
        leave();
        await closed;
      },
      { onError: (error) => errors.push(error) },
    ),
  );
  const controller = new AbortController();
  leave = () => controller.abort();
  const body = '"leave"';
  const headers = { 'x-hub-signature-256': signature(body) };
  await expect(
    fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body, headers, signal: controller.signal }),
  ).rejects.toThrow(/abort/i);
  expect(await send(port)).toMatchObject({ status: 200 });
  expect(errors).toEqual([]);
});

function requestOf(body: string, headers = signedHeaders(body) as Record<string, string>): Request {
  return new Request('https://app.example/hook', { method: 'POST', body, headers });
}

describe('fetch', () => {
  const quiet = { onRefused: () => {}, onError: () => {} };

  it('takes a secret that comes with the request, and one that changes', async () => {
    const handle = fetchWebhook<unknown, { readonly SECRET?: string }>(
      'github',
      (env) => env.SECRET,
      (event, env) => Response.json([event.type, env.SECRET?.length]),
      quiet,
    );
    expect(await (await handle(requestOf('{"a":1}'), { SECRET })).json()).toEqual(['push', SECRET.length]);
    expect((await handle(requestOf('{"a":1}'), { SECRET })).status).toBe(200);
    expect((await handle(requestOf('{"a":2}'), { SECRET: 'another secret of this program' })).status).toBe(
      401,
    );
  });

  it('knows what it has taken when the secrets change, and while it is on its way', async () => {
    const rotated = 'another secret of this program';
    let runs = 0;
    const held = Promise.withResolvers<void>();
    const handle = fetchWebhook<unknown, { readonly secrets: readonly string[] }>(
      'github',
      (env) => env.secrets,
      async ({ text }) => {
        runs++;
        if (text === '"held"') await held.promise;
      },
      quiet,
    );
    const before = { secrets: [SECRET] };
    const after = { secrets: [rotated, SECRET] };
    expect((await handle(requestOf('{}'), before)).status).toBe(200);
    const first = handle(requestOf('"held"'), before);
    expect((await handle(requestOf('{}'), after)).status).toBe(200);
    expect((await handle(requestOf('"held"'), after)).status).toBe(409);
    held.resolve();
    expect((await first).status).toBe(200);
    expect(runs).toBe(2);
    // The first of them has gone.
    expect((await handle(requestOf('{"a":1}'), { secrets: [rotated] })).status).toBe(401);
  });

  it('answers 500 where the secret does not come, and says which variable', async () => {
    const errors: unknown[] = [];
    const handle = fetchWebhook<unknown, { readonly SECRET?: string }>(
      'github',
      (env) => env.SECRET,
      () => {},
      { onError: (error) => errors.push(error) },
    );
    const response = await handle(requestOf('{}'), {});
    expect([response.status, await response.text()]).toEqual([500, 'internal error']);
    expect(String(errors[0])).toMatch(/GITHUB_WEBHOOK_SECRET/);
  });

  it('a body that nobody reads is not cancelled: of a stream of Node’s that would end the process', async () => {
    const gate = { provider: 'github', keys: [SECRET], maxBodyBytes: 10 } as const;
    const listeners = [
      fetchWebhook(gate, () => {}, quiet),
      requireProof(gate, () => new Response('passed'), quiet),
    ];
    for (const [headers, status] of [
      [{}, 401],
      [{ ...signedHeaders('{}'), 'content-length': '11' } as Record<string, string>, 413],
    ] as const) {
      for (const handle of listeners) {
        let isCancelled = false;
        const body = new ReadableStream({
          cancel: () => {
            isCancelled = true;
          },
        });
        const init = { method: 'POST', headers, body, duplex: 'half' as const };
        expect((await handle(new Request('https://app.example/hook', init))).status).toBe(status);
        expect(isCancelled).toBe(false);
      }
    }
  });

  it('an answer of 400 and above frees the claim', async () => {
    const handle = fetchWebhook(
      'github',
      SECRET,
      ({ attempt }) => new Response('x', { status: attempt === 1 ? 503 : 201 }),
    );
    expect((await handle(requestOf('{}'))).status).toBe(503);
    expect((await handle(requestOf('{}'))).status).toBe(201);
  });

  it('requireProof leaves the body unread where a token proves', async () => {
    const handle = requireProof('approov', APPROOV_SECRET, async (request, { claims }) =>
      Response.json([claims?.['did'], request.bodyUsed, await request.text()]),
    );
    const request = requestOf('the body', { 'approov-token': await approovToken() });
    expect(await (await handle(request)).json()).toEqual(['a-device', false, 'the body']);
  });

  it('requireProof hands over the bytes that were proved where a signature covers them', async () => {
    const handle = requireProof(
      'github',
      SECRET,
      async (request) => new Response(await request.text()),
      quiet,
    );
    expect(await (await handle(requestOf('{"🎉":1}'))).text()).toBe('{"🎉":1}');
    expect((await handle(requestOf('{"🎉":1}'))).status).toBe(200);
    expect((await handle(requestOf('{}', { 'x-hub-signature-256': 'sha256=00' }))).status).toBe(401);
  });
});
