/** An event that was kept behind a trusted proxy has the verdict that its gateway gave, whoever judges it again. */
import { writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { createGate, type Gate, type GateOptions, requestFrom } from '@countersign/core';
import { type Gateway, startGateway } from '@countersign/gateway';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readRequest } from '../../core/src/request-input/detect.ts';
import { loadConfiguration } from '../src/config-gate.ts';
import { newFolder, run } from './support.ts';

const SECRET = 'a-secret-of-more-than-32-bytes-0123456';
const PUBLIC = 'https://hooks.example';

interface Case {
  /** As in the configuration, on one line. */
  readonly proof: string;
  readonly options: Pick<GateOptions, 'provider' | 'scheme'>;
}

const scheme = (message: string): Case => ({
  proof: `scheme: { algorithm: hmac-sha256, message: "${message}", signature: x-signature }`,
  options: { scheme: { algorithm: 'hmac-sha256', message, signature: 'x-signature' } },
});
const signature = (component: string): Case => ({
  proof: `provider: { id: http-message-signatures, algorithm: hmac-sha256, components: ["${component}"] }`,
  options: {
    provider: { id: 'http-message-signatures', algorithm: 'hmac-sha256', components: [component] },
  },
});

const CASES: Readonly<Record<string, Case>> = {
  '{url}': scheme('{url} {body}'),
  '{host}': scheme('{host} {body}'),
  '@authority': signature('@authority'),
  '@target-uri': signature('@target-uri'),
  '@scheme': signature('@scheme'),
  dpop: { proof: 'provider: dpop', options: { provider: 'dpop' } },
};

async function gatewayOf(proof: string): Promise<{ gateway: Gateway; cwd: string }> {
  const cwd = newFolder();
  const file = `listen: { public: "127.0.0.1:0", admin: "127.0.0.1:0", trustedProxies: [127.0.0.1] }
store: "memory:"
log: { level: error }
gates:
  hook:
    path: /hook
    methods: [POST]
    ${proof}
    keys: [{ id: main, secret: ${SECRET} }]
    keep: {}
`;
  writeFileSync(join(cwd, 'countersign.yaml'), file);
  const { config } = await loadConfiguration(undefined, { cwd, env: {} });
  const gateway = await startGateway({ config, logSink: { write() {} } });
  onTestFinished(() => gateway.close());
  return { gateway, cwd };
}

type Fields = readonly (readonly [string, string])[];

/** What a proxy passes on: under the Host of the machine behind it, and with what it says of the client. */
async function passOn(
  { publicPort }: Gateway,
  url: string,
  fields: Fields,
  proxied: object,
): Promise<number> {
  const headers = { ...Object.fromEntries(fields), host: '10.0.0.7:8787', ...proxied };
  return new Promise((resolve, reject) => {
    const { pathname, search } = new URL(url);
    httpRequest({ port: publicPort, host: '127.0.0.1', path: pathname + search, method: 'POST', headers })
      .on('response', (response) => resolve(response.resume().statusCode ?? 0))
      .on('error', reject)
      .end('{"a":1}');
  });
}

async function lastEvent({ adminUrl, adminToken }: Gateway): Promise<Record<string, unknown>> {
  const ask = async (path: string): Promise<Record<string, unknown>> => {
    const answer = await fetch(`${adminUrl}/api${path}`, {
      headers: { authorization: `Bearer ${adminToken}` },
    });
    return (await answer.json()) as Record<string, unknown>;
  };
  const { events } = (await ask('/events')) as { events: { id: string }[] };
  return ask(`/events/${events[0]?.id}`);
}

async function signedBy(options: Case['options'], url: string): Promise<Fields> {
  const gate: Gate = createGate({ ...options, keys: [{ id: 'main', secret: SECRET }] });
  const request = requestFrom({ method: 'POST', url, headers: {}, body: '{"a":1}' });
  return [...(await gate.sign(request)).headers];
}

