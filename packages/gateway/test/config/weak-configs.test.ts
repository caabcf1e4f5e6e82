/** Configurations that start, and mean less than they say: what cannot be meant is refused, what is weak is told. */
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config/config-error.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { dryStart } from '../../src/dry-start.ts';

const SECRET = '0f9e8d7c6b5a49382716051423324150';
const keys = [{ secret: SECRET }];
const respond = { status: 200 };
const gate = { path: '/g', provider: 'github', keys, respond };

type Written = Readonly<Record<string, unknown>>;

const parse = (config: Written) =>
  parseConfig({ store: 'memory:', gates: { g: gate }, ...config } as never, { baseDir: '/', env: {} });

function refusal(config: Written): string {
  try {
    parse(config);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'it is taken';
}

const said = (config: Written): readonly string[] =>
  parse(config).warnings.map(({ path, sentence }) => `${path}: ${sentence}`);

const session = (auth: unknown, listen: Written = {}) => ({
  listen,
  sessions: {
    incode: {
      apiUrl: 'https://api.example',
      apiKey: 'k0f9e8d7c6b5a4938',
      clientId: 'c',
      flowId: 'f',
      adminToken: 't0f9e8d7c6b5a49382716',
      auth,
    },
  },
});

describe('a range of addresses', () => {
  it.each([
    ['10.0.0.1/8', '10.0.0.0/8'],
    ['192.168.1.7/24', '192.168.1.0/24'],
    ['1.2.3.4/0', '0.0.0.0/0'],
    ['10.0.0.3/31', '10.0.0.2/31'],
    ['2001:db8::1/32', '2001:db8::/32'],
    ['fd12:3456::ff/16', 'fd12::/16'],
    ['::1/0', '::/0'],
  ])('%s with bits beyond its prefix is refused, and %s is named', (range, network) => {
    for (const config of [{ listen: { trustedProxies: [range] } }, session({ ips: [range] })]) {
      const message = refusal(config);
      expect(message).toContain(`has bits beyond its prefix: its network is ${network}\n`);
    }
    expect(refusal({ listen: { trustedProxies: [network] } })).toBe('it is taken');
  });

  it.each(['10.0.0.1', '10.0.0.1/32', '::1', '2001:db8::1/128', '10.0.0.0/8', 'fd00::/8'])(
    '%s is taken',
    (range) => {
      expect(refusal({ listen: { trustedProxies: [range] } })).toBe('it is taken');
    },
  );

  it('that is told is told why', () => {
    expect(said({ ...session({ ips: ['0.0.0.0/0'] }, { trustedProxies: ['0.0.0.0/0'] }) })).toEqual(
      expect.arrayContaining([
        'listen.trustedProxies: 0.0.0.0/0 holds a great part of all addresses: whoever calls from there says in X-Forwarded-For where it comes from, and is believed.',
        'sessions.incode.auth.ips: 0.0.0.0/0 holds a great part of all addresses: it keeps hardly anybody out.',
        'sessions.incode.auth.ips: 0.0.0.0/0 has addresses of listen.trustedProxies (0.0.0.0/0): a proxy that sends no X-Forwarded-For lets in whomever it forwards for.',
      ]),
    );
    expect(refusal({ listen: { trustedProxies: ['10.0.0.1/8'] } })).toContain(
      'listen.trustedProxies[0]: has bits beyond its prefix: its network is 10.0.0.0/8',
    );
  });

  it.each([
    ['0.0.0.0/0', true],
    ['::/0', true],
    ['0.0.0.0/1', true],
    ['128.0.0.0/1', true],
    ['2000::/3', true],
    ['::ffff:0.0.0.0/96', true],
    ['10.0.0.0/8', false],
    ['172.16.0.0/12', false],
    ['2001:db8::/32', false],
    ['127.0.0.1', false],
  ])('%s is told where it holds a great part of all: %s', (range, isTold) => {
    const wide = /holds a great part of all addresses/;
    expect(said({ listen: { trustedProxies: [range] } }).some((one) => wide.test(one))).toBe(isTold);
    expect(said(session({ ips: [range] })).some((one) => wide.test(one))).toBe(isTold);
  });

  it.each([
    [['10.0.0.0/8'], ['10.0.0.0/8'], true],
    [['10.0.0.7'], ['10.0.0.0/8'], true],
    [['10.0.0.0/8'], ['10.0.0.7'], true],
    [['::ffff:10.0.0.7'], ['10.0.0.0/8'], true],
    [['2001:db8::/64'], ['2001:db8::/32'], true],
    [['192.0.2.7'], ['10.0.0.0/8'], false],
    [['::1'], ['127.0.0.0/8'], false],
    [['10.0.0.0/8'], [], false],
  ])('of callers, %j, among the proxies %j is told: %s', (ips, trustedProxies, isTold) => {
    const warnings = said(session({ ips }, { trustedProxies }));
    expect(warnings.some((one) => /auth\.ips: .* has addresses of listen\.trustedProxies/.test(one))).toBe(
      isTold,
    );
  });
});

it.each([[[]], [''], [' , ']])('cors of no origin, %j, is refused', (origins) => {
  expect(refusal({ gates: { g: { ...gate, cors: { origins } } } })).toMatch(/cors\.origins: is empty/);
});

describe('an upstream', () => {
  it.each(['127.0.0.1', '0.0.0.0', '[::]', '[::1]'])('that is the gateway on %s, in any spelling', (host) => {
    const listen = { public: `${host}:21010`, admin: 'off' };
    for (const name of [
      '127.0.0.1',
      'localhost',
      'LOCALHOST',
      'localhost.',
      'a.localhost',
      '127.1',
      '2130706433',
      '0x7f.1',
      '0.0.0.0',
      '0',
      '[::]',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
      '[0:0:0:0:0:0:0:1]',
    ]) {
      const gates = { g: { path: '/g', provider: 'github', keys, forward: { to: `http://${name}:21010` } } };
      expect(refusal({ listen, gates }), name).toContain('pass requests on to itself');
      const other = { g: { path: '/g', provider: 'github', keys, forward: { to: `http://${name}:21011` } } };
      expect(refusal({ listen, gates: other }), name).not.toContain('pass requests on to itself');
    }
  });
});

describe('a secret of two gates', () => {
  const two = async (one: Written, other: Written): Promise<readonly string[]> => {
    const gates = {
      one: { respond, keys, path: '/one', ...one },
      two: { respond, keys, path: '/two', ...other },
    };
    const { warnings, problems } = await dryStart(parse({ gates }).config);
    expect(problems).toEqual([]);
    return warnings
      .filter(({ path }) => path !== 'store')
      .map(({ path, sentence }) => `${path}: ${sentence}`);
  };
  const fullMessage = {
    algorithm: 'hmac-sha256',
    signature: 'x-s',
    timestamp: 'x-t',
    message: '{timestamp}{method}{url}{body}',
  };

  it.each<[Written, Written, boolean]>([
    [{ provider: 'github' }, { provider: 'github' }, true],
    [{ provider: 'hmac' }, { provider: { id: 'hmac', toleranceMs: 60_000 } }, true],
    [
      { provider: 'github' },
      { provider: 'github', keys: [{ secret: 'b'.repeat(20) }, { id: 'x', secret: SECRET }] },
      true,
    ],
    [{ provider: 'github' }, { provider: 'github', keys: [{ secret: 'another secret of its own' }] }, false],
    [
      { provider: 'github' },
      {
        provider: 'github',
        keys: [{ secret: 'another secret of its own' }, { id: 'x', secret: SECRET, state: 'revoked' }],
      },
      false,
    ],
    [{ provider: 'github' }, { provider: 'hmac' }, false],
    [{ scheme: fullMessage }, { scheme: fullMessage }, false],
    [{ provider: 'jwt-bearer' }, { provider: 'jwt-bearer' }, false],
    [{ scheme: fullMessage }, { scheme: fullMessage, path: '/one', methods: ['PUT'] }, false],
  ])('%j and %j is told: %s', async (one, other, isTold) => {
    const warnings = await two(one, other);
    expect(warnings).toEqual(
      isTold
        ? [
            'gates.two.keys: This gate shares a secret with gate one, and the path is not signed: a request that was captured there runs here as well. Give each gate a secret of its own.',
          ]
        : [],
    );
  });

  it('is told where the method alone tells the gates apart, and is not signed', async () => {
    const scheme = { ...fullMessage, message: '{timestamp}{url}{body}' };
    const atOnePath = await two({ scheme }, { scheme, path: '/one', methods: ['PUT'] });
    expect(atOnePath).toEqual([
      'gates.two.keys: This gate shares a secret with gate one, and the method is not signed: a request that was captured there runs here as well. Give each gate a secret of its own.',
    ]);
    expect(await two({ scheme }, { scheme, methods: ['PUT'] })).toEqual([]);
  });
});
