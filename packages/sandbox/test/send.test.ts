import { afterEach, describe, expect, it } from 'vitest';
import type { SandboxRequest } from '../src/index.ts';
import { approovRequest, send } from '../src/index.ts';
import { type EchoServer, startEchoServer } from './echo-server.ts';

const REQUEST: SandboxRequest = {
  name: 'test/bytes',
  method: 'POST',
  path: '/actions/a%2Fb?x=%20',
  headers: [
    { name: 'content-type', value: 'application/json' },
    { name: 'x-signature', value: 'abc' },
  ],
  body: new Uint8Array([0xef, 0xbb, 0xbf, 0xff, 0x00, 0x0d, 0x0a, 0x20]),
};

let server: EchoServer | undefined;
const start = async (status = 200): Promise<EchoServer> => {
  server = await startEchoServer(status);
  return server;
};
afterEach(async () => {
  await server?.close();
  server = undefined;
});

describe('send', () => {
  it('sends method, path, headers and every byte as built, and returns the answer', async () => {
    const { url, arrived } = await start(401);
    const response = await send(REQUEST, url);
    expect(response.status).toBe(401);
    expect(new TextDecoder().decode(response.body)).toBe('taken');
    expect(response.headers).toContainEqual({ name: 'x-answer', value: 'yes' });
    expect(response.durationMs).toBeGreaterThan(0);
    expect(arrived).toHaveLength(1);
    expect(arrived[0]).toMatchObject({ method: 'POST', path: '/actions/a%2Fb?x=%20' });
    expect([...(arrived[0]?.body ?? [])]).toEqual([...REQUEST.body]);
    expect(arrived[0]?.rawHeaders.join(' ')).toContain('content-type application/json');
    expect(arrived[0]?.rawHeaders.join(' ')).toContain('x-signature abc');
  });

  it('sends a GET without a body', async () => {
    const { url, arrived } = await start();
    expect((await send(approovRequest({ token: 't' }), url)).status).toBe(200);
    expect(arrived[0]).toMatchObject({ method: 'GET', path: '/v1/hello' });
  });

  it('keeps the path of the base URL', async () => {
    const { url, arrived } = await start();
    await send(REQUEST, `${url}/prefix/`);
    expect(arrived[0]?.path).toBe('/prefix/actions/a%2Fb?x=%20');
  });

  it('does not follow a redirect', async () => {
    const { url, arrived } = await start(307);
    expect((await send(REQUEST, url)).status).toBe(307);
    expect(arrived).toHaveLength(1);
  });

  it('says which request got no answer, and why', async () => {
    const closed = await startEchoServer();
    await closed.close();
    await expect(send(REQUEST, closed.url)).rejects.toThrow(
      /^test\/bytes: POST http:.*got no answer: .*ECONNREFUSED/,
    );
  });

  it('gives up after timeoutMs', async () => {
    const { url } = await start(0);
    await expect(send(REQUEST, url, { timeoutMs: 50 })).rejects.toThrow(/got no answer: .*timeout/);
  });

  it('takes fetch and clock as arguments', async () => {
    let ms = 100;
    const fetch = async () => {
      ms += 7;
      return new Response('x', { status: 202 });
    };
    const response = await send(REQUEST, 'https://gate.example', { fetch, monotonicMs: () => ms });
    expect(response).toMatchObject({ status: 202, durationMs: 7 });
  });

  it('refuses a base that is not a plain http URL', async () => {
    for (const base of ['', 'localhost:8787', 'ftp://x', 'http://x/?q', '/actions']) {
      await expect(send(REQUEST, base)).rejects.toThrow(/baseUrl must be an http or https URL/);
    }
  });
});
