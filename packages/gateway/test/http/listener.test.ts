import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { writtenProvider } from '@countersign/core';
import { describe, expect, it } from 'vitest';
import { hmacHeaders, later, openSocket, readToEnd, SECRET, send, start } from '../harness.ts';

/** A proof by its form: what is read is read for it. */
const FORMED = `x-signature: ${'0'.repeat(64)}\r\n`;

const gates = {
  one: {
    path: '/one',
    provider: 'hmac',
    keys: [{ secret: SECRET }],
    respond: { status: 200, json: { ok: true } },
  },
  any: { path: '/any', provider: 'none', methods: 'all', respond: { status: 204 } },
} as const;

describe('the public listener', () => {
  it('refuses a body that is too large while it is being sent, and closes the connection', async () => {
    const gateway = await start(gates);
    const socket = await openSocket(gateway.publicPort);
    const answer = readToEnd(socket);
    socket.on('error', () => {});
    socket.write(`POST /one HTTP/1.1\r\nhost: x\r\n${FORMED}transfer-encoding: chunked\r\n\r\n`);
    // 2 MB of chunks, and never the one that ends them.
    const chunk = Buffer.alloc(65_536, 'a');
    for (let i = 0; i < 32 && socket.writable; i++) {
      socket.write('10000\r\n');
      socket.write(chunk);
      socket.write('\r\n');
    }
    const text = await answer;
    expect(text).toMatch(/^HTTP\/1\.1 413 Payload Too Large\r\n/);
    expect(text.toLowerCase()).toContain('connection: close');
    const message = 'the body is longer than the gate’s maxBody, 1048576 bytes';
    expect(gateway.records).toMatchObject([{ gate: 'one', reason: 'body-too-large', status: 413, message }]);
  });

  it.each([
    ['/one/', 'no gate has this path; the same path without its final slash does'],
    ['//one', 'no gate has this path; the same path with one slash for two does'],
    ['/ONE', 'no gate has this path; the same path in lower case does'],
    ['/other', undefined],
    ['/', undefined],
  ])('tells the operator alone what is near %s', async (path, message) => {
    const gateway = await start({ one: gates.one });
    const answer = await send(`${gateway.publicUrl}${path}`, { body: '{}' });
    expect(answer.status).toBe(404);
    expect(answer.text).not.toContain('gate');
    expect(gateway.records).toMatchObject([{ reason: 'no-gate', message }]);
  });

  it('refuses a Content-Length that is too large before reading', async () => {
    const gateway = await start(gates);
    const socket = await openSocket(gateway.publicPort);
    socket.write('POST /one HTTP/1.1\r\nhost: x\r\ncontent-length: 1048577\r\n\r\n');
    expect(await readToEnd(socket)).toMatch(/^HTTP\/1\.1 413 /);
    const message = 'the body of 1048577 bytes is longer than the gate’s maxBody, 1048576 bytes';
    expect(gateway.records).toMatchObject([{ reason: 'body-too-large', message }]);
  });

  it('takes a body of exactly the limit', async () => {
    const gateway = await start(gates);
    const body = Buffer.alloc(1_048_576, 'a');
    expect((await send(`${gateway.publicUrl}/one`, { headers: hmacHeaders(body), body })).status).toBe(200);
  });

  it('does not ask for a body that it would refuse', async () => {
    const gateway = await start(gates);
    const socket = await openSocket(gateway.publicPort);
    socket.write('POST /one HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 1048577\r\n\r\n');
    expect(await readToEnd(socket)).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('asks for a body that it will take', async () => {
    const gateway = await start(gates);
    const headers = { ...hmacHeaders('body'), expect: '100-continue', 'content-length': '4' };
    const request = httpRequest(`${gateway.publicUrl}/one`, { method: 'POST', headers });
    request.flushHeaders();
    await once(request, 'continue');
    request.end('body');
    const [response] = await once(request, 'response');
    expect(response.statusCode).toBe(200);
    response.resume();
  });

  it('cuts a slow body off with 408', async () => {
    const gateway = await start(gates, { limits: { requestTimeout: '200ms', headersTimeout: '100ms' } });
    const socket = await openSocket(gateway.publicPort);
    socket.write(`POST /one HTTP/1.1\r\nhost: x\r\n${FORMED}content-length: 10\r\n\r\nabc`);
    expect(await readToEnd(socket)).toMatch(/^HTTP\/1\.1 408 /);
    expect(gateway.records).toMatchObject([{ gate: 'one', reason: 'body-too-slow', status: 408 }]);
  });

  it('cuts slow headers off', async () => {
    const gateway = await start(gates, { limits: { requestTimeout: '200ms', headersTimeout: '100ms' } });
    const socket = await openSocket(gateway.publicPort);
    socket.write('POST /one HTTP/1.1\r\nhost: x\r\nx-a: ');
    expect(await readToEnd(socket)).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('drops a request that its sender breaks off', async () => {
    const gateway = await start(gates);
    const socket = await openSocket(gateway.publicPort);
    socket.write(`POST /one HTTP/1.1\r\nhost: x\r\n${FORMED}content-length: 10\r\n\r\nabc`);
    socket.destroy();
    expect((await send(`${gateway.publicUrl}/any`)).status).toBe(204);
    expect(gateway.records.map(({ gate }) => gate)).toEqual(['any']);
  });

  it('refuses more header fields than it takes, and takes as many', async () => {
    const gateway = await start(gates, { limits: { maxHeaders: 40 } });
    const fields = (count: number) => Array.from({ length: count }, (_, i) => `x-${i}: v\r\n`).join('');
    const get = async (count: number) => {
      const socket = await openSocket(gateway.publicPort);
      socket.write(`GET /any HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${fields(count - 2)}\r\n`);
      return (await readToEnd(socket)).split('\r\n', 1)[0];
    };
    expect(await get(40)).toBe('HTTP/1.1 204 No Content');
    expect(await get(41)).toBe('HTTP/1.1 431 Request Header Fields Too Large');
    expect(await get(200)).toBe('HTTP/1.1 431 Request Header Fields Too Large');
  });

  it('refuses header fields that are too long together', async () => {
    const gateway = await start(gates);
    const socket = await openSocket(gateway.publicPort);
    socket.write(`GET /any HTTP/1.1\r\nhost: x\r\nx-long: ${'a'.repeat(20_000)}\r\n\r\n`);
    expect(await readToEnd(socket)).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('refuses what two servers could read differently', async () => {
    const gateway = await start(gates);
    const answers = async (text: string) => {
      const socket = await openSocket(gateway.publicPort);
      socket.write(text);
      return (await readToEnd(socket)).split('\r\n', 1)[0];
    };
    const smuggled =
      'POST /any HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n';
    expect(await answers(smuggled)).toMatch(/ 400 /);
    for (const path of [
      '/x/../any',
      '/%2e%2e/any',
      '/x/%2E/any',
      '/x\\any',
      '/x%5c..%5cany',
      '/..;a/any',
      '/a%2F..%2Fany',
    ]) {
      expect(await answers(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)).toMatch(/ 400 /);
    }
    expect(await answers('GET //any HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')).toMatch(/ 404 /);
  });

  it('answers an unknown path with 404, another method with 405 and what is allowed', async () => {
    const gateway = await start(gates);
    expect((await send(`${gateway.publicUrl}/two`, { body: 'x' })).status).toBe(404);
    const answer = await send(`${gateway.publicUrl}/one`, { method: 'PUT' });
    expect(answer).toMatchObject({ status: 405, headers: { allow: 'POST' } });
    expect((await send(`${gateway.publicUrl}/health`, { method: 'DELETE' })).headers['allow']).toBe(
      'GET, HEAD',
    );
    expect(gateway.records.map(({ reason }) => reason)).toEqual([
      'no-gate',
      'method-not-allowed',
      'method-not-allowed',
    ]);
    expect(gateway.records.slice(1).map(({ message, remedy }) => ({ message, remedy }))).toEqual([
      {
        message: 'the path takes POST, and the request is a PUT',
        remedy:
          'The gate does not take this method. Have the sender use one that it takes, or add this one to the gate’s methods.',
      },
      {
        message: 'the path takes GET, HEAD, and the request is a DELETE',
        remedy: 'Have the caller send GET: the gateway itself answers this path.',
      },
    ]);
  });

  it('keeps a connection after a refusal, pipelined requests in their order', async () => {
    const gateway = await start(gates);
    const socket = await openSocket(gateway.publicPort);
    const get = (path: string, last = '') => `GET ${path} HTTP/1.1\r\nhost: x\r\n${last}\r\n`;
    socket.write(get('/two') + get('/any') + get('/health') + get('/one', 'connection: close\r\n'));
    const lines = (await readToEnd(socket)).match(/HTTP\/1\.1 \d+/g);
    expect(lines).toEqual(['HTTP/1.1 404', 'HTTP/1.1 204', 'HTTP/1.1 200', 'HTTP/1.1 405']);
  });

  it('answers its own paths also where a gate takes every path', async () => {
    const rest = { path: '/*', provider: 'none', methods: 'all', respond: { status: 418 } } as const;
    const gateway = await start({ rest });
    const get = (path: string) => send(gateway.publicUrl + path, { method: 'GET' });
    expect((await get('/health')).status).toBe(200);
    expect(await get('/ready')).toMatchObject({ status: 200, text: '{"status":"ready"}' });
    // No gate lists its actions.
    expect((await get('/actions')).status).toBe(418);
    expect((await get('/else')).status).toBe(418);
    expect((await get('/')).status).toBe(418);
  });

  it('tells gates of one path apart by their methods', async () => {
    const get = { path: '/a/:x', provider: 'none', methods: ['GET'], respond: { status: 201 } } as const;
    const post = { ...get, methods: ['POST'], respond: { status: 202 } } as const;
    const gateway = await start({ get, post });
    const status = async (method: string) => (await send(`${gateway.publicUrl}/a/b`, { method })).status;
    expect([await status('GET'), await status('POST')]).toEqual([201, 202]);
    const refused = await send(`${gateway.publicUrl}/a/b`, { method: 'PUT' });
    expect(refused).toMatchObject({ status: 405, headers: { allow: 'GET, POST' } });
    await expect(start({ get, post: { ...post, path: '/a/:y' } })).rejects.toThrow('gates.post.path');
  });

  it('does not start with a key of less than 8 bytes unless the gate allows it', async () => {
    const short = { ...gates.one, keys: [{ id: 'k', secret: 'seven77' }] };
    await expect(start({ one: short })).rejects.toThrow('gates.one.keys: key "k" is 7 bytes long');
    const gateway = await start({ one: { ...short, allowShortKey: true } });
    expect(gateway.log.some((line) => line.includes('the key is 7 bytes long'))).toBe(true);
  });

  it('names the gate whose set-up cannot work', async () => {
    const wrong = { ...gates.one, provider: writtenProvider('hmac', { colour: 'red' }) };
    await expect(start({ one: wrong })).rejects.toThrow(/^gates\.one\./);
  });
});

describe('maxConnections', () => {
  it('closes the connection that is one too many, and takes another once one has ended', async () => {
    const gateway = await start(
      { fixed: { path: '/', methods: ['GET'], provider: 'none', respond: { status: 200, body: 'ok' } } },
      { limits: { maxConnections: 1 } },
    );
    const open = async () => {
      const socket = connect(gateway.publicPort, '127.0.0.1');
      later(() => void socket.destroy());
      socket.write('GET / HTTP/1.1\r\nHost: gate.example\r\n\r\n');
      const answer = new Promise<string>((resolve) => {
        socket.once('data', (chunk) => resolve(chunk.toString().slice(0, 12)));
        for (const end of ['close', 'error']) socket.once(end, () => resolve('closed'));
      });
      return { socket, answer: await answer };
    };
    const first = await open();
    expect(first.answer).toBe('HTTP/1.1 200');
    expect((await open()).answer).toBe('closed');
    first.socket.destroy();
    await expect.poll(async () => (await open()).answer).toBe('HTTP/1.1 200');
  });
});
