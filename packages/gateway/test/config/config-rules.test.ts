// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what a configuration writes looks like that.
/** What must hold between the members of a configuration, and what is warned of. */
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { GateInput } from '../../src/config/config-input.ts';
import { type ParseOptions, parseConfig } from '../../src/config/parse-config.ts';
import { gate, gateRefusal, options, refusal } from './config-refusals.ts';

const ADMIN = 'a-token-of-more-than-sixteen-bytes';

describe('the rules of a gate', () => {
  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['no provider', { provider: 'left out' }],
    ['provider and scheme', { scheme: {} }],
    ['an unknown provider', { provider: 'gihtub' }],
    ['a provider without id', { provider: { binding: [] } }],
    ['no keys', { keys: 'left out' }],
    ['an empty list of keys', { keys: [] }],
    ['keys with provider none', { provider: 'none' }],
    [
      'two keys of one id',
      {
        keys: [
          { id: 'a', secret: 'x' },
          { id: 'a', secret: 'y' },
        ],
      },
    ],
    ['an id that another key has by position', { keys: [{ id: 'key-2', secret: 'x' }, { secret: 'y' }] }],
    [
      'a key that ends before it begins',
      { keys: [{ secret: 'x', from: '2027-01-01', until: '2026-01-01' }] },
    ],
    ['no outcome', { keep: 'left out' }],
    ['two outcomes', { respond: { status: 200 } }],
    ['an outcome of nothing', { keep: null }],
    ['a misspelt outcome', { keep: 'left out', foward: { to: 'http://a' } }],
    ['an unknown method', { methods: ['post', 'FETCH'] }],
    ['methods that are not a list', { methods: 'POST' }],
    [
      'an action that the path names',
      { path: '/:action', keep: 'left out', answer: { actions: 'a.ts', action: 'b' } },
    ],
    [
      'an action that the path names as :name',
      { path: '/:name', keep: 'left out', answer: { actions: 'a.ts', action: 'b' } },
    ],
    ['a prefix that the path lacks', { keep: 'left out', forward: { to: 'http://a', stripPrefix: '/b' } }],
    ['body and json', { keep: 'left out', respond: { status: 200, body: '', json: 1 } }],
    ['a body with 204', { keep: 'left out', respond: { status: 204, body: 'a' } }],
    ['a status of another kind', { keep: 'left out', respond: { status: 100 } }],
    ['a path of the gateway', { path: '/health' }],
    ['a sender that is no provider', { provider: 'sendgrid' }],
  ])('refuse %s', (_what, more) => {
    expect(gateRefusal(more)).toMatchSnapshot();
  });

  it('refuse two gates of one path, unless their methods differ', () => {
    const two = (methods: NonNullable<GateInput['methods']>) => ({
      gates: { one: { ...gate, path: '/a/:x' }, two: { ...gate, path: '/a/:y', methods } },
    });
    expect(refusal(two(['GET', 'POST']))).toMatchInlineSnapshot(`
      "the configuration has a problem:

        gates.two.path: is taken by the gate one
          expected: a path or methods of its own"
    `);
    expect(refusal(two('all'))).toContain('is taken by the gate one');
    expect(refusal(two(['GET']))).toBe('not refused');
  });

  it('refuse a configuration without gates', () => {
    expect(refusal({ gates: {} })).toContain('gates: is empty');
    expect(refusal({})).toContain('gates: is missing');
  });
});

