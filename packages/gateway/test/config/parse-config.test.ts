// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what a configuration writes looks like that.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { type BareProviderId, providers } from '@countersign/core';
import { describe, expect, it } from 'vitest';
import { type ConfigInput, defineConfig, type GateInput } from '../../src/config/config-input.ts';
import { defaultMethods } from '../../src/config/gate-schema.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { readYaml } from '../../src/config/yaml-source.ts';
import { temporaryDir } from '../harness.ts';
import { gate, gateRefusal, options, refusal } from './config-refusals.ts';

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
        "admin": {
          "audit": {
            "forMs": 34560000000,
          },
          "session": {
            "forMs": 43200000,
            "idleMs": 3600000,
          },
          "users": [],
        },
        "destinations": [],
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
              "deliver": [],
              "isFullText": false,
              "isHashOnly": false,
              "kind": "keep",
              "mask": {
                "headers": [],
                "members": [],
              },
            },
            "path": "/a",
            "proof": {
              "id": "stripe",
              "kind": "provider",
              "options": {},
            },
            "replay": {
              "leaseMs": 60000,
              "rememberMs": 259200000,
              "repeat": "acknowledge",
              "whenUnavailable": "refuse",
            },
            "segments": [
              {
                "kind": "literal",
                "text": "a",
              },
            ],
            "testMethods": [],
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
store: postgres://me:hunter2@db
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
      "countersign.yaml has 15 problems:

        line 2:19  listen.public: is not valid
          value:    8787
          expected: an address with its port, such as 127.0.0.1:8787 or [::1]:8787

        line 2:32  listen.admin: can be reached from other machines, and admin.token is not set
          expected: a loopback address such as 127.0.0.1:8788, or an admin.token

        line 3:8  store: names no database
          value:    [secret]
          expected: sqlite:PATH, a path that ends in .db, postgres://USER:PASSWORD@HOST/DATABASE, or ":memory:"

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

        line 10:3  gates.Flow: is not a name for a gate
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
          expected: a list of keys, such as [{ secret: "\${env:NAME}" }]"
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

        gates.one.keys[0].secret: is empty: the environment variable BLANK fills in nothing
          expected: BLANK in the environment, or in a .env file beside the configuration file"
    `);
  });

  it.each<readonly [string, () => string, string, string]>([
    [
      'an upstream',
      () => gateRefusal({ keep: 'left out', forward: { to: '${env:EMPTY}' } }),
      'gates.one.forward.to: is empty: the environment variable EMPTY fills in nothing',
      'expected: EMPTY in the environment',
    ],
    [
      'a path of two variables',
      () => gateRefusal({ path: '${env:EMPTY}${env:BLANK}' }),
      'gates.one.path: is empty: the environment variables EMPTY and BLANK fill in nothing',
      'expected: EMPTY and BLANK in the environment',
    ],
    [
      'a word',
      () => refusal({ gates: { one: gate }, log: { level: '${env:EMPTY}' } }),
      'log.level: is empty: the environment variable EMPTY fills in nothing',
      'expected: EMPTY in the environment',
    ],
    [
      'a secret whose default is empty',
      () => gateRefusal({ keys: [{ secret: '${env:NONE_AT_ALL:-}' }] }),
      'gates.one.keys[0].secret: is empty: the environment variable NONE_AT_ALL fills in nothing',
      'expected: NONE_AT_ALL in the environment',
    ],
  ])('blames the variable, not the file, for %s that it leaves empty', (_, refused, problem, expected) => {
    expect(refused()).toContain(problem);
    expect(refused()).toContain(expected);
  });

  it('blames an empty file for what it leaves empty', () => {
    const baseDir = temporaryDir();
    writeFileSync(join(baseDir, 'empty.key'), '\n');
    const one = { ...gate, keys: [{ secret: '${file:empty.key}' }] };
    expect(refusal({ gates: { one } }, { baseDir })).toContain(
      'gates.one.keys[0].secret: is empty: the file empty.key fills in nothing\n',
    );
  });

  it('names the file that cannot be read', () => {
    expect(gateRefusal({ keys: [{ secret: '${file:none.key}' }] })).toMatchInlineSnapshot(`
      "the configuration has a problem:

        gates.one.keys[0].secret: needs the file none.key, which cannot be read: no such file or directory"
    `);
  });

  it.each([[null], [undefined], [[]], ['text'], [5]])('is not a mapping: %j', (value) => {
    expect(refusal(value)).toContain('must be a mapping with gates or sessions; this one is ');
  });
});
