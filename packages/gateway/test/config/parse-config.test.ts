// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what a configuration writes looks like that.
import { inspect } from 'node:util';
import { type BareProviderId, providers } from '@countersign/core';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config/config-error.ts';
import { type ConfigInput, defineConfig, type GateInput } from '../../src/config/config-input.ts';
import { defaultMethods } from '../../src/config/gate-schema.ts';
import { type ParseOptions, parseConfig } from '../../src/config/parse-config.ts';
import { readYaml } from '../../src/config/yaml-source.ts';

const env = { TOKEN: 'hunter2-hunter2-hunter2', BLANK: ' \n', EMPTY: '', NUMBER: '77', WORD: 'hunter2' };
const options: ParseOptions = {
  baseDir: '/srv/gate',
  env,
  knownProviders: ['flowent', 'stripe', 'github', 'approov', 'flow-production-tracking'],
};
const gate: GateInput = { path: '/a', provider: 'stripe', keys: [{ secret: '${env:TOKEN}' }], keep: {} };

/** The message that a value is refused with. */
function refusal(value: unknown, more: Partial<ParseOptions> = {}): string {
  try {
    parseConfig(value, { ...options, ...more });
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'not refused';
}

/** The message that a gate is refused with, for what it has beside a good one. */
function gateRefusal(more: Readonly<Record<string, unknown>>): string {
  const whole: Record<string, unknown> = { ...gate, ...more };
  for (const [key, value] of Object.entries(more)) if (value === 'left out') delete whole[key];
  return refusal({ gates: { one: whole } });
}

function yamlRefusal(text: string): string {
  return refusal(readYaml(text, 'countersign.yaml').value, {
    file: 'countersign.yaml',
    locate: readYaml(text, 'countersign.yaml').locate,
  });
}

describe('a configuration', () => {
  it('needs no more than a gate; the rest has defaults', () => {
    const { config, warnings, envNames } = parseConfig({ gates: { one: gate } }, options);
    expect(config).toMatchInlineSnapshot(`
      {
        "admin": {},
        "gates": [
          {
            "allowShortKey": false,
            "keys": [
              {
                "id": "key-1",
                "secret": "[secret]",
                "state": "active",
              },
            ],
            "maxBodyBytes": 1048576,
            "methods": [
              "POST",
            ],
            "name": "one",
            "outcome": {
              "kind": "keep",
            },
            "path": "/a",
            "proof": {
              "id": "stripe",
              "kind": "provider",
              "options": {},
            },
            "replay": {
              "leaseMs": 60000,
              "rememberMs": 86400000,
              "repeat": "acknowledge",
            },
            "segments": [
              {
                "kind": "literal",
                "text": "a",
              },
            ],
          },
        ],
        "limits": {
          "drainTimeoutMs": 10000,
          "headersTimeoutMs": 10000,
          "keepAliveTimeoutMs": 65000,
          "maxBodyBytes": 1048576,
          "maxBodyBytesInFlight": 268435456,
          "maxConnections": 10000,
          "maxHeaderBytes": 16384,
          "maxHeaders": 100,
          "maxRequestsInFlight": 10000,
          "requestTimeoutMs": 30000,
          "slowReaderTimeoutMs": 120000,
        },
        "listen": {
          "admin": {
            "host": "127.0.0.1",
            "port": 8788,
          },
          "public": {
            "host": "127.0.0.1",
            "port": 8787,
          },
          "trustedProxies": [],
        },
        "log": {
          "format": "auto",
          "level": "info",
        },
        "replay": {
          "maxClaims": 1000000,
        },
        "sessions": [],
        "store": {
          "file": "/srv/gate/countersign.db",
          "kind": "sqlite",
        },
      }
    `);
    expect(warnings).toEqual([]);
    expect(envNames).toEqual(['TOKEN']);
  });

  it('is frozen all the way down', () => {
    const { config } = parseConfig({ gates: { one: gate } }, options);
    const [one] = config.gates;
    for (const part of [
      config,
      config.listen.public,
      config.gates,
      one,
      one?.keys,
      one?.keys[0],
      one?.keys[0]?.secret,
    ]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  it('holds secrets that do not print', () => {
    const result = parseConfig({ gates: { one: gate }, admin: { token: '${env:TOKEN}' } }, options);
    expect(inspect(result, { depth: 20, showHidden: true }) + JSON.stringify(result)).not.toContain(
      'hunter2',
    );
    expect(result.config.gates[0]?.keys[0]?.secret.reveal()).toBe('hunter2-hunter2-hunter2');
    expect(result.config.admin.token?.reveal()).toBe('hunter2-hunter2-hunter2');
  });

  it('takes an interpolated text where a number, a flag or one of a few words stands', () => {
    const value = {
      limits: { maxHeaders: '${env:NUMBER}' },
      log: { level: '${env:LOG:-warn}' },
      gates: { one: { ...gate, allowShortKey: '${env:SHORT:-true}' } },
    };
    const { config } = parseConfig(value, options);
    expect(config.limits.maxHeaders).toBe(77);
    expect(config.log.level).toBe('warn');
    expect(config.gates[0]?.allowShortKey).toBe(true);
  });

  it('shortens the default headersTimeout with requestTimeout', () => {
    const { config } = parseConfig({ limits: { requestTimeout: '3s' }, gates: { one: gate } }, options);
    expect(config.limits.headersTimeoutMs).toBe(3_000);
  });

  it('is typed for modules', () => {
    const config: ConfigInput = defineConfig({
      gates: {
        one: {
          path: '/v1/*',
          provider: { id: 'approov', binding: ['authorization'] },
          keys: [{ secret: 'x'.repeat(8), encoding: 'utf8' }],
          forward: { to: 'http://a', timeout: '3s', keepProof: true },
        },
        two: { path: '/b', methods: 'all', provider: 'none', respond: { status: 204 } },
      },
    });
    expect(parseConfig(config, options).config.gates.map((one) => one.outcome)).toEqual([
      {
        kind: 'forward',
        to: 'http://a',
        timeoutMs: 3_000,
        maxConnections: 256,
        alsoCommitOn: [],
        keepProof: true,
        keepHeaders: [],
      },
      { kind: 'respond', status: 204, body: '' },
    ]);
  });
});

describe('defaults of a gate', () => {
  const resolved = (more: Partial<GateInput>, without: readonly (keyof GateInput)[] = []) => {
    const whole: Partial<Record<keyof GateInput, unknown>> = { ...gate, ...more };
    for (const key of without) delete whole[key];
    return parseConfig({ gates: { one: whole } }, options).config.gates[0];
  };

  it('methods: POST; all for token providers and jwt schemes', () => {
    expect(resolved({})?.methods).toEqual(['POST']);
    expect(resolved({ provider: 'approov' })?.methods).toBe('all');
    expect(resolved({ provider: { id: 'approov' } })?.methods).toBe('all');
    for (const { id, needs, proof } of providers) {
      const expected = proof === 'token' ? 'all' : ['POST'];
      expect(defaultMethods(id, undefined), id).toEqual(expected);
      expect(defaultMethods({ id, ...needs }, undefined), id).toEqual(expected);
    }
    expect(resolved({ scheme: { type: 'shared-token' } }, ['provider'])?.methods).toBe('all');
    expect(resolved({ scheme: { type: 'jwt', algorithm: 'HS256' } }, ['provider'])?.methods).toBe('all');
    expect(
      resolved({ scheme: { type: 'jwt', algorithm: 'HS256' }, methods: ['GET'] }, ['provider'])?.methods,
    ).toEqual(['GET']);
  });

  it('repeats: acknowledged for keep, as the provider says for the others', () => {
    expect(resolved({})?.replay.repeat).toBe('acknowledge');
    expect(resolved({ forward: { to: 'http://a' } }, ['keep'])?.replay.repeat).toBeUndefined();
    expect(resolved({ replay: { repeat: 'refuse' } })?.replay.repeat).toBe('refuse');
  });

  it('looks: as the provider expects them', () => {
    const look = (provider: BareProviderId) =>
      resolved({ provider, answer: { actions: './a.ts' } }, ['keep'])?.outcome;
    expect(look('flowent')).toEqual({
      kind: 'answer',
      actionsFile: '/srv/gate/a.ts',
      as: 'flowent',
      list: true,
    });
    expect(look('flow-production-tracking')).toMatchObject({ as: 'page', list: false });
    expect(look('github')).toMatchObject({ as: 'json', list: false });
  });

  it('content type: by what the body is', () => {
    const respond = (more: object) => resolved({ respond: { status: 200, ...more } }, ['keep'])?.outcome;
    expect(respond({ json: { a: 1 } })).toMatchObject({ body: '{"a":1}', contentType: 'application/json' });
    expect(respond({ body: 'a' })).toMatchObject({ body: 'a', contentType: 'text/plain; charset=utf-8' });
    expect(respond({})).toEqual({ kind: 'respond', status: 200, body: '' });
  });
});

describe('a wrong configuration', () => {
  it('is told all at once, each with its place in the file', () => {
    expect(
      yamlRefusal(`
listen: { public: 8787, admin: 0.0.0.0:8788 }
store: postgres://me:hunter2@db/x
limits:
  maxBdoy: 1MB
  requestTimeout: 30
  drainTimeout: 10 seconds
sessions: {}
gates:
  Flow:
    path: /actions/:action/
    provider: { id: flowentt }
    keys: [{ id: main, secret: "\${env:TOKNE}", encoding: utf-8, state: retireing }]
    answer: { actions: ./actions.ts }
    methods: [post]
  stripe:
    path: /webhooks/stripe
    provider: stripe
    keys: hunter2
    keep: { deliver: [{ to: http://127.0.0.1:9000/stripe }] }
`),
    ).toMatchInlineSnapshot(`
      "countersign.yaml has 16 problems:

        line 2:19  listen.public: is not valid
          value:    8787
          expected: an address with its port, such as 127.0.0.1:8787 or [::1]:8787

        line 2:32  listen.admin: can be reached from other machines, and admin.token is not set
          expected: a loopback address such as 127.0.0.1:8788, or an admin.token

        line 3:8  store: names a PostgreSQL store, which is not part of this version
          value:    [secret]
          expected: sqlite:PATH, a path that ends in .db, or ":memory:"

        line 5:3  limits.maxBdoy: is not known here
          expected: one of maxBody, maxBodyBytesInFlight, maxRequestsInFlight, maxHeaderBytes, maxHeaders, requestTimeout, headersTimeout, slowReaderTimeout, keepAliveTimeout, maxConnections, drainTimeout
          did you mean maxBody?

        line 6:19  limits.requestTimeout: is not valid
          value:    30
          expected: a duration with its unit, such as 250ms, 10s, 5m, 24h or 7d; at most 24d

        line 7:17  limits.drainTimeout: is not valid
          value:    "10 seconds"
          expected: a duration with its unit, such as 250ms, 10s, 5m, 24h or 7d; at most 24d
          did you mean 10s?

        line 8:1  sessions: is empty
          expected: at least one session

        line 10:3  gates.Flow: is no name for a gate
          expected: a lower-case letter, then up to 62 lower-case letters, digits and hyphens

        line 11:11  gates.Flow.path: is not valid
          value:    "/actions/:action/"
          expected: a path of plain segments, :name segments and perhaps a final *, such as /webhooks/stripe, /actions/:action or /v1/*

        line 12:21  gates.Flow.provider.id: names no provider
          value:    "flowentt"
          expected: one of flowent, stripe, github, approov, flow-production-tracking, none
          did you mean flowent?

        line 13:32  gates.Flow.keys[0].secret: needs the environment variable TOKNE, which is not set
          expected: TOKNE in the environment, or in a .env file beside the configuration file
          did you mean TOKEN?

        line 13:58  gates.Flow.keys[0].encoding: is not valid
          value:    "utf-8"
          expected: one of utf8, base64, base64url, hex, base32, pem, jwk, jwks, prefixed
          did you mean utf8?

        line 13:72  gates.Flow.keys[0].state: is not valid
          value:    "retireing"
          expected: one of active, next, retiring, revoked
          did you mean retiring?

        line 15:15  gates.Flow.methods[0]: is not valid
          value:    "post"
          expected: one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS
          did you mean POST?

        line 19:11  gates.stripe.keys: is not valid
          value:    [secret]
          expected: a list of keys, such as [{ secret: "\${env:NAME}" }]

        line 20:13  gates.stripe.keep.deliver: delivery is not part of this version: a kept event stays in the store"
    `);
  });

  it('is told where it contains itself', () => {
    expect(yamlRefusal('gates: &x { one: *x, two: *x }')).toContain('gates.one: contains itself');
  });

  it('never shows a secret, wherever it was put', () => {
    const values = [
      { gates: { one: { ...gate, keys: 'hunter2' } } },
      { gates: { one: { ...gate, keys: ['hunter2'] } } },
      { gates: { one: { ...gate, keys: { secret: 'hunter2' } } } },
      { gates: { one: { ...gate, keys: [{ secert: 'hunter2' }] } } },
      { gates: { one: { ...gate, keys: [{ secret: ['hunter2'] }] } } },
      { gates: { one: { ...gate, keys: [{ secret: 'x', id: '${env:WORD}', state: '${env:WORD}' }] } } },
      { gates: { one: { ...gate, provider: { id: '${env:WORD}' } } } },
      { gates: { one: { ...gate, path: '${env:WORD}' } } },
      { gates: { one: { ...gate, provider: undefined, scheme: 'hunter2' } } },
      { gates: { one: gate }, admin: 'hunter2' },
      { gates: { one: gate }, admin: { token: ['hunter2'] } },
      { gates: { one: gate }, admin: { tokn: 'hunter2' } },
      { gates: { one: gate }, store: 'redis://me:hunter2@db' },
      { gates: { one: gate }, store: '${env:WORD}' },
      { gates: { one: { ...gate, keep: undefined, forward: { to: 'http://me:hunter2@a' } } } },
      { gates: { one: gate }, limits: { requestTimeout: '${env:WORD}', maxHeaders: '${env:WORD}' } },
      { gates: { one: gate }, log: { level: '${env:WORD}' } },
      { gates: { one: { ...gate, keys: [{ secret: 'hunter2 ${nonsense}' }] } } },
      'hunter2',
      ['hunter2'],
    ];
    for (const value of values) {
      expect(refusal(value)).toContain('the configuration has');
      expect(refusal(value)).not.toContain('hunter2');
    }
  });

  it('says where a value that it does not show came from', () => {
    expect(refusal({ gates: { one: gate }, limits: { maxHeaders: '${env:WORD}' } })).toMatchInlineSnapshot(`
      "the configuration has a problem:

        limits.maxHeaders: is not valid
          value:    [secret] from the environment variable WORD
          expected: a whole number from 1 to 10000"
    `);
  });

  it.each([
    ['is missing', {}],
    ['not be set', { secret: '${env:NONE}' }],
    ['is empty', { secret: '${env:EMPTY}' }],
    ['is empty', { secret: '${env:BLANK}' }],
    ['is empty', { secret: '' }],
    ['is empty', { secret: ' \t' }],
    ['is missing', { secret: undefined }],
  ])('a secret that %s', (_what, key) => {
    expect(gateRefusal({ keys: [key] })).toContain('gates.one.keys[0].secret: ');
  });

  it('names the variable of an empty secret', () => {
    expect(gateRefusal({ keys: [{ secret: '${env:BLANK}' }] })).toMatchInlineSnapshot(`
      "the configuration has a problem:

        gates.one.keys[0].secret: is empty
          value:    [secret] from the environment variable BLANK
          expected: a secret as a text, such as "\${env:NAME}" or "\${file:path}""
    `);
  });

  it('names the file that cannot be read', () => {
    expect(gateRefusal({ keys: [{ secret: '${file:none.key}' }] })).toMatchInlineSnapshot(`
      "the configuration has a problem:

        gates.one.keys[0].secret: needs the file none.key, which cannot be read: no such file or directory"
    `);
  });

  it.each([[null], [undefined], [[]], ['text'], [5]])('is no mapping: %j', (value) => {
    expect(refusal(value)).toContain('it must be a mapping');
  });
});

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
    ['methods that are no list', { methods: 'POST' }],
    [
      'an action that the path names',
      { path: '/:action', keep: 'left out', answer: { actions: 'a.ts', action: 'b' } },
    ],
    ['a prefix that the path lacks', { keep: 'left out', forward: { to: 'http://a', stripPrefix: '/b' } }],
    ['body and json', { keep: 'left out', respond: { status: 200, body: '', json: 1 } }],
    ['a body with 204', { keep: 'left out', respond: { status: 204, body: 'a' } }],
    ['a status of another kind', { keep: 'left out', respond: { status: 100 } }],
    ['a path of the gateway', { path: '/health' }],
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
          "message": "NONE is not set, so the secret is the default that stands in the file.",
          "path": "gates.one.keys[0].secret",
        },
      ]
    `);
  });

  it('tell of events kept in memory, and of a short token', () => {
    const value = { store: 'memory:', admin: { token: '${env:WORD}' }, gates: { one: gate } };
    expect(warningsOf(value)).toMatchInlineSnapshot(`
      [
        {
          "message": "The token is shorter than 16 characters.",
          "path": "admin.token",
        },
        {
          "message": "Events that one keeps are lost when the process ends.",
          "path": "store",
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
    expect(message).toMatch(/storeKey[\s\S]*is no such key/);
    expect(message).toContain('openssl rand -hex 32');
    expect(message).not.toContain('hunter2');
  });

  it('does not show an API token that stands where it should not', () => {
    const message = refusal(answering({ apiToken: ['hunter2-in-a-list'], every: 'hourly' }), {});
    expect(message).not.toContain('hunter2');
    expect(message).toContain('"hourly"');
  });
});
