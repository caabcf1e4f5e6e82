/** TLS on the listeners: what clients of real openssl certificates get, and what they do not. */
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import { connect } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { createAdminClient } from '@countersign/api';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ClientsInput, ConfigInput, TlsInput } from '../../src/config/config-input.ts';
import { hmacHeaders, later, SECRET, start, type TestGateway } from '../harness.ts';
import { type Authority, createAuthority, fingerprintOf, type Issued } from './authority.ts';

let servers: Authority;
let clients: Authority;
let server: Issued;
let partner: Issued;

beforeAll(() => {
  servers = createAuthority('servers');
  clients = createAuthority('clients');
  server = servers.issue('server', 'IP:127.0.0.1,DNS:gate.example');
  partner = clients.issue('partner', 'DNS:partner.example,URI:spiffe://example.com/partner');
});

const GATE = { path: '/g', provider: 'hmac', keys: [{ secret: SECRET }], respond: { status: 202 } } as const;

function startTls(
  tls: Partial<TlsInput> = {},
  gate: Readonly<Record<string, unknown>> = {},
  more: Partial<ConfigInput> = {},
): Promise<TestGateway> {
  const { certFile: cert, keyFile: key } = server;
  return start(
    { g: { ...GATE, ...gate } },
    { listen: { public: '127.0.0.1:0', admin: '127.0.0.1:0', tls: { cert, key, ...tls } }, ...more },
  );
}

const startMutual = (wanted: 'optional' | 'required', list: ClientsInput = {}) =>
  startTls({ ca: clients.caFile, clientCertificates: wanted }, { clients: list });

/** What fetch of a browser offers. */
const PROTOCOLS: object = { ALPNProtocols: ['h2', 'http/1.1'] };

interface Answered {
  readonly status: number;
  readonly socket: TLSSocket;
}

/** Posts a genuine request over TLS. */
async function post(gateway: TestGateway, options: RequestOptions = {}, body = 'a'): Promise<Answered> {
  const request = httpsRequest(`${gateway.publicUrl}/g`, {
    method: 'POST',
    ca: servers.ca,
    agent: false,
    headers: hmacHeaders(body),
    ...options,
  });
  request.end(body);
  const [response] = await once(request, 'response');
  response.resume();
  await once(response, 'end');
  return { status: response.statusCode, socket: response.socket };
}

const failure = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'it was answered',
    (error: NodeJS.ErrnoException) => error.code ?? error.message,
  );

