/** Nobody learns anything of a route, in any spelling of a request, unless host, origin and token are right. */
import { connect } from 'node:net';
import { ROUTES } from '@countersign/api';
import { describe, expect, it } from 'vitest';
import { later, readToEnd, start } from '../harness.ts';

async function started(admin = '127.0.0.1:0') {
  const gateway = await start(
    { g: { path: '/g', provider: 'none', respond: { status: 204 } } },
    { store: 'memory:', listen: { public: '127.0.0.1:0', admin }, admin: { token: 'a-token-of-this-test' } },
  );
  const askAs = async (version: string, head: string, ...fields: readonly string[]) => {
    const socket = connect(gateway.adminPort ?? 0, '127.0.0.1');
    later(() => void socket.destroy());
    socket.write(`${[`${head} ${version}`, 'connection: close', ...fields].join('\r\n')}\r\n\r\n`);
    const answer = await readToEnd(socket);
    return {
      status: answer.slice(9, 12),
      body: Buffer.from(answer.slice(answer.indexOf('\r\n\r\n') + 4), 'latin1').toString(),
    };
  };
  const ask = (head: string, ...fields: readonly string[]) => askAs('HTTP/1.1', head, ...fields);
  return { ask, askAs };
}

const TOKEN = 'authorization: Bearer a-token-of-this-test';

/** Paths as people and attackers write them: of each route, and of none. */
const PATHS = [
  ...Object.values(ROUTES)
    .filter(({ auth }) => auth)
    .map(({ path }) => path.replace(/:[a-z]+/g, 'x')),
  '/',
  '/nothing',
  '/api',
  '/api/',
  '/api/events/',
  '/api/events/%',
  '/api/events/%zz',
  '/api/events/%2',
  '/%',
  '//api/gates',
  '/api//gates',
  '/API/gates',
  '/api/gates;x',
  '/api/./gates',
  '/api/%67ates',
  '/api/gates?a=%',
  '/health/',
  '/ready/x',
  '/api/gates?limit=1&limit=2',
  `/api/events/${'x'.repeat(300)}`,
  '?',
  '*',
];
/** Those are everybody’s. */
const OPEN = new Set(
  Object.values(ROUTES).flatMap(({ auth, method, path }) => (auth ? [] : [`${method} ${path}`])),
);
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'QUERY'];

describe('without the token', () => {
  it.each(METHODS)('every path hears the same of %s', async (method) => {
    const { ask } = await started();
    const answers = new Set<string>();
    for (const path of PATHS) {
      for (const target of path.startsWith('/') ? [path, `http://localhost${path}`] : [path]) {
        const { status, body } = await ask(`${method} ${target}`, 'host: localhost');
        if (OPEN.has(`${method === 'HEAD' ? 'GET' : method} ${path}`)) continue;
        // What no path and no URL is, is refused as such; the rest as what it lacks.
        const isTarget = path.startsWith('/') || (method === 'OPTIONS' && path === '*');
        expect([method, target, status]).toEqual([method, target, isTarget ? '401' : '400']);
        if (isTarget) answers.add(body);
      }
    }
    expect(answers.size).toBe(1);
  });

  it.each([
    ['no scheme', 'authorization: a-token-of-this-test'],
    ['another scheme', 'authorization: Basic a-token-of-this-test'],
    ['more behind it', 'authorization: Bearer a-token-of-this-test x'],
    ['two fields', `${TOKEN}\r\nauthorization: Bearer x`],
    ['two fields, the right one last', `authorization: Bearer x\r\n${TOKEN}`],
  ])('a token with %s is none', async (_, field) => {
    const { ask } = await started();
    const { status, body } = await ask('GET /api/gates', 'host: localhost', field);
    expect(status).toBe('401');
    expect(JSON.parse(body)).toEqual({
      type: 'https://github.com/countersign/countersign/blob/main/docs/admin-api.md#token-required',
      title: 'A bearer token is required',
      status: 401,
      detail: 'the request has no authorization: Bearer with the admin token',
      code: 'token-required',
    });
  });
});

it('says of a token that is not the gateway’s that it is another', async () => {
  const { ask } = await started();
  const { status, body } = await ask('GET /api/gates', 'host: localhost', 'authorization: Bearer another');
  expect([status, JSON.parse(body)]).toMatchObject([
    '401',
    { code: 'token-required', detail: 'the token that the request has is not the gateway’s' },
  ]);
});