describe('the rules of the listeners and limits', () => {
  const withGate = (more: object) => ({ gates: { one: gate }, ...more });

  it('an admin listener that others can reach needs a token', () => {
    expect(refusal(withGate({ listen: { admin: '0.0.0.0:8788' } }))).toMatchInlineSnapshot(`
      "the configuration has a problem:

        listen.admin: can be reached from other machines, and admin.token is not set
          expected: a loopback address such as 127.0.0.1:8788, or an admin.token"
    `);
    expect(refusal(withGate({ listen: { admin: '0.0.0.0:8788' }, admin: { token: '${env:TOKEN}' } }))).toBe(
      'not refused',
    );
    expect(refusal(withGate({ listen: { admin: 'off' } }))).toBe('not refused');
    expect(refusal(withGate({ listen: { admin: '[::1]:1' } }))).toBe('not refused');
  });

  it('a trusted proxy is an address or a range of them', () => {
    const trustedProxies = ['10.0.0.0/8', 'proxy.internal'];
    expect(refusal(withGate({ listen: { trustedProxies } }))).toMatchInlineSnapshot(`
      "the configuration has a problem:

        listen.trustedProxies[1]: is not valid
          value:    "proxy.internal"
          expected: an IP address or a CIDR range, such as 127.0.0.1, 10.0.0.0/8 or ::1"
    `);
    expect(refusal(withGate({ listen: { trustedProxies: '10.0.0.0/8' } }))).toContain(
      'a list of IP addresses and CIDR ranges, such as [127.0.0.1, 10.0.0.0/8]',
    );
  });

  it('the listeners have addresses of their own', () => {
    expect(refusal(withGate({ listen: { public: '127.0.0.1:8788' } }))).toContain(
      'is the address of listen.public',
    );
    expect(refusal(withGate({ listen: { public: '127.0.0.1:0', admin: '127.0.0.1:0' } }))).toBe(
      'not refused',
    );
  });

  it.each([
    ['0.0.0.0:18787', '127.0.0.1:18787'],
    ['127.0.0.1:18787', '0.0.0.0:18787'],
    ['[::]:18787', '127.0.0.1:18787'],
    ['[::]:18787', '[::1]:18787'],
    ['[::]:18787', '0.0.0.0:18787'],
    ['[0:0::0]:18787', '127.0.0.1:18787'],
    ['[::ffff:127.0.0.1]:18787', '127.0.0.1:18787'],
    ['localhost:18787', '127.0.0.1:18787'],
    ['localhost:18787', '[::1]:18787'],
    ['[::]:18787', 'localhost:18787'],
  ])('the system refuses listeners that meet: public %s, admin %s', (open, admin) => {
    expect(refusal(withGate({ listen: { public: open, admin }, admin: { token: ADMIN } }))).toContain(
      'is the address of listen.public',
    );
  });

  it.each([
    ['0.0.0.0:18787', '[::1]:18787'],
    ['0.0.0.0:18787', '127.0.0.1:18788'],
    ['127.0.0.1:18787', '[::1]:18787'],
    ['127.0.0.1:18787', '127.0.0.2:18787'],
    ['[::]:0', '[::]:0'],
  ])('listeners that do not meet are taken: public %s, admin %s', (open, admin) => {
    expect(refusal(withGate({ listen: { public: open, admin }, admin: { token: ADMIN } }))).toBe(
      'not refused',
    );
  });

  it('headersTimeout is at most requestTimeout', () => {
    expect(refusal(withGate({ limits: { headersTimeout: '31s' } }))).toContain(
      'is longer than limits.requestTimeout',
    );
    expect(refusal(withGate({ limits: { headersTimeout: '30s' } }))).toBe('not refused');
  });

  it.each([
    ['requestTimeout', '0s'],
    ['requestTimeout', '25d'],
    ['requestTimeout', 30],
    ['maxBody', '0B'],
    ['maxBody', '2GB'],
    ['maxBody', 1_048_576],
    ['maxBody', '1mb'],
    ['maxHeaders', 0],
    ['maxHeaders', 1.5],
    ['maxHeaders', '1e3'],
    ['maxHeaderBytes', '16kb'],
    ['maxConnections', -1],
    ['maxConnections', true],
  ])('%s is never %j', (name, value) => {
    expect(refusal(withGate({ limits: { [name]: value } }))).toContain(`limits.${name}: is not valid`);
  });
});