describe('a listener with TLS', () => {
  it('answers over TLS 1.3 and 1.2, with HTTP/1.1', async () => {
    const gateway = await startTls();
    expect(gateway.publicUrl).toMatch(/^https:/);
    const { status, socket } = await post(gateway, PROTOCOLS);
    expect([status, socket.getProtocol(), socket.alpnProtocol]).toEqual([202, 'TLSv1.3', 'http/1.1']);
    const old = await post(gateway, { maxVersion: 'TLSv1.2' }, 'b');
    expect([old.status, old.socket.getProtocol()]).toEqual([202, 'TLSv1.2']);
  });

  it.each([
    ['TLS 1.1', {}, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }],
    ['TLS 1.2 where 1.3 is the oldest', { minVersion: 'TLSv1.3' }, { maxVersion: 'TLSv1.2' }],
  ] as const)('refuses %s', async (_, tls, options) => {
    const gateway = await startTls(tls);
    expect(await failure(post(gateway, options))).toBe('EPROTO');
    expect(gateway.log.filter((line) => line.includes('ERR_SSL_UNSUPPORTED_PROTOCOL'))).toHaveLength(1);
  });

  it('takes certificate and key as text, too', async () => {
    const gateway = await startTls({ cert: server.cert, key: server.key });
    expect((await post(gateway)).status).toBe(202);
  });

  it('ends what speaks plain HTTP to it, counts it, and says so once a minute', async () => {
    const gateway = await startTls();
    for (let n = 0; n < 3; n++) {
      const plain = httpRequest(gateway.publicUrl.replace('https', 'http'), { agent: false });
      plain.end();
      expect(await failure(once(plain, 'response'))).toBe('ECONNRESET');
    }
    const lines = gateway.log.filter((line) => line.includes('TLS handshakes failed'));
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      listener: 'public',
      failed: 1,
      reason: 'ERR_SSL_HTTP_REQUEST',
      msg: 'TLS handshakes failed: reason is of the last one, failed counts those since the line before; there is one line a minute at most',
    });
    const admin = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
    expect(await admin.call('metrics')).toContain(
      'countersign_tls_handshakes_failed_total{listener="public"} 3',
    );
  });

  it('renegotiates with nobody', async () => {
    const gateway = await startTls();
    const socket = connectTls({
      host: '127.0.0.1',
      port: gateway.publicPort,
      ca: servers.ca,
      maxVersion: 'TLSv1.2',
    });
    later(() => void socket.destroy());
    await once(socket, 'secureConnect');
    const ended = await new Promise<string>((resolve) => {
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      socket.on('close', () => resolve('closed'));
      socket.renegotiate({}, (error) => resolve(error === null ? 'renegotiated' : String(error)));
    });
    expect(ended).toMatch(/NO_RENEGOTIATION|closed/);
  });

  it('ends a handshake that does not come to its end within limits.headersTimeout', async () => {
    const gateway = await startTls({}, {}, { limits: { headersTimeout: '200ms' } });
    const socket = connect(gateway.publicPort, '127.0.0.1');
    later(() => void socket.destroy());
    socket.on('error', () => {});
    await once(socket, 'connect');
    // The beginning of a handshake.
    socket.write(Buffer.from('160301', 'hex'));
    await once(socket, 'close');
    expect((await post(gateway)).status).toBe(202);
  });

  it('drains with connections that are idle, new or amid their handshake', async () => {
    const gateway = await startTls();
    const agent = new Agent({ keepAlive: true });
    later(() => agent.destroy());
    expect((await post(gateway, { agent })).status).toBe(202);
    const raw = connect(gateway.publicPort, '127.0.0.1');
    const fresh = connectTls({ host: '127.0.0.1', port: gateway.publicPort, ca: servers.ca });
    raw.on('error', () => {});
    fresh.on('error', () => {});
    await Promise.all([once(raw, 'connect'), once(fresh, 'secureConnect')]);
    const startedMs = performance.now();
    await gateway.drain();
    expect(performance.now() - startedMs).toBeLessThan(3000);
  });

  it('takes a test call of the admin API from within, also where each client must have a certificate', async () => {
    const gateway = await startTls(
      { ca: clients.caFile, clientCertificates: 'required' },
      {
        provider: 'github',
        keepRefused: true,
      },
    );
    const refused = await post(gateway, { cert: partner.cert, key: partner.key });
    expect(refused.status).toBe(401);
    const { requestId } = gateway.records[0] ?? {};
    const admin = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
    const again = await admin.call('sendRefusedAgain', { id: requestId ?? '' });
    expect(again).toMatchObject({ status: 202, verdict: { kind: 'accepted' } });
  });
});

