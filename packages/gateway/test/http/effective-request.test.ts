/** What is verified, routed and forwarded is one request: raw sockets on both sides of a gateway. */
import { createHash, createHmac, generateKeyPairSync, sign as signBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import type { ConfigInput } from '../../src/config/config-input.ts';
import { sendAnswer } from '../../src/http/answer-sender.ts';
import {
  later,
  openSocket,
  readToEnd,
  SECRET,
  start,
  startUpstream,
  type TestOptions,
  token,
} from '../harness.ts';

const keys = [{ secret: SECRET }];
const mac = (text: string): string => createHmac('sha256', SECRET).update(text).digest('hex');

/** Sends these bytes, and gives the status of the answer. */
async function raw(port: number, head: string): Promise<number> {
  const socket = await openSocket(port);
  socket.write(Buffer.from(head, 'latin1'));
  return Number((await readToEnd(socket)).slice(9, 12));
}

const record = (flat: readonly string[]): Record<string, string> => {
  const entries: [string, string][] = [];
  for (let i = 0; i < flat.length; i += 2) entries.push([flat[i]?.toLowerCase() ?? '', flat[i + 1] ?? '']);
  return Object.fromEntries(entries);
};

async function forwarding(gate: Record<string, unknown>, options: TestOptions = {}) {
  const upstream = await startUpstream((_, response) => response.end());
  const gates = {
    api: { path: '/*', methods: ['GET', 'POST', 'OPTIONS'], forward: { to: upstream.url }, ...gate },
  } as unknown as ConfigInput['gates'];
  const gateway = await start(gates, options);
  return { upstream, gateway, ask: (head: string) => raw(gateway.publicPort, head) };
}

const urlGate = {
  scheme: {
    algorithm: 'hmac-sha256',
    signature: { header: 'x-sig', encoding: 'hex' },
    message: '{method} {url} {body}',
  },
  keys,
};

describe('the gateway', () => {
  const misfits: readonly string[] = [
    ...[
      '/a#b',
      '/a?x#y',
      '/#',
      '/a\\b',
      '/\\',
      '/a\x7f',
      '/\xe9',
      '/?\xe9',
      '/a\x80',
      'a',
      '?',
      'ftp://a/',
      '*',
    ].map((target) => `GET ${target} HTTP/1.1\r\nHost: a\r\n`),
    ...[
      'http://',
      'http:///a',
      'http://u@a/',
      'http://a:x/',
      'http://a:65536/',
      'http://a b/',
      'http://a\\b/',
      'http://%61/',
    ].map((target) => `GET ${target} HTTP/1.1\r\nHost: a\r\n`),
    ...[
      '',
      'a/b',
      'a b',
      'a@b',
      'a?b',
      'a#b',
      'a\\b',
      'a,b',
      'a, b',
      'a:b',
      'a:65536',
      'a:080',
      '[::1',
      '::1',
      '%61',
      '\xe9',
    ].map((host) => `GET /a HTTP/1.1\r\nHost: ${host}\r\n`),
    'GET /a HTTP/1.1\r\nHost: a\r\nHost: a\r\n',
    'GET /a HTTP/1.1\r\nHost: a\r\nhost: b\r\n',
    'GET http://a/ HTTP/1.1\r\nHost: a\r\nHost: a\r\n',
    'GET http://a/ HTTP/1.1\r\nHost: a/b\r\n',
    'GET /a HTTP/1.0\r\nHost: a\r\nHost: b\r\n',
    'GET /%2e%2e/a HTTP/1.1\r\nHost: a\r\n',
    'GET /a%00 HTTP/1.1\r\nHost: a\r\n',
    'GET /%zz HTTP/1.1\r\nHost: a\r\n',
  ];

  it('answers 400 to what is not a target or no host, before any gate', async () => {
    const { ask, gateway, upstream } = await forwarding({ provider: 'none' });
    for (const head of misfits)
      expect([head, await ask(`${head}connection: close\r\n\r\n`)]).toEqual([head, 400]);
    expect(upstream.received).toEqual([]);
    // The parser itself refuses the others.
    expect(gateway.records.length).toBeGreaterThan(20);
    for (const { reason, gate, message } of gateway.records) {
      expect({ reason, gate }).toEqual({ reason: 'malformed-request', gate: undefined });
      expect(message).toMatch(/^the /);
    }
  });

  it.each(['/p//a', '/p/', '//p', '/p/%7E;x=1/%2F/a?', '/p?x=[]{}|\\^`"<>', '/p/a:b@c'])(
    'passes %s on byte for byte',
    async (target) => {
      const { ask, upstream } = await forwarding({ provider: 'none' });
      expect(await ask(`GET ${target} HTTP/1.1\r\nHost: a.example\r\nconnection: close\r\n\r\n`)).toBe(200);
      expect(upstream.received[0]?.url).toBe(target);
    },
  );

  it('has no gate for OPTIONS *', async () => {
    const { ask, gateway } = await forwarding({ provider: 'none' });
    expect(await ask('OPTIONS * HTTP/1.1\r\nHost: a\r\nconnection: close\r\n\r\n')).toBe(404);
    expect(gateway.records).toMatchObject([{ reason: 'no-gate' }]);
  });
});

describe('whom a request was sent to', () => {
  const said = ({ headers }: { headers: readonly string[] } = { headers: [] }) => {
    const { 'x-forwarded-proto': proto, 'x-forwarded-host': host } = record(headers);
    return `${proto} ${host}`;
  };

  it('is an absolute target’s authority, verified and passed on; the Host field is ignored', async () => {
    const { ask, upstream } = await forwarding(urlGate);
    const head = (signed: string) =>
      `GET https://Api.other:443/m?x HTTP/1.1\r\nHost: evil.example\r\nx-sig: ${mac(`GET ${signed} `)}\r\nconnection: close\r\n\r\n`;
    expect(await ask(head('https://api.other/m?x'))).toBe(200);
    expect(await ask(head('https://evil.example/m?x'))).toBe(401);
    expect(upstream.received.map(({ url, ...rest }) => [url, said(rest)])).toEqual([
      ['/m?x', 'https api.other'],
    ]);
  });

  const behind = {
    listen: { public: '127.0.0.1:0', admin: '127.0.0.1:0', trustedProxies: ['127.0.0.1'] },
  } as const;
  const arrived = (url: string, more: string): string =>
    `GET /u/x?a=1 HTTP/1.1\r\nHost: 10.0.0.5:8080\r\n${more}x-sig: ${mac(`GET ${url} `)}\r\nconnection: close\r\n\r\n`;
  const words = (host: string, proto: string): string =>
    `X-Forwarded-Host: ${host}\r\nX-Forwarded-Proto: ${proto}\r\n`;

  it.each([
    ['https://api.example/u/x?a=1', words('api.example', 'https'), 'https api.example'],
    ['https://api.example/u/x?a=1', words('API.example:443', 'HTTPS'), 'https api.example'],
    ['http://api.example:8080/u/x?a=1', words('api.example:8080', 'http'), 'http api.example:8080'],
    ['https://api.example/u/x?a=1', words('api.example, api.example', 'https,https'), 'https api.example'],
    // Entries that differ are nobody's.
    ['https://10.0.0.5:8080/u/x?a=1', words('evil.example, api.example', 'https'), 'https 10.0.0.5:8080'],
    ['https://10.0.0.5:8080/u/x?a=1', '', 'http 10.0.0.5:8080'],
  ])('is what a trusted proxy says: %s', async (url, more, expected) => {
    const { ask, upstream } = await forwarding(urlGate, behind);
    expect(await ask(arrived(url, more))).toBe(200);
    expect(said(upstream.received[0])).toBe(expected);
  });

  it.each(['a/b', 'a@b', 'a b', '[::1'])('is not %s, whoever says it', async (host) => {
    const { ask, gateway } = await forwarding(urlGate, behind);
    expect(await ask(arrived(`https://${host}/u/x?a=1`, words(host, 'https')))).toBe(400);
    expect(gateway.records).toMatchObject([{ reason: 'malformed-request' }]);
  });

  it('is not what others say', async () => {
    const { ask } = await forwarding(urlGate);
    expect(await ask(arrived('https://api.example/u/x?a=1', words('api.example', 'https')))).toBe(401);
  });

  it('is the gate’s origin, whatever anybody says', async () => {
    const scheme = { ...urlGate.scheme, origin: 'http://hooks.example:81' };
    const { ask, upstream } = await forwarding({ ...urlGate, scheme }, behind);
    expect(await ask(arrived('http://hooks.example:81/u/x?a=1', words('api.example', 'https')))).toBe(200);
    expect(said(upstream.received[0])).toBe('http hooks.example:81');
  });

  it('is known to RFC 9421 and to DPoP alike', async () => {
    const created = Math.floor(Date.now() / 1000);
    const params = `("@method" "@target-uri");created=${created}`;
    const base = `"@method": GET\n"@target-uri": https://api.example/u/x?a=1\n"@signature-params": ${params}`;
    const signature = createHmac('sha256', SECRET).update(base).digest('base64');
    const signatures = await forwarding({ provider: 'http-message-signatures', keys }, behind);
    const fields = `Signature-Input: s=${params}\r\nSignature: s=:${signature}:\r\n`;
    const proxied = words('api.example', 'https');
    expect(await signatures.ask(arrived('', proxied + fields))).toBe(200);
    expect(await signatures.ask(arrived('', fields))).toBe(401);
    const tokens = await forwarding({ provider: 'dpop', keys: [{ secret: SECRET }] }, behind);
    const proof = (htu: string): string => dpopFields('GET', htu);
    expect(await tokens.ask(arrived('', proxied + proof('https://api.example/u/x')))).toBe(200);
    expect(await tokens.ask(arrived('', proxied + proof('http://api.example/u/x')))).toBe(401);
    expect(await tokens.ask(arrived('', proxied + proof('https://10.0.0.5:8080/u/x')))).toBe(401);
  });
});

const pair = generateKeyPairSync('ed25519');

/** An access token and a DPoP proof, by node:crypto. */
function dpopFields(htm: string, htu: string): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');
  const { crv, kty, x } = pair.publicKey.export({ format: 'jwk' });
  const jwk = { crv, kty, x };
  const nowS = Math.floor(Date.now() / 1000);
  const claims = { exp: nowS + 60, cnf: { jkt: sha256(JSON.stringify(jwk)) } };
  const input = `${part({ alg: 'HS256' })}.${part(claims)}`;
  const access = `${input}.${createHmac('sha256', SECRET).update(input).digest('base64url')}`;
  const proofClaims = { jti: `${Math.random()}`, htm, htu, iat: nowS, ath: sha256(access) };
  const proof = `${part({ typ: 'dpop+jwt', alg: 'EdDSA', jwk })}.${part(proofClaims)}`;
  const signature = signBytes(null, Buffer.from(proof), pair.privateKey).toString('base64url');
  return `Authorization: DPoP ${access}\r\nDPoP: ${proof}.${signature}\r\n`;
}

