import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:net';
import { createGate } from '@countersign/core';
import { describe, expect, it } from 'vitest';
import { someOf } from '../../../../scripts/effort.ts';
import { hmacHeaders, later, SECRET, send, start, startUpstream, token } from '../harness.ts';

const keys = [{ id: 'main', secret: SECRET }];

async function forwarding(to: string, more: object = {}) {
  const gateway = await start({ api: { path: '/v1/*', provider: 'hmac', keys, forward: { to, ...more } } });
  const post = (path: string, body: string, headers: Record<string, string> = {}) =>
    send(gateway.publicUrl + path, { headers: { ...hmacHeaders(body), ...headers }, body });
  return { gateway, post };
}

/** Names and values in turn as an object; repeated names joined. */
function asRecord(flat: readonly string[]): Record<string, string> {
  const record: Record<string, string> = {};
  for (let i = 0; i < flat.length; i += 2) {
    const name = flat[i]?.toLowerCase() ?? '';
    record[name] = name in record ? `${record[name]}, ${flat[i + 1]}` : (flat[i + 1] ?? '');
  }
  return record;
}

describe('a forwarding gate', () => {
  it('passes method, path, query and body as received, and the answer back', async () => {
    const upstream = await startUpstream((_, response) => {
      response.writeHead(
        201,
        [
          ['x-answer', 'yes'],
          ['set-cookie', 'a=1'],
          ['set-cookie', 'b=2'],
        ].flat(),
      );
      response.end('made');
    });
    const { post } = await forwarding(`${upstream.url}/base/`);
    const answer = await post('/v1/things%20new?b=2&a=1&a', '{ "n": 1 }', {
      'content-type': 'application/json',
    });
    expect(answer).toMatchObject({
      status: 201,
      text: 'made',
      headers: { 'x-answer': 'yes', 'set-cookie': ['a=1', 'b=2'] },
    });
    const [got] = upstream.received;
    expect(got).toMatchObject({ method: 'POST', url: '/base/v1/things%20new?b=2&a=1&a' });
    expect(got?.body.toString()).toBe('{ "n": 1 }');
    expect(asRecord(got?.headers ?? [])).toMatchObject({
      'content-type': 'application/json',
      'content-length': '10',
    });
  });

  it('takes a prefix off', async () => {
    const upstream = await startUpstream((_, response) => response.end());
    const { post } = await forwarding(upstream.url, { stripPrefix: '/v1' });
    await post('/v1/a', '');
    await post('/v1?q', '');
    expect(upstream.received.map(({ url }) => url)).toEqual(['/a', '/?q']);
  });

  it('takes a prefix off however it is spelled', async () => {
    const upstream = await startUpstream((_, response) => response.end());
    const gateway = await start({
      api: { path: '/v1/:x/*', provider: 'none', forward: { to: upstream.url, stripPrefix: '/v1/:x' } },
    });
    const paths = ['/v1/a/b', '/%761/a/b', '/v%31/%2f/b//c', '/v1/a', '/v1/a/', '/v1/a//b?c'];
    for (const path of paths) await send(gateway.publicUrl + path);
    expect(upstream.received.map(({ url }) => url)).toEqual(['/b', '/b', '/b//c', '/', '/', '//b?c']);
  });

  it('adds who was proved, also where the id is half a surrogate pair', async () => {
    const upstream = await startUpstream((_, response) => response.end());
    const keyed = [{ id: 'a\ud800ü', secret: SECRET }];
    const gateway = await start({
      api: { path: '/v1/*', provider: 'github', keys: keyed, forward: { to: upstream.url } },
    });
    const signature = createHmac('sha256', SECRET).update('x').digest('hex');
    const headers = { 'x-hub-signature-256': `sha256=${signature}` };
    expect((await send(`${gateway.publicUrl}/v1/a`, { headers, body: 'x' })).status).toBe(200);
    expect(asRecord(upstream.received[0]?.headers ?? [])).toMatchObject({
      'countersign-key-id': 'a%EF%BF%BD%C3%BC',
    });
  });

  it('adds who was proved, and drops what a client says in its place', async () => {
    const upstream = await startUpstream((_, response) => response.end());
    const { gateway, post } = await forwarding(upstream.url);
    await post('/v1/a', 'x', {
      'Countersign-Gate': 'forged',
      COUNTERSIGN_KEY_ID: 'forged',
      'countersign-anything': 'forged',
      'X-Forwarded-For': '1.2.3.4',
      'x-forwarded-user': 'root',
      Forwarded: 'for=1.2.3.4',
      'x-real-ip': '1.2.3.4',
    });
    const headers = asRecord(upstream.received[0]?.headers ?? []);
    expect(headers).toMatchObject({
      'countersign-gate': 'api',
      'countersign-provider': 'hmac',
      'countersign-key-id': 'main',
      'countersign-timestamp': expect.stringMatching(/^\d{4}-.*Z$/),
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': `127.0.0.1:${gateway.publicPort}`,
      host: new URL(upstream.url).host,
    });
    expect(JSON.stringify(headers)).not.toMatch(/forged|1\.2\.3\.4|root/);
  });

  const overriding = [
    'X-Original-URL',
    'X-Rewrite-URL',
    'X-Original-Host',
    'X-Original-Anything',
    'X-Host',
    'X-Script-Name',
    'X-Forwarded-Prefix',
    'X-Forwarded-Path',
    'X-Forwarded-Uri',
    'X-Forwarded-Method',
    'X-Forwarded-Anything',
    'X-HTTP-Method-Override',
    'X-HTTP-Method',
    'X-Method-Override',
    'X-Envoy-Original-Path',
    'X-Override-URL',
    'X-HTTP-Path-Override',
    'X-Tunnel-Method',
    'X-Method',
    'X-Host-Override',
    'X-Envoy-Original-Dst-Host',
    'X-HTTP-Host-Override',
    'X-Client-IP',
    'True-Client-IP',
    'CF-Connecting-IP',
    'CF-Connecting-IPv6',
    'X-Cluster-Client-IP',
    'Fastly-Client-IP',
    'Client-IP',
    'X-Remote-Addr',
    'X-Azure-ClientIP',
    'Fly-Client-IP',
    'WL-Proxy-Client-IP',
    'X-Vercel-Forwarded-For',
    'X-Originating-IP',
    'X-Envoy-External-Address',
    'Remote-User',
    'X-Remote-User',
    'X-Remote-Group',
    'X-Auth-Request-Email',
    'X-Authenticated-User',
    'X-MS-Client-Principal-Name',
    'X-Amzn-Oidc-Data',
    'X-Goog-Authenticated-User-Email',
    'X-SSL-Client-Verify',
    'SSL-Client-Cert',
    'X-WebAuth-User',
  ];

  it.each([
    'X-Request-Id',
    'X-GitHub-Event',
    'X-Action',
    'X-Path',
    'X-User-Id',
    'X-Client-Id',
    'User-Agent',
    'X-Client-Version',
    'X-Source',
    'X-Api-Key',
    'X-Hostname',
    'X-Url',
    'X-User-Address',
    'Accept',
  ])('passes %s on, which is the sender’s own', async (name) => {
    const upstream = await startUpstream((_, response) => response.end());
    const { post } = await forwarding(upstream.url);
    await post('/v1/a', 'x', { [name]: 'mine' });
    expect(asRecord(upstream.received[0]?.headers ?? [])[name.toLowerCase()]).toBe('mine');
  });

  it('passes each of them on where it is told to', async () => {
    const upstream = await startUpstream((_, response) => response.end());
    const { post } = await forwarding(upstream.url, {
      keepHeaders: overriding.map((name) => name.toLowerCase()),
    });
    for (const name of overriding) {
      await post('/v1/a', 'x', { [name]: 'kept' });
      expect(asRecord(upstream.received.at(-1)?.headers ?? [])[name.toLowerCase()]).toBe('kept');
    }
    await expect(forwarding(upstream.url, { keepHeaders: ['x-request-id'] })).rejects.toThrow(
      'the name of a header that forward drops',
    );
  });

  it.each(someOf(overriding, 4))(
    'drops %s, which would stand for another path, host, method, address or name',
    async (name) => {
      const upstream = await startUpstream((_, response) => response.end());
      const { post } = await forwarding(upstream.url);
      for (const spelling of [name, name.toUpperCase(), name.replaceAll('-', '_'), name.replace('-', '.')]) {
        expect((await post('/v1/a', 'x', { [spelling]: 'evil' })).status).toBe(200);
      }
      expect(upstream.received).toHaveLength(4);
      expect(JSON.stringify(upstream.received.map(({ headers }) => headers))).not.toContain('evil');
    },
  );

  it('passes those of them on that it is told to, and those that the message covers', async () => {
    const upstream = await startUpstream((_, response) => response.end());
    const told = await forwarding(upstream.url, { keepHeaders: ['x-http-method-override'] });
    await told.post('/v1/a', 'x', { 'X-HTTP-Method-Override': 'PUT', 'X-HTTP-Method': 'PUT' });
    const scheme = {
      algorithm: 'hmac-sha256',
      message:
        '{timestamp}.{header:x-forwarded-path}.{header:x-method-override}.{header:x-forwarded-host}.{body}',
      timestamp: { header: 'x-timestamp' },
      signature: { header: 'x-signature' },
    } as const;
    const gateway = await start({ api: { path: '/v1/*', scheme, keys, forward: { to: upstream.url } } });
    const timestamp = `${Math.floor(Date.now() / 1000)}`;
    const text = `${timestamp}./p.PUT.h.x`;
    const headers = {
      'X-Timestamp': timestamp,
      'X-Signature': createHmac('sha256', SECRET).update(text).digest('hex'),
      'X-Forwarded-Path': '/p',
      'X-Method-Override': 'PUT',
      'X-Forwarded-Host': 'h',
      'X-HTTP-Method-Override': 'evil',
    };
    expect((await send(`${gateway.publicUrl}/v1/a`, { headers, body: 'x' })).status).toBe(200);
    const [kept, covered] = upstream.received.map((one) => asRecord(one.headers));
    expect(kept).toMatchObject({ 'x-http-method-override': 'PUT' });
    expect(kept).not.toHaveProperty('x-http-method');
    expect(covered).toMatchObject({ 'x-forwarded-path': '/p', 'x-method-override': 'PUT' });
    // The gateway’s own word, however it is signed.
    expect(covered?.['x-forwarded-host']).toBe(`127.0.0.1:${gateway.publicPort}`);
    expect(covered).not.toHaveProperty('x-http-method-override');
  });

  it('drops one of them that only a message covers which the sender did not choose', async () => {
    const upstream = await startUpstream((_, response) => response.end());
    const scheme = {
      algorithm: 'hmac-sha256',
      message: ['{nonce}.{header:x-http-method-override}.{body}', '{body}'],
      nonce: 'x-nonce',
      signature: { header: 'x-signature' },
    } as const;
    const gateway = await start({ api: { path: '/v1/*', scheme, keys, forward: { to: upstream.url } } });
    const headers = {
      'X-Signature': createHmac('sha256', SECRET).update('x').digest('hex'),
      'X-HTTP-Method-Override': 'DELETE',
    };
    expect((await send(`${gateway.publicUrl}/v1/a`, { headers, body: 'x' })).status).toBe(200);
    expect(upstream.received).toHaveLength(1);
    expect(JSON.stringify(upstream.received)).not.toContain('DELETE');
  });

  it('strips the proof unless told to keep it', async () => {
    const upstream = await startUpstream((_, response) => response.end());
    const stripping = await forwarding(upstream.url);
    await stripping.post('/v1/a', 'x');
    const keeping = await forwarding(upstream.url, { keepProof: true });
    await keeping.post('/v1/a', 'x');
    const [stripped, kept] = upstream.received.map(({ headers }) => asRecord(headers));
    expect(stripped).not.toHaveProperty('x-signature');
    expect(kept).toHaveProperty('x-signature');
  });

  it('passes a token’s claims on', async () => {
    const upstream = await startUpstream((_, response) => response.end());
    const key = Buffer.from('k'.repeat(64));
    const gateway = await start({
      app: {
        path: '/v1/*',
        provider: 'approov',
        keys: [{ secret: key.toString('base64') }],
        forward: { to: upstream.url },
      },
    });
    const claims = { exp: Math.floor(Date.now() / 1000) + 60, did: 'é' };
    const headers = { 'Approov-Token': token(claims, key) };
    expect((await send(`${gateway.publicUrl}/v1/x`, { method: 'GET', headers })).status).toBe(200);
    const got = asRecord(upstream.received[0]?.headers ?? []);
    expect(JSON.parse(Buffer.from(got['countersign-claims'] ?? '', 'base64url').toString())).toEqual(claims);
    expect(got).not.toHaveProperty('approov-token');
  });

  it('drops hop-by-hop headers both ways, those that Connection names too', async () => {
    const upstream = await startUpstream((_, response) => {
      response.writeHead(200, {
        connection: 'x-secret',
        'x-secret': 'down',
        'keep-alive': 'timeout=1',
        'x-stays': 'down',
      });
      response.end('ok');
    });
    const { post } = await forwarding(upstream.url);
    const answer = await post('/v1/a', 'x', {
      connection: 'x-hop, close',
      'x-hop': 'up',
      te: 'trailers',
      'x-stays': 'up',
    });
    const got = asRecord(upstream.received[0]?.headers ?? []);
    expect(got).toMatchObject({ 'x-stays': 'up' });
    expect(Object.keys(got)).not.toEqual(expect.arrayContaining(['x-hop']));
    expect(got).not.toHaveProperty('te');
    expect(answer.headers).toMatchObject({ 'x-stays': 'down' });
    expect(answer.headers).not.toHaveProperty('x-secret');
    expect(answer.headers['keep-alive']).not.toBe('timeout=1');
  });

  it('takes no other sign for a space in what Connection names: HTTP’s white space is SP and HTAB', async () => {
    const upstream = await startUpstream((_, response) => response.end('ok'));
    const { post } = await forwarding(upstream.url);
    // With a body of text Node would send the header as UTF-8.
    await post('/v1/a', '', { connection: 'x-stays\u00a0, \tx-hop\t', 'x-hop': 'up', 'x-stays': 'up' });
    const got = asRecord(upstream.received[0]?.headers ?? []);
    expect(got).toMatchObject({ 'x-stays': 'up' });
    expect(got).not.toHaveProperty('x-hop');
  });

  it('passes on what the proof covers, though the sender’s Connection names it: it was verified, and is not to be missed', async () => {
    const upstream = await startUpstream((_, response) => response.end());
    const gateway = await start({
      api: {
        path: '/v1/*',
        provider: {
          id: 'hmac',
          timestamp: 'none',
          message: '{id}.{header:x-tenant}.{body}',
          requestId: 'x-request',
        },
        keys,
        replay: { repeat: 'run' },
        forward: { to: upstream.url, keepProof: true },
      },
    });
    const mac = createHmac('sha256', SECRET).update('r1.t1.x').digest('hex');
    const headers = { 'x-request': 'r1', 'x-tenant': 't1', 'x-signature': mac, 'x-hop': 'up' };
    for (const connection of ['close', 'X-Tenant, x-request', 'x-hop, X_Tenant, x-signature, X-REQUEST']) {
      const url = `${gateway.publicUrl}/v1/a`;
      expect((await send(url, { headers: { ...headers, connection }, body: 'x' })).status).toBe(200);
      const got = asRecord(upstream.received.pop()?.headers ?? []);
      expect(got).toMatchObject({ 'x-request': 'r1', 'x-tenant': 't1', 'x-signature': mac });
      expect('x-hop' in got).toBe(!connection.includes('x-hop'));
    }
  });

  it('passes on what the sender chose to sign besides, though Connection names it', async () => {
    const upstream = await startUpstream((_, response) => response.end());
    const messages = 'http-message-signatures' as const;
    const signing = createGate({
      provider: { id: messages, components: ['@method', 'x-tenant', 'x_odd'] },
      keys,
    });
    const gateway = await start({
      api: {
        path: '/v1/*',
        provider: { id: messages, components: ['@method'] },
        keys,
        forward: { to: upstream.url },
      },
    });
    const url = `${gateway.publicUrl}/v1/a`;
    const signed = await signing.sign({
      method: 'POST',
      url,
      headers: { 'X-Tenant': 't1', X_Odd: 'o1' },
      body: 'x',
    });
    const headers = Object.fromEntries([...signed.headers]);
    const connection = 'x-tenant, x-hop, x_odd';
    const more = { connection, 'x-hop': 'up', 'x.tenant': 'evil', 'x-odd': 'evil' };
    expect((await send(url, { headers: { ...headers, ...more }, body: 'x' })).status).toBe(200);
    const got = asRecord(upstream.received[0]?.headers ?? []);
    expect(got).toMatchObject({ 'x-tenant': 't1', x_odd: 'o1' });
    for (const name of ['x-hop', 'x.tenant', 'x-odd']) expect(got).not.toHaveProperty(name);
  });

  it('answers 502 where the upstream cannot be reached or breaks off, and frees the claim', async () => {
    const server = createServer((socket) => socket.destroy());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    later(() => void server.close());
    const breaking = await forwarding(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    expect(await breaking.post('/v1/a', 'x')).toMatchObject({ status: 502, text: '{}' });
    const unreachable = await forwarding('http://127.0.0.1:1');
    expect((await unreachable.post('/v1/a', 'x')).status).toBe(502);
    expect(unreachable.gateway.records).toMatchObject([
      { verdict: 'accepted', reason: 'upstream-failed', claim: 'aborted', status: 502 },
    ]);
  });

  it('answers 504 where the upstream is too slow', async () => {
    const upstream = await startUpstream(() => {});
    const { gateway, post } = await forwarding(upstream.url, { timeout: '100ms' });
    expect(await post('/v1/a', 'x')).toMatchObject({ status: 504, text: '{}' });
    expect(gateway.records).toMatchObject([{ reason: 'upstream-timeout', claim: 'aborted' }]);
  });

  it('passes a failure through and lets the same request come again', async () => {
    let failing = true;
    const upstream = await startUpstream((_, response) => {
      response.writeHead(failing ? 503 : 200);
      response.end(failing ? 'down' : 'up');
    });
    const { gateway } = await forwarding(upstream.url);
    const headers = hmacHeaders('x');
    const post = () => send(`${gateway.publicUrl}/v1/a`, { headers, body: 'x' });
    expect(await post()).toMatchObject({ status: 503, text: 'down' });
    failing = false;
    expect(await post()).toMatchObject({ status: 200, text: 'up' });
    expect((await post()).status).toBe(409);
    expect(upstream.received).toHaveLength(2);
  });

  it('does not follow redirects', async () => {
    const upstream = await startUpstream((_, response) => {
      response.writeHead(302, { location: 'http://127.0.0.1:1/' });
      response.end();
    });
    const { post } = await forwarding(upstream.url);
    expect(await post('/v1/a', 'x')).toMatchObject({
      status: 302,
      headers: { location: 'http://127.0.0.1:1/' },
    });
  });

  it('never asks the upstream for a path outside the gate’s', async () => {
    const upstream = await startUpstream((_, response) => response.end());
    const { post } = await forwarding(upstream.url);
    for (const path of [
      '/v1/../admin',
      '/v1/%2e%2e/admin',
      '/v1/..%2fadmin',
      '/v1/%2E./admin',
      '/v1\\admin',
      '//v1/admin',
    ]) {
      expect((await post(path, 'x')).status).toBeGreaterThanOrEqual(400);
    }
    expect(upstream.received).toEqual([]);
  });

  it('streams a long answer, and survives a client that leaves in the middle of it', async () => {
    const upstream = await startUpstream((_, response) => {
      response.on('error', () => {});
      const timer = setInterval(() => response.write(Buffer.alloc(65_536)), 1);
      response.on('close', () => clearInterval(timer));
    });
    const { gateway } = await forwarding(upstream.url);
    const socket = connect(gateway.publicPort, '127.0.0.1');
    const headers = Object.entries(hmacHeaders('')).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`POST /v1/a HTTP/1.1\r\nhost: x\r\n${headers.join('')}\r\n`);
    await once(socket, 'data');
    socket.destroy();
    expect((await send(`${gateway.publicUrl}/health`, { method: 'GET' })).status).toBe(200);
  });
});