describe('warnings', () => {
  const warningsOf = (value: unknown, more: Partial<ParseOptions> = {}) =>
    parseConfig(value, { ...options, ...more }).warnings;

  it('tell of a secret that stands in the file, and only there', () => {
    const value = {
      gates: {
        one: { ...gate, keys: [{ secret: 'in clear' }, { secret: '$${env:X}' }, { secret: '${env:TOKEN}' }] },
      },
    };
    expect(warningsOf(value, { isFileText: true }).map((warning) => warning.path)).toEqual([
      'gates.one.keys[0].secret',
      'gates.one.keys[1].secret',
    ]);
    expect(warningsOf(value)).toEqual([]);
    expect(warningsOf(value, { isFileText: true, demo: true })).toEqual([]);
  });

  it('tell of a secret that is the default of a variable', () => {
    const value = { gates: { one: { ...gate, keys: [{ secret: '${env:NONE:-in clear}' }] } } };
    expect(warningsOf(value)).toMatchInlineSnapshot(`
      [
        {
          "code": "secret-is-default",
          "path": "gates.one.keys[0].secret",
          "sentence": "NONE is not set, so the secret is the default that stands in the file.",
          "severity": "warning",
        },
      ]
    `);
  });

  it('tell of events kept in memory, and of a short token', () => {
    const value = { store: 'memory:', admin: { token: '${env:WORD}' }, gates: { one: gate } };
    expect(warningsOf(value)).toMatchInlineSnapshot(`
      [
        {
          "code": "short-admin-token",
          "path": "admin.token",
          "sentence": "The token is shorter than 16 characters.",
          "severity": "warning",
        },
        {
          "code": "events-in-memory",
          "path": "store",
          "sentence": "Events that one keeps are lost when the process ends.",
          "severity": "warning",
        },
      ]
    `);
  });
});

describe('registration with a platform', () => {
  const register = { apiUrl: 'https://flowent.example/api/v1/gateway/', apiToken: '${env:TOKEN}' };
  const answering = (more: object) => ({
    publicUrl: 'https://gate.example.com/',
    storeKey: 'ab'.repeat(32),
    gates: {
      one: {
        path: '/a/:action',
        provider: 'flowent',
        keys: [{ secret: '${env:TOKEN}' }],
        answer: { actions: './actions.ts', register: { ...register, ...more } },
      },
    },
  });

  it('has a platform, an account there, and a pace', () => {
    const { config } = parseConfig(answering({}), options);
    expect(config.publicUrl).toBe('https://gate.example.com');
    expect(config.storeKey?.reveal()).toBe('ab'.repeat(32));
    const { outcome } = config.gates[0] ?? {};
    expect(outcome).toMatchObject({
      register: { apiUrl: 'https://flowent.example/api/v1/gateway', everyMs: 600_000 },
    });
    expect(inspect(config, { depth: 9 })).not.toContain('hunter2');
    const every = parseConfig(answering({ every: '30s' }), options).config.gates[0]?.outcome;
    expect(every).toMatchObject({ register: { everyMs: 30_000 } });
  });

  it('is for gates whose platform has actions', () => {
    const answer = { actions: './actions.ts', register };
    expect(gateRefusal({ keep: 'left out', answer })).toMatch(
      /gates\.one\.answer\.register[\s\S]*is given, and/,
    );
  });

  it.each([['gate.example.com'], ['ftp://gate.example.com'], ['https://gate.example.com?a=1']])(
    'takes no %s for a public URL',
    (publicUrl) => {
      expect(refusal({ publicUrl, gates: { one: gate } })).toContain('publicUrl');
    },
  );

  it('takes a store key of 32 bytes in hex, and does not show a wrong one', () => {
    const message = refusal({ storeKey: 'hunter2'.repeat(9), gates: { one: gate } });
    expect(message).toMatch(/storeKey[\s\S]*is not such a key/);
    expect(message).toContain('openssl rand -hex 32');
    expect(message).not.toContain('hunter2');
  });

  it('does not show an API token that stands where it should not', () => {
    const message = refusal(answering({ apiToken: ['hunter2-in-a-list'], every: 'hourly' }), {});
    expect(message).not.toContain('hunter2');
    expect(message).toContain('"hourly"');
  });
});