describe('clients with certificates', () => {
  it('a handshake without a valid one fails where they are required', async () => {
    const gateway = await startTls({ ca: clients.caFile, clientCertificates: 'required' });
    const strangers = createAuthority('strangers').issue('partner', 'DNS:partner.example');
    const expired = clients.issue('expired', 'DNS:partner.example', -1);
    expect(await failure(post(gateway))).not.toBe('it was answered');
    expect(await failure(post(gateway, { cert: strangers.cert, key: strangers.key }))).not.toBe(
      'it was answered',
    );
    expect(await failure(post(gateway, { cert: expired.cert, key: expired.key }))).not.toBe(
      'it was answered',
    );
    expect(gateway.records).toEqual([]);
    expect((await post(gateway, { cert: partner.cert, key: partner.key })).status).toBe(202);
  });

  it('a gate with clients lets in those that it lists, by a name or a fingerprint, and says who came', async () => {
    const other = clients.issue('other', 'DNS:other.example');
    const nameless = clients.issue('nameless', '');
    const gateway = await startMutual('optional', {
      sans: ['URI:spiffe://example.com/partner'],
      fingerprints: [fingerprintOf(nameless)],
    });
    const status = async (issued: Issued | undefined, body: string) =>
      (await post(gateway, issued && { cert: issued.cert, key: issued.key }, body)).status;
    expect(await status(partner, 'a')).toBe(202);
    expect(await status(nameless, 'b')).toBe(202);
    expect(await status(other, 'c')).toBe(403);
    expect(await status(undefined, 'd')).toBe(403);
    const [first, , third, fourth] = gateway.records;
    expect(first?.certificate).toEqual({
      sans: ['DNS:partner.example', 'URI:spiffe://example.com/partner'],
      fingerprint: fingerprintOf(partner).replaceAll(':', '').toLowerCase(),
    });
    expect(third).toMatchObject({
      reason: 'foreign-certificate',
      step: 'extract',
      message: expect.stringMatching(
        /^the client’s certificate is for DNS:other\.example, and has the SHA-256 fingerprint [0-9a-f]{64}$/,
      ),
    });
    expect(fourth).toMatchObject({
      reason: 'missing-certificate',
      message: 'the client has proved no certificate',
      certificate: undefined,
    });
  });

  it.each([
    ['of another authority', () => createAuthority('strangers').issue('partner', 'DNS:partner.example')],
    ['that has expired', () => clients.issue('expired', 'DNS:partner.example', -1)],
    ['of the server’s own authority', () => servers.issue('partner', 'DNS:partner.example')],
  ])('a certificate %s counts as none where they are optional', async (_, issue) => {
    const gateway = await startMutual('optional', { sans: ['DNS:partner.example'] });
    const { cert, key } = issue();
    expect((await post(gateway, { cert, key })).status).toBe(403);
    expect(gateway.records[0]).toMatchObject({ reason: 'missing-certificate', certificate: undefined });
  });

  it('a name that only looks like a listed one, or stands in the subject alone, lets nobody in', async () => {
    const gateway = await startMutual('required', { sans: ['DNS:partner.example'] });
    const names = [
      'DNS:*.example',
      'DNS:xpartner.example',
      'URI:DNS:partner.example',
      'email:a@partner.example',
    ];
    for (const [i, san] of names.entries()) {
      const { cert, key } = clients.issue(`partner.example-${i}`, san);
      expect((await post(gateway, { cert, key }, String(i))).status, san).toBe(403);
    }
    expect((await post(gateway, { cert: partner.cert, key: partner.key }, 'x')).status).toBe(202);
  });

  it('a certificate that expires while its connection is open counts as none from then on', async () => {
    let nowMs = Date.now();
    const { certFile: cert, keyFile: key } = server;
    const tls = { cert, key, ca: clients.caFile, clientCertificates: 'required' } as const;
    const gateway = await start(
      { g: { ...GATE, clients: {} } },
      { listen: { public: '127.0.0.1:0', admin: 'off', tls }, now: () => nowMs },
    );
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    later(() => agent.destroy());
    const options = { agent, cert: partner.cert, key: partner.key };
    expect((await post(gateway, options)).status).toBe(202);
    nowMs += 31 * 86_400_000;
    expect((await post(gateway, options, 'b')).status).toBe(403);
    expect(gateway.records[1]).toMatchObject({
      reason: 'missing-certificate',
      message: 'the client’s certificate has expired since it connected',
    });
  });

  it('a name that holds what looks like the next one is one name', async () => {
    const gateway = await startMutual('required', { sans: ['DNS:partner.example'] });
    const names = '@names\n[names]\nURI.1 = "https://a.example/, DNS:partner.example"';
    const { cert, key } = clients.issue('odd', names);
    expect((await post(gateway, { cert, key })).status).toBe(403);
    expect(gateway.records[0]?.certificate?.sans).toEqual(['URI:https://a.example/, DNS:partner.example']);
  });

  it('a session is not taken up again: each connection proves itself anew', async () => {
    const gateway = await startMutual('required');
    const agent = new Agent({ keepAlive: false, maxCachedSessions: 10 });
    later(() => agent.destroy());
    const options = { agent, cert: partner.cert, key: partner.key };
    const reused: boolean[] = [];
    for (const body of ['a', 'b', 'c']) {
      const { socket, status } = await post(gateway, options, body);
      expect(status).toBe(202);
      reused.push(socket.isSessionReused());
    }
    expect(reused).toEqual([false, false, false]);
  });
});

describe('the admin listener with TLS', () => {
  it('answers over TLS alone', async () => {
    const { certFile: cert, keyFile: key } = server;
    const gateway = await start(
      { g: GATE },
      { listen: { public: '127.0.0.1:0', admin: '127.0.0.1:0', adminTls: { cert, key } } },
    );
    expect(gateway.adminUrl).toMatch(/^https:/);
    const request = httpsRequest(`${gateway.adminUrl}/health`, { ca: servers.ca, agent: false });
    request.end();
    const [response] = await once(request, 'response');
    response.resume();
    expect(response.statusCode).toBe(200);
    expect(gateway.publicUrl).toMatch(/^http:/);
  });
});
