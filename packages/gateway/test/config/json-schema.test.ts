// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what a configuration writes looks like that.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createGate, SetupError, schemeTypes, writtenProvider, writtenScheme } from '@countersign/core';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { codeBlocks, filesBelow } from '../../../../scripts/docs-blocks.ts';
import { RIGHT_PROVIDERS, RIGHT_SCHEMES } from '../../../core/test/options/right-declarations.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { configJsonSchema } from '../../src/config/schema.ts';
import { readYaml } from '../../src/config/yaml-source.ts';

const validate = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true }).compile(
  configJsonSchema(),
);
const fixture = (name: string) =>
  readYaml(readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8'), name).value;
const gate = { path: '/a', provider: 'stripe', keys: [{ secret: 'x' }], keep: {} };
const session = {
  apiUrl: 'https://api.example.com',
  apiKey: 'x',
  clientId: 'c',
  flowId: 'f',
  adminToken: 't',
  auth: 'none',
  redirects: ['https://example.com'],
};

describe('configJsonSchema', () => {
  it('is what docs/countersign.schema.json holds; run scripts/generate-schema.ts where this fails', () => {
    const file = new URL('../../../../docs/countersign.schema.json', import.meta.url);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(configJsonSchema());
  });

  it.each(['example.yaml', 'every-field.yaml'])('takes %s', (name) => {
    validate(fixture(name));
    expect(validate.errors ?? []).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['a number', { limits: { maxHeaders: '${env:N}' }, gates: { one: gate } }],
    ['a flag', { gates: { one: { ...gate, allowShortKey: '${env:N:-true}' } } }],
    ['a duration', { limits: { requestTimeout: '${env:N}s' }, gates: { one: gate } }],
    ['one of a few words', { log: { level: '${env:LEVEL:-info}' }, gates: { one: gate } }],
    ['an address', { listen: { public: '${env:HOST}:${env:PORT}' }, gates: { one: gate } }],
    ['a trusted proxy', { listen: { trustedProxies: ['${env:PROXY}'] }, gates: { one: gate } }],
    ['a list of origins', { sessions: { incode: { ...session, redirects: '${env:REDIRECTS:-}' } } }],
    ['a session’s address', { sessions: { incode: { ...session, apiUrl: '${env:API_URL}' } } }],
    ['a method', { gates: { one: { ...gate, methods: ['${env:M}'] } } }],
  ])('takes an interpolated text as %s', (_what, value) => {
    validate(value);
    expect(validate.errors ?? []).toEqual([]);
  });

  const wrong: readonly [string, unknown][] = [
    ['no gates', {}],
    ['an empty mapping of gates', { gates: {} }],
    ['an empty mapping of sessions', { gates: { one: gate }, sessions: {} }],
    ['an unknown broker', { sessions: { one: { broker: 'none' } } }],
    ['an unknown key of a session', { sessions: { incode: { ...session, apikey: 'x' } } }],
    ['a gate name in capitals', { gates: { One: gate } }],
    ['an unknown key', { gates: { one: gate }, limit: {} }],
    ['a proxy by name', { listen: { trustedProxies: ['proxy.internal'] }, gates: { one: gate } }],
    ['an unknown key of a gate', { gates: { one: { ...gate, kep: {} } } }],
    ['a duration without unit', { gates: { one: gate }, limits: { requestTimeout: 30 } }],
    ['a duration with a space', { gates: { one: gate }, limits: { requestTimeout: '30 s' } }],
    ['an unknown word', { gates: { one: { ...gate, keys: [{ secret: 'x', state: 'old' }] } } }],
    ['a blank secret', { gates: { one: { ...gate, keys: [{ secret: ' ' }] } } }],
    ['a misspelt member of keep', { gates: { one: { ...gate, keep: { delivers: [] } } } }],
    ['a number out of bounds', { gates: { one: gate }, limits: { maxHeaders: 0 } }],
  ];
  it.each(wrong)('refuses %s, as the gateway does', (_what, value) => {
    expect(validate(value)).toBe(false);
    expect(() => parseConfig(value, { baseDir: '/', env: {} })).toThrow('the configuration has');
  });

  it('says of every value what it is', () => {
    const silent: string[] = [];
    const walk = (schema: unknown, path: string) => {
      if (typeof schema !== 'object' || schema === null) return;
      for (const [key, value] of Object.entries(schema)) {
        // A condition asks, and tells nobody anything.
        if (key === 'if') continue;
        if (key !== 'properties') walk(value, `${path}/${key}`);
        else {
          for (const [name, property] of Object.entries(value)) {
            if (typeof property !== 'object' || property === null || !('description' in property))
              silent.push(`${path}/${name}`);
            walk(property, `${path}/${name}`);
          }
        }
      }
    };
    walk(configJsonSchema(), '');
    expect(silent).toEqual([]);
  });
});

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const proved = (proof: object) => ({
  gates: { one: { path: '/a', keys: [{ secret: 'x' }], keep: {}, ...proof } },
});

/** How the files of Prometheus, of containers and of Kubernetes begin. */
const OF_OTHERS = /^(groups|scrape_configs|services|rule_files|apiVersion):/m;

describe('what people are shown', () => {
  const files = filesBelow(root, /\.(md|ya?ml)$/).filter((file) => !file.endsWith('CHANGELOG.md'));
  const shown = files.flatMap((file): readonly (readonly [string, string])[] => {
    const text = readFileSync(file, 'utf8');
    const name = file.slice(root.length);
    if (!file.endsWith('.md')) return OF_OTHERS.test(text) ? [] : [[name, text]];
    return codeBlocks(text).flatMap(({ language, flags, code, line }) =>
      // A part of a file is none.
      language === 'yaml' && !OF_OTHERS.test(code) && !flags.includes('norun')
        ? [[`${name}:${line}`, code] as const]
        : [],
    );
  });

  it.each(shown)('is taken: %s', (name, text) => {
    const { value } = readYaml(text, name);
    // A page shows one option without the gates that it is for.
    const gates =
      !name.includes('.md:') || /^(gates|sessions):/m.test(text) ? {} : proved({ provider: 'github' });
    validate(Object.assign(gates, value));
    expect(validate.errors ?? []).toEqual([]);
  });

  it('is said of each option of a declared scheme, and of each of its words', () => {
    const ofProviders = readdirSync(`${root}docs/providers`).map((name) => `docs/providers/${name}`);
    const pages = ['docs/configuration.md', ...ofProviders].map((name) => readFileSync(root + name, 'utf8'));
    const missing: string[] = [];
    const wordsOf = (value: unknown): readonly string[] => {
      if (typeof value !== 'object' || value === null) return [];
      return Object.entries(value).flatMap(([key, inner]) =>
        key === 'enum' ? (inner as readonly unknown[]).map(String) : wordsOf(inner),
      );
    };
    for (const { type, options } of schemeTypes) {
      for (const { name, value } of options) {
        for (const word of [name, ...wordsOf(value)])
          if (!pages.some((page) => page.includes(word))) missing.push(`${type}: ${name}: ${word}`);
      }
    }
    expect(missing).toEqual([]);
  });

  it('is in the examples and the pages', () => {
    const names = shown.map(([name]) => name).join();
    for (const one of ['examples/incode/countersign.yaml', 'docs/configuration.md:', 'docs/gateway.md:'])
      expect(names).toContain(one);
  });
});

describe('provider and scheme', () => {
  it.each(Object.values(RIGHT_PROVIDERS).flat())('takes the provider %j', (provider) => {
    validate(proved({ provider }));
    expect(validate.errors ?? []).toEqual([]);
  });

  it.each(Object.values(RIGHT_SCHEMES).flat())('takes the scheme %j', (scheme) => {
    validate(proved({ scheme }));
    expect(validate.errors ?? []).toEqual([]);
  });

  it.each<[string, object]>([
    ['an id', { provider: '${env:PROVIDER}' }],
    ['an id in a mapping', { provider: { id: '${env:PROVIDER}', anything: 1 } }],
    ['one of a few words', { provider: { id: 'approov', binding: 'x', bindingMode: '${env:MODE}' } }],
    ['a header’s name', { scheme: { type: 'shared-token', header: '${env:HEADER:-x-token}' } }],
    ['an item of a list', { provider: { id: 'jwt-bearer', algorithm: ['${env:ALGORITHM}'] } }],
    ['no proof', { provider: 'none', keys: undefined }],
  ])('takes an interpolated text as %s', (_, proof) => {
    validate(JSON.parse(JSON.stringify(proved(proof))));
    expect(validate.errors ?? []).toEqual([]);
  });

  it('offers the words that may stand where a mapping or a list may as well', () => {
    const offers: unknown[] = [];
    const walk = (schema: unknown): void => {
      if (typeof schema !== 'object' || schema === null) return;
      const { else: otherwise, examples } = schema as {
        else?: { anyOf?: { enum?: unknown }[] };
        examples?: unknown;
      };
      const words = otherwise?.anyOf?.find((one) => 'enum' in one)?.enum;
      if (words !== undefined) {
        expect(examples).toEqual(words);
        offers.push(words);
      }
      Object.values(schema).forEach(walk);
    };
    walk(configJsonSchema());
    const bare = Object.values(RIGHT_PROVIDERS).flatMap(([first]) =>
      typeof first === 'string' ? [first] : [],
    );
    expect(offers).toContainEqual(expect.arrayContaining([...bare, 'none']));
    expect(offers).toContainEqual(expect.arrayContaining(['HS256', 'EdDSA']));
  });

  /** Each with where an editor marks it: the place, and the member that should not be there. */
  const misspelt: readonly [object, string, string?][] = [
    [{ provider: 'githb' }, '/provider'],
    [{ provider: 'firebase-app-check' }, '/provider'],
    [{ provider: { id: 'githb' } }, '/provider/id'],
    [{ provider: { id: 'github', header: 'x' } }, '/provider', 'header'],
    [{ provider: { id: 'github', headers: { signatur: 'x' } } }, '/provider/headers', 'signatur'],
    [{ provider: { id: 'standard-webhooks', headers: { signatur: 'x' } } }, '/provider/headers', 'signatur'],
    [{ provider: { id: 'approov', bindng: ['authorization'] } }, '/provider', 'bindng'],
    [{ provider: { id: 'approov', binding: ['a b'] } }, '/provider/binding/0'],
    [{ provider: { id: 'approov', binding: 'x', bindingMode: 'optionl' } }, '/provider/bindingMode'],
    [{ provider: { id: 'stripe', toleranceMs: '5m' } }, '/provider/toleranceMs'],
    [{ provider: { id: 'stripe', toleranceMs: { pst: 1 } } }, '/provider/toleranceMs', 'pst'],
    [{ provider: { id: 'hmac', signature: { heder: 'x' } } }, '/provider/signature', 'heder'],
    [{ provider: { id: 'hmac', timestamp: { header: 'x', unit: 'sec' } } }, '/provider/timestamp/unit'],
    [{ provider: { id: 'jwt-bearer', algorithm: ['hs256'] } }, '/provider/algorithm/0'],
    [
      { provider: { id: 'jwt-bearer', algorithm: 'RS256', jwks: { ulr: 'https://a' } } },
      '/provider/jwks',
      'ulr',
    ],
    [{ provider: { id: 'http-message-signatures', required: ['creatd'] } }, '/provider/required/0'],
    [{ scheme: { type: 'jwd', algorithm: 'HS256' } }, '/scheme/type'],
    [{ scheme: { type: 'jwt', algorithm: 'HS256', prefx: 'x' } }, '/scheme', 'prefx'],
    [{ scheme: { type: 'shared-token', form: 'bear' } }, '/scheme/form'],
    [{ scheme: { algorithm: 'sha256', signature: 'x', mesage: '{body}' } }, '/scheme', 'mesage'],
    [{ scheme: { algorithm: 'md5', signature: 'x', message: '{body}' } }, '/scheme/algorithm'],
    [
      {
        scheme: { algorithm: 'sha256', signature: { header: 'x', list: { label: 'v1' } }, message: '{body}' },
      },
      '/scheme/signature/list',
      'label',
    ],
    [
      { scheme: { algorithm: 'sha256', signature: 'x', message: '{body}', id: { memer: 'a' } } },
      '/scheme/id',
      'memer',
    ],
  ];

  it.each(misspelt)('%j is marked at %s', (proof, place, member) => {
    expect(validate(proved(proof))).toBe(false);
    const marked = (validate.errors ?? []).map(({ instancePath, params }) => [
      instancePath,
      params['additionalProperty'] as string | undefined,
    ]);
    expect(marked).toContainEqual([`/gates/one${place}`, member]);
  });

  it.each(misspelt)('%j does not start either', (proof) => {
    const { provider, scheme } = proof as { provider?: string | { id: string }; scheme?: object };
    const { id, ...options } = typeof provider === 'string' ? { id: provider } : (provider ?? { id: '' });
    const keys = ['a secret of thirty-two characters'];
    expect(() =>
      createGate(
        scheme
          ? { scheme: writtenScheme({ ...scheme }), keys }
          : { provider: writtenProvider(id, options), keys },
      ),
    ).toThrow(SetupError);
  });
});
