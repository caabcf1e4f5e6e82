// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what a configuration writes looks like that.
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config/config-error.ts';
import { parseConfig } from '../../src/config/parse-config.ts';

const incode = {
  apiUrl: 'https://api.example.com',
  apiKey: 'hunter2-key',
  clientId: 'c',
  flowId: 'f',
  adminToken: 'hunter2-token',
  auth: 'none',
};
const parse = (sessions: object, more: object = {}, env: Record<string, string> = {}) =>
  parseConfig({ store: 'memory:', ...more, sessions }, { baseDir: '/srv', env });

function refusal(sessions: object, more: object = {}): string {
  try {
    parse(sessions, more);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
  }
  return 'taken';
}

describe('a session', () => {
  it('needs no gate beside it; its defaults are filled in', () => {
    const { config } = parse({
      incode: { ...incode, redirects: 'https://a.example/, http://localhost:3000' },
    });
    expect(config.gates).toEqual([]);
    expect(config.sessions[0]).toMatchObject({
      name: 'incode',
      broker: 'incode',
      at: '/',
      origins: ['https://a.example', 'http://localhost:3000'],
      redirects: ['https://a.example', 'http://localhost:3000'],
      requestsPerMinute: 120,
      timeoutMs: 10_000,
      lifeMs: 86_400_000,
      admin: { kind: 'token' },
      auth: { kind: 'none' },
    });
  });

  it('takes an empty text for not given, as `${env:NAME:-}` gives it', () => {
    const given = {
      ...incode,
      adminToken: '${env:T:-}',
      adminEmail: '${env:E:-}',
      adminPassword: '${env:P:-}',
      redirects: '${env:R:-}',
    };
    const [one] = parse({ incode: given }, { storeKey: '${env:K:-}' }, { E: 'a@b.example', P: 'hunter2' })
      .config.sessions;
    expect(one).toMatchObject({ admin: { kind: 'log-in', email: 'a@b.example' }, redirects: [] });
  });

  it('warns of webhooks that anybody may send, and of secrets in the file', () => {
    const { warnings } = parseConfig(
      { store: 'memory:', sessions: { incode } },
      { baseDir: '/', env: {}, isFileText: true },
    );
    expect([...new Set(warnings.map(({ path }) => path))]).toEqual([
      'sessions.incode.apiKey',
      'sessions.incode.adminToken',
      'sessions.incode.auth',
    ]);
  });

  it.each<[string, object, object, string]>([
    ['no admin token', { incode: { ...incode, adminToken: '' } }, {}, 'has no admin token'],
    [
      'an e-mail without password',
      { incode: { ...incode, adminToken: '', adminEmail: 'a' } },
      {},
      'has no admin token',
    ],
    [
      'both ways',
      { incode: { ...incode, adminEmail: 'a', adminPassword: 'b' } },
      {},
      'has both adminToken and a log-in',
    ],
    ['no auth', { incode: { ...incode, auth: undefined } }, {}, 'sessions.incode.auth: is missing'],
    ['an empty key', { incode: { ...incode, apiKey: '' } }, {}, 'sessions.incode.apiKey: is missing'],
    [
      'another broker’s member',
      { incode: { ...incode, tokenUrl: 'https://x.example' } },
      {},
      'has no such member',
    ],
    ['no broker', { vendor: incode }, {}, 'says no broker'],
    [
      'a redirect with a path',
      { incode: { ...incode, redirects: ['https://a.example/done'] } },
      {},
      'https://a.example?',
    ],
    ['a redirect that is none', { incode: { ...incode, redirects: 'a.example' } }, {}, 'an origin such as'],
    ['a file without store key', { incode }, { store: 'sqlite:a.db' }, 'storeKey: is missing'],
    [
      'a path of a gate',
      { incode },
      { gates: { g: { path: '/start', provider: 'none', keep: {} } } },
      'answered by the gate g',
    ],
    ['a path of the gateway', { incode: { ...incode, at: '/:x' } }, {}, 'sessions.incode.at: is not valid'],
    [
      'two sessions on one path',
      { incode, other: { ...incode, broker: 'incode' } },
      {},
      'answered by the session incode',
    ],
    [
      'a gate’s name',
      { incode },
      { gates: { incode: { path: '/g', provider: 'none', keep: {} } } },
      'is the name of a gate',
    ],
  ])('is refused with %s, and no secret is shown', (_what, sessions, more, text) => {
    expect(refusal(sessions, more)).toContain(text);
    expect(refusal(sessions, more)).not.toContain('hunter2');
  });
});