describe('a signature for one target, on the wire', () => {
  it('reaches the upstream as that target only', async () => {
    const { ask, upstream } = await forwarding(urlGate);
    const piece = fc.constantFrom('a', '/', '//', '?', '#', '@', ':443', ':', '..', '%2f', ';', '\\');
    const text = fc.array(piece, { maxLength: 6 }).map((pieces) => `a${pieces.join('')}`);
    let passed = 0;
    await fc.assert(
      fc.asyncProperty(text, fc.nat(), fc.boolean(), async (tail, cut, absolute) => {
        // The same text, cut into Host and target anywhere.
        const whole = `a.example/${tail}`;
        const at = 9 + (cut % (whole.length - 8));
        const target = absolute ? `https://${whole}` : whole.slice(at) || '/';
        const host = absolute ? 'evil' : whole.slice(0, at);
        upstream.received.length = 0;
        const status = await ask(
          `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nx-sig: ${mac(`GET https://${whole} `)}\r\nconnection: close\r\n\r\n`,
        );
        expect([200, 400, 401, 409]).toContain(status);
        if (status !== 200) return;
        passed++;
        const [got] = upstream.received;
        const wire = `${record(got?.headers ?? [])['x-forwarded-host']}${got?.url}`;
        expect(wire).toBe(whole);
      }),
      { numRuns: runs(1000), seed: 2 },
    );
    expect(passed).toBeGreaterThan(runs(1000) / 20);
  });
});

