/** What a whole gateway calls, where its configuration was made past `check`, or where a name leads elsewhere. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { isLong, longReason } from '../../../../scripts/effort.ts';
import type { Config } from '../../src/config/config.ts';
import { ConfigError } from '../../src/config/config-error.ts';
import type { ConfigInput } from '../../src/config/config-input.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { startGateway } from '../../src/gateway.ts';
import { hmacHeaders, later, SECRET, send } from '../harness.ts';

const METADATA = '169.254.169.254';
const keys = [{ secret: SECRET }];
const incode = {
  apiUrl: 'https://api.example',
  apiKey: 'k',
  clientId: 'c',
  flowId: 'f',
  adminToken: 't',
  auth: 'none' as const,
};
const oauth2 = {
  tokenUrl: 'https://login.example/token',
  clientId: 'c',
  clientSecret: 's',
  auth: 'none' as const,
};

function parse(input: Pick<ConfigInput, 'gates' | 'sessions'>): Config {
  const listen = { public: '127.0.0.1:0', admin: 'off' };
  return parseConfig({ listen, store: 'memory:', ...input }, { baseDir: '/srv', env: {} }).config;
}

async function startWith(config: Config) {
  const log: string[] = [];
  const gateway = await startGateway({ config, logSink: { write: (line) => void log.push(line) } });
  later(() => gateway.close());
  return { ...gateway, log };
}

/** The configuration with every http or https address in it sent elsewhere. */
function redirected<T>(value: T, host: string): T {
  if (typeof value === 'string') return value.replace(/^(https?:\/\/)[^/]+/, `$1${host}`) as T;
  if (Array.isArray(value)) return value.map((one: unknown) => redirected(one, host)) as T;
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, redirected(one, host)])) as T;
}

describe('a gateway whose configuration leads to a metadata service', () => {
  it('forwards nothing there: 502, and the request may come again', async () => {
    const forward = { to: 'http://backend.example' };
    const config = parse({ gates: { g: { path: '/g', provider: 'hmac', keys, forward } } });
    const { publicUrl, log } = await startWith(redirected(config, METADATA));
    const headers = hmacHeaders('x');
    for (let n = 0; n < 2; n++)
      expect((await send(`${publicUrl}/g`, { headers, body: 'x' })).status).toBe(502);
    const lines = log.map((line) => JSON.parse(line)).filter(({ reason }) => reason === 'upstream-failed');
    expect(lines).toMatchObject([{ claim: 'aborted' }, { claim: 'aborted' }]);
    expect(JSON.stringify(lines)).toContain('REFUSED_METADATA_ADDRESS');
  });

  it('fetches no key set there', async () => {
    const jwks = 'https://issuer.example/jwks';
    const provider = { id: 'jwt-bearer', algorithm: 'RS256', jwks } as const;
    const config = parse({ gates: { g: { path: '/g', provider, keep: {} } } });
    const { publicUrl, log } = await startWith(redirected(config, METADATA));
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const authorization = `Bearer ${part({ alg: 'RS256', kid: 'a' })}.${part({ exp: 9_999_999_999 })}.${'A'.repeat(342)}`;
    expect((await send(`${publicUrl}/g`, { headers: { authorization } })).status).toBe(503);
    expect(log.join('\n')).toContain('it cannot be reached (REFUSED_METADATA_ADDRESS)');
  });

  it('starts no session there', async () => {
    const { publicUrl, log } = await startWith(redirected(parse({ sessions: { incode } }), METADATA));
    expect((await send(`${publicUrl}/start`, { method: 'GET' })).status).toBe(502);
    expect(log.join('\n')).toContain('had no answer (REFUSED_METADATA_ADDRESS)');
  });

  it('fetches no token there', async () => {
    const sessions = { 'oauth2-client-credentials': oauth2 };
    const { publicUrl, log } = await startWith(redirected(parse({ sessions }), METADATA));
    expect((await send(`${publicUrl}/token`, { method: 'GET' })).status).toBe(502);
    expect(log.join('\n')).toMatch(/POST https?:\/\/[^ ?]+ had no answer/);
    expect(log.join('\n')).toContain('had no answer (REFUSED_METADATA_ADDRESS)');
  });
});