/** What a refusal says. */
const HOST = ['403', 'host-not-served', 'the listener is local, and the request names another host'] as const;
const ORIGIN = ['403', 'origin-not-served', 'the request comes from a page of another origin'] as const;
const malformed = (detail: string) => ['400', 'malformed-request', detail] as const;
const NO_HOST = malformed('the request’s Host field is not a host and port');
const TWICE = malformed('the request’s Host field occurs twice');

describe('with the token', () => {
  it('refuses a request of HTTP/1.0 that names no host, also where every name is served', async () => {
    for (const admin of ['127.0.0.1:0', '0.0.0.0:0']) {
      const { askAs } = await started(admin);
      const { status, body } = await askAs('HTTP/1.0', 'GET /api/gates', TOKEN);
      expect(status).toBe('400');
      expect(JSON.parse(body)).toMatchObject({
        code: 'malformed-request',
        detail: 'the request names no host',
      });
    }
  });

  it.each([
    ['another host', '/api/gates', ['host: evil.example'], HOST],
    ['another host in an absolute target', 'http://evil.example/api/gates', ['host: localhost'], HOST],
    ['two Host fields', '/api/gates', ['host: localhost', 'host: evil.example'], TWICE],
    ['two Host fields that agree', '/api/gates', ['host: localhost', 'Host: localhost'], TWICE],
    ['a Host field that is empty', '/api/gates', ['host:'], NO_HOST],
    ['a Host field that is a list', '/api/gates', ['host: localhost, evil.example'], NO_HOST],
    ['a Host field with a user', '/api/gates', ['host: localhost@evil.example'], NO_HOST],
    [
      'a target with a user',
      'http://localhost@evil.example/api/gates',
      ['host: localhost'],
      malformed('the authority of the request’s target is not a host and port'),
    ],
    ['a fragment', '/api/gates#x', ['host: localhost'], malformed('the request’s target holds a fragment')],
    [
      'a percent sign that encodes nothing',
      '/api/events/%',
      ['host: localhost'],
      malformed('the path has a percent sign that encodes nothing'),
    ],
    ['another origin', '/api/gates', ['host: localhost', 'origin: http://evil.example'], ORIGIN],
    ['an origin that is not told', '/api/gates', ['host: localhost', 'origin: null'], ORIGIN],
    [
      'two origins',
      '/api/gates',
      ['host: localhost', 'origin: http://localhost', 'origin: http://localhost'],
      ORIGIN,
    ],
    ['the origin of another port', '/api/gates', ['host: localhost:1', 'origin: http://localhost:2'], ORIGIN],
  ] as const)('refuses %s', async (_, target, fields, [status, code, detail]) => {
    const { ask } = await started();
    const answer = await ask(`GET ${target}`, ...fields, TOKEN);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({ status: Number(status), code, detail });
  });

  it.each([
    ['its own host in an absolute target', 'http://localhost/api/gates', ['host: localhost']],
    ['an absolute target, which goes before Host', 'http://localhost:1/api/gates', ['host: x']],
    ['its own origin', '/api/gates', ['host: localhost:1', 'origin: http://localhost:1']],
    ['its own origin behind TLS', '/api/gates', ['host: localhost', 'origin: https://localhost']],
  ] as const)('takes %s', async (_, target, fields) => {
    const { ask } = await started();
    expect((await ask(`GET ${target}`, ...fields, TOKEN)).status).toBe('200');
  });

  it('a listener for other machines answers to every name, and to no other origin', async () => {
    const { ask } = await started('0.0.0.0:0');
    expect((await ask('GET /api/gates', 'host: gate.example', TOKEN)).status).toBe('200');
    expect((await ask('GET /api/gates', 'host: gate.example')).status).toBe('401');
    const origin = 'origin: http://evil.example';
    expect((await ask('GET /api/gates', 'host: gate.example', origin, TOKEN)).status).toBe('403');
  });
});

it.each(['/health', '/ready'])('%s is anybody’s, by GET and HEAD', async (path) => {
  const { ask } = await started();
  for (const method of METHODS) {
    const { status, body } = await ask(`${method} ${path}`, 'host: lb.example');
    expect([method, status]).toEqual([method, method === 'GET' || method === 'HEAD' ? '200' : '405']);
    if (method === 'POST') expect(JSON.parse(body).detail).toBe('the path takes GET, HEAD, not POST');
  }
});