describe('the bytes of an upstream’s headers', () => {
  /** Every byte that Node's parser lets pass beyond ASCII. */
  const bytes = Buffer.from(Array.from({ length: 128 }, (_, i) => 128 + i));

  /** An upstream that writes these bytes. */
  async function rawUpstream(head: string, body: string): Promise<string> {
    const server = createServer((socket) => {
      socket.once('data', () => {
        socket.write(Buffer.concat([Buffer.from(`${head}x-b: `), bytes, Buffer.from(`\r\n\r\n${body}`)]));
      });
      socket.on('error', () => {});
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    later(() => void server.close());
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it.each([
    ['GET', 'a body', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n', 'ok'],
    [
      'GET',
      'a body in chunks',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nconnection: close\r\n',
      '2\r\nok\r\n0\r\n\r\n',
    ],
    ['GET', 'an empty body', 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n', ''],
    ['HEAD', 'HEAD', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n', ''],
    ['GET', '204', 'HTTP/1.1 204 No Content\r\nconnection: close\r\n', ''],
    ['GET', '304', 'HTTP/1.1 304 Not Modified\r\nconnection: close\r\n', ''],
    [
      'GET',
      'a redirect',
      'HTTP/1.1 302 Found\r\nlocation: /\r\ncontent-length: 0\r\nconnection: close\r\n',
      '',
    ],
    ['GET', 'a failure', 'HTTP/1.1 500 Oh\r\ncontent-length: 2\r\nconnection: close\r\n', 'no'],
  ])('come through (%s, %s)', async (method, _, head, body) => {
    const to = await rawUpstream(head, body);
    const gateway = await start({
      api: { path: '/*', methods: ['GET', 'HEAD'], provider: 'none', forward: { to } },
    });
    const socket = await openSocket(gateway.publicPort);
    socket.write(`${method} / HTTP/1.1\r\nHost: a\r\nconnection: close\r\n\r\n`);
    const answer = Buffer.from(await readToEnd(socket), 'latin1');
    const from = answer.indexOf('x-b: ') + 5;
    expect(answer.subarray(from, answer.indexOf('\r\n', from)).equals(bytes)).toBe(true);
  });

  it('go to it as they came', async () => {
    const { upstream, gateway } = await forwarding({ provider: 'none' });
    const socket = await openSocket(gateway.publicPort);
    const head = Buffer.from('GET / HTTP/1.1\r\nHost: a\r\nx-b: ');
    socket.write(Buffer.concat([head, bytes, Buffer.from('\r\nconnection: close\r\n\r\n')]));
    await readToEnd(socket);
    expect(Buffer.from(record(upstream.received[0]?.headers ?? [])['x-b'] ?? '', 'latin1')).toEqual(bytes);
  });

  it.each<[string, string | Uint8Array]>([
    ['a text beyond ASCII', 'größer als œ'],
    ['ASCII', 'plain'],
    ['bytes', Uint8Array.of(0xe9)],
    ['nothing', ''],
  ])('of an answer of our own stay bytes beside %s', async (_, body) => {
    const value = bytes.toString('latin1');
    const server = createHttpServer((_request, response) =>
      sendAnswer(response, { status: 200, headers: ['x-b', value], body }, true),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    later(() => void server.close());
    const socket = await openSocket((server.address() as AddressInfo).port);
    socket.write('GET / HTTP/1.1\r\nHost: a\r\nconnection: close\r\n\r\n');
    const answer = await readToEnd(socket);
    expect(answer).toContain(`\r\nx-b: ${value}\r\n`);
    expect(answer.endsWith(`\r\n\r\n${Buffer.from(body).toString('latin1')}`)).toBe(true);
  });
});

describe('names that an upstream may take for one', () => {
  it('never reach it beside what is set, dropped or verified here', async () => {
    const upstream = await startUpstream((_, response) => response.end());
    const gateway = await start({
      api: {
        path: '/*',
        methods: ['POST'],
        provider: {
          id: 'hmac',
          timestamp: 'none',
          message: '{header:x-user}.{body}',
        },
        keys,
        forward: { to: upstream.url, keepProof: true },
      },
    });
    const marks = ['_', '.', '~', '!', '#', '$', '%', '&', "'", '*', '+', '^', '`', '|'];
    const guarded = [
      'X-Real-IP',
      'X-Forwarded-For',
      'X-Forwarded-Anything',
      'Forwarded',
      'Countersign-Key-Id',
      'Countersign-Gate',
      'Content-Length',
      'Transfer-Encoding',
      'Proxy-Authorization',
      'Keep-Alive',
      'X-User',
      'X-Signature',
      'X-Hop',
      'X-Nonce',
      'Content-Type',
    ].filter((name) => name.includes('-'));
    const lookalikes = marks.flatMap((mark) => guarded.map((name) => name.replaceAll('-', mark)));
    const head = (user: string): readonly string[] => [
      'POST /a HTTP/1.1',
      'Host: a',
      `X-Signature: ${mac(`${user}.`)}`,
      `X-User: ${user}`,
      'Content-Type: text/plain',
      'Connection: x-hop, close',
      'X_Fine: 1',
      'x-fine-too: 2',
      'Content-Length: 0',
      'Proxy: http://evil.example',
    ];
    // Within the limit of header fields.
    for (let i = 0; i < lookalikes.length; i += 40) {
      const evil = lookalikes.slice(i, i + 40).map((name) => `${name}: evil`);
      upstream.received.length = 0;
      const socket = await openSocket(gateway.publicPort);
      socket.write(`${[...head(`u${i}`), ...evil].join('\r\n')}\r\n\r\n`);
      const status = (await readToEnd(socket)).slice(9, 12);
      expect([status, i]).toEqual(['200', i]);
      const got = upstream.received[0]?.headers ?? [];
      expect(got.filter((_, at) => at % 2 === 1)).not.toContain('evil');
      expect(record(got)).toMatchObject({ 'x-user': `u${i}`, x_fine: '1', 'x-fine-too': '2' });
      expect(record(got)).toHaveProperty('x-signature');
      expect(record(got)).not.toHaveProperty('proxy');
    }
  });

  it.each<readonly ['required' | 'optional' | 'off', boolean, string | undefined]>([
    ['required', true, 'me'],
    ['optional', true, 'me'],
    ['optional', false, undefined],
    ['off', true, undefined],
  ])(
    'reach it where a token is bound to them: binding %s, claim pay %s: %s',
    async (bindingMode, isBound, reached) => {
      const upstream = await startUpstream((_, response) => response.end());
      const key = Buffer.alloc(64, 7);
      const provider = { id: 'approov', binding: ['x-remote-user'], bindingMode } as const;
      const forward = { to: upstream.url };
      const keys = [{ secret: key.toString('base64') }];
      const gateway = await start({ app: { path: '/*', provider, keys, forward } });
      const pay = createHash('sha256').update('me').digest('base64');
      const real = token({ exp: Math.floor(Date.now() / 1000) + 60, ...(isBound && { pay }) }, key);
      const lines = [
        'GET /a HTTP/1.1',
        'Host: a',
        'Connection: close',
        `Approov-Token: ${real}`,
        'X-Remote-User: me',
      ];
      expect(await raw(gateway.publicPort, `${lines.join('\r\n')}\r\n\r\n`)).toBe(200);
      expect(record(upstream.received[0]?.headers ?? [])['x-remote-user']).toBe(reached);
    },
  );

  it('never reach it beside a token', async () => {
    const upstream = await startUpstream((_, response) => response.end());
    const key = Buffer.alloc(64, 7);
    const gateway = await start({
      app: {
        path: '/*',
        provider: { id: 'approov', binding: ['authorization'] },
        keys: [{ secret: key.toString('base64') }],
        forward: { to: upstream.url },
      },
    });
    const pay = createHash('sha256').update('me').digest('base64');
    const real = token({ exp: Math.floor(Date.now() / 1000) + 60, pay }, key);
    const head = [
      'GET /a HTTP/1.1',
      'Host: a',
      'Connection: close',
      `Approov-Token: ${real}`,
      'Authorization: me',
    ];
    const evil = [
      'Approov_Token',
      'approov.token',
      'APPROOV~TOKEN',
      'x_real_ip',
      'Forwarded_',
      'COUNTERSIGN_CLAIMS',
    ];
    const lines = [...head, ...evil.map((name) => `${name}: evil`)];
    expect(await raw(gateway.publicPort, `${lines.join('\r\n')}\r\n\r\n`)).toBe(200);
    const got = record(upstream.received[0]?.headers ?? []);
    expect(got).toMatchObject({ authorization: 'me', forwarded_: 'evil' });
    expect(Object.values(got).filter((value) => value === 'evil')).toHaveLength(1);
    expect(got).not.toHaveProperty('approov-token');
  });
});