describe('a start', () => {
  const loadedBy = async (gate: object): Promise<unknown> => {
    const child = join(import.meta.dirname, 'loaded-child.ts');
    const args = ['--conditions', 'countersign-source', child, JSON.stringify({ path: '/g', ...gate })];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    return JSON.parse(stdout);
  };

  it('loads no HTTP client but for a gate that forwards', async () => {
    const none = { package: false, builtIn: false };
    expect(await loadedBy({ provider: 'hmac', keys, keep: {} })).toEqual(none);
    const forward = { to: 'http://backend.example' };
    expect(await loadedBy({ provider: 'hmac', keys, forward })).toMatchObject({ package: true });
  });

  it.skipIf(!isLong)(
    `loads none for a set of keys at an address before a request asks for it${longReason}`,
    async () => {
      const jwks = 'https://issuer.example/jwks';
      const provider = { id: 'jwt-bearer', algorithm: 'RS256', jwks };
      expect(await loadedBy({ provider, keep: {} })).toEqual({ package: false, builtIn: false });
    },
  );
});

describe('an address of a metadata service in the configuration', () => {
  const gate = (more: object): Pick<ConfigInput, 'gates'> => ({
    gates: { g: { path: '/g', ...more } },
  });
  const HOSTS = [
    METADATA,
    '0xa9fea9fe',
    '[::ffff:169.254.169.254]',
    '[64:ff9b::a9fe:a9fe]',
    '[fd00:ec2::254]',
  ];
  const MORE_HOSTS = [
    '100.100.100.200',
    '192.0.0.192',
    'metadata.google.internal',
    'METADATA.google.internal.',
  ];
  const PLACES: readonly (readonly [string, (url: string) => Pick<ConfigInput, 'gates' | 'sessions'>])[] = [
    ['gates.g.forward.to', (to) => gate({ provider: 'hmac', keys, forward: { to } })],
    [
      'gates.g.provider.jwks',
      (jwks) => gate({ provider: { id: 'jwt-bearer', algorithm: 'RS256', jwks }, keep: {} }),
    ],
    [
      'gates.g.provider.jwks.url',
      (url) => gate({ provider: { id: 'jwt-bearer', algorithm: 'RS256', jwks: { url } }, keep: {} }),
    ],
    [
      'gates.g.scheme.keyUrl.url',
      (url) =>
        gate({
          scheme: { type: 'jwt', algorithm: 'RS256', keyUrl: { url, body: '{"kid":"{kid}"}' } },
          keep: {},
        }),
    ],
    ['gates.g.scheme.jwks', (jwks) => gate({ scheme: { type: 'jwt', algorithm: 'RS256', jwks }, keep: {} })],
    [
      'gates.g.answer.register.apiUrl',
      (apiUrl) => {
        const register = { apiUrl, apiToken: 't' };
        const answer = { actions: './a.js', register };
        return { gates: { g: { path: '/g/:action', provider: 'flowent', keys, answer } } };
      },
    ],
    ['sessions.incode.apiUrl', (apiUrl) => ({ sessions: { incode: { ...incode, apiUrl } } })],
    [
      'sessions.oauth2-client-credentials.tokenUrl',
      (tokenUrl) => ({ sessions: { 'oauth2-client-credentials': { ...oauth2, tokenUrl } } }),
    ],
  ];

  it.each(PLACES.flatMap(([at, make]) => [...HOSTS, ...MORE_HOSTS].map((host) => [at, host, make] as const)))(
    '%s: %s is refused, by name',
    (at, host, make) => {
      const refused = (): Config => parse(make(`https://${host}/latest`));
      expect(refused).toThrow(ConfigError);
      expect(refused).toThrow(`${at}: is a cloud’s metadata service`);
    },
  );

  it.each(PLACES)('%s: another one is taken', (_, make) => {
    expect(parse(make('https://elsewhere.example/latest'))).toBeDefined();
  });
});