describe('an event of a gate behind a trusted proxy', () => {
  it.each(Object.entries(CASES))('of a scheme that signs %s', async (_, { proof, options }) => {
    const { gateway, cwd } = await gatewayOf(proof);
    const url = `${PUBLIC}/hook?x=1`;
    const fields = await signedBy(options, url);
    const proxied = { 'x-forwarded-host': 'hooks.example', 'x-forwarded-proto': 'https' };
    expect(await passOn(gateway, url, fields, proxied)).toBe(200);
    const event = await lastEvent(gateway);
    // Tokens are not kept in the clear: who explains one has it from elsewhere.
    const sent = new Map(fields.map(([name, value]) => [name.toLowerCase(), value]));
    const headers = (event['headers'] as { name: string; value: string; withheld?: string }[]).map(
      ({ name, value, withheld }) => ({ name, value: withheld ? sent.get(name.toLowerCase()) : value }),
    );
    for (const command of ['explain', 'verify']) {
      const stdin = JSON.stringify({ ...event, headers });
      const { code, out, err } = await run([command, '--config', 'countersign.yaml'], { cwd, stdin });
      expect({ command, code, out, err }).toMatchObject({ code: 0, err: '' });
      // The fields alone are no word of a trusted proxy: anybody can send them.
      const forged = JSON.stringify({ ...event, headers, forwarded: undefined });
      const without = await run([command, '--config', 'countersign.yaml', '--json'], { cwd, stdin: forged });
      const isOfHost = options.provider === undefined || !JSON.stringify(options).includes('@scheme');
      expect(without.code).toBe(isOfHost ? 1 : 0);
    }
  });

  it('shows whom the proxy said that the client spoke to', async () => {
    const { gateway, cwd } = await gatewayOf((CASES['{url}'] as Case).proof);
    const fields = await signedBy((CASES['{url}'] as Case).options, `${PUBLIC}/hook`);
    const proxied = { 'x-forwarded-host': 'hooks.example', 'x-forwarded-proto': 'https' };
    expect(await passOn(gateway, `${PUBLIC}/hook`, fields, proxied)).toBe(200);
    const event = await lastEvent(gateway);
    expect(event['forwarded']).toEqual({ host: 'hooks.example', scheme: 'https' });
    const { out } = await run(['explain', '--config', 'countersign.yaml'], {
      cwd,
      stdin: JSON.stringify(event),
    });
    expect(out).toMatch(/receive .*a trusted proxy says https:\/\/hooks\.example/);
  });

  it('says which values the event lacks', async () => {
    const { proof, options } = CASES['dpop'] as Case;
    const { gateway, cwd } = await gatewayOf(proof);
    const proxied = { 'x-forwarded-host': 'hooks.example', 'x-forwarded-proto': 'https' };
    const url = `${PUBLIC}/hook`;
    expect(await passOn(gateway, url, await signedBy(options, url), proxied)).toBe(200);
    const stdin = JSON.stringify(await lastEvent(gateway));
    const { code, err } = await run(['explain', '--config', 'countersign.yaml'], { cwd, stdin });
    expect(code).toBe(1);
    expect(err).toMatch(
      /! The event holds no value of (authorization, dpop|dpop, authorization), which is a secret: put it in/i,
    );
  });

  it.each([
    [{ host: 7 }, 'forwarded.host is not text'],
    [{ scheme: 'ftp' }, 'forwarded.scheme is neither https nor http'],
    ['hooks.example', 'forwarded is not an object'],
  ])('is refused where it is not as the admin API prints it: %j', async (forwarded, problem) => {
    const stdin = JSON.stringify({ method: 'POST', url: '/hook', headers: {}, forwarded });
    const { code, err } = await run(['verify', '-p', 'hmac', '-k', SECRET], { stdin });
    expect(code).toBe(2);
    expect(err).toContain(problem);
  });
});

it('an event of the admin API is read as the request that came, whatever its bytes', async () => {
  const { gateway } = await gatewayOf((CASES['{host}'] as Case).proof);
  const gate = createGate({ ...(CASES['{host}'] as Case).options, keys: [{ id: 'main', secret: SECRET }] });
  const body = Buffer.from([0, 255, 10, 13]);
  const signed = gate.sign({
    method: 'POST',
    url: 'http://10.0.0.7:8787/hook?a=%zz&b=[1]',
    headers: {},
    body,
  });
  const fields = [
    ...(await signed).headers.flat,
    'Host',
    '10.0.0.7:8787',
    'X-Utf8',
    'Zo\xc3\xab',
    'X-Latin1',
    'Zo\xeb',
    'x-utf8',
    'again',
    'X-Empty',
    '',
    'Content-Length',
    '4',
  ];
  const status = await new Promise((resolve, reject) => {
    const options = {
      port: gateway.publicPort,
      host: '127.0.0.1',
      method: 'POST',
      path: '/hook?a=%zz&b=[1]',
    };
    httpRequest({ ...options, headers: fields, setDefaultHeaders: false })
      .on('response', (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end(body);
  });
  expect(status).toBe(200);
  const event = JSON.stringify(await lastEvent(gateway));
  const { request, notes } = readRequest(Buffer.from(event));
  expect(notes).toEqual([]);
  expect({
    ...request,
    headers: request.headers.flat,
    body: Buffer.from(request.body).toString('hex'),
  }).toEqual({
    method: 'POST',
    url: '/hook?a=%zz&b=[1]',
    headers: fields,
    body: body.toString('hex'),
  });
});
