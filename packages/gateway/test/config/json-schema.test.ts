// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what a configuration writes looks like that.
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { configJsonSchema } from '../../src/config/json-schema.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { readYaml } from '../../src/config/yaml-source.ts';

const validate = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true }).compile(
  configJsonSchema(),
);
const fixture = (name: string) =>
  readYaml(readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8'), name).value;
const gate = { path: '/a', provider: 'stripe', keys: [{ secret: 'x' }], keep: {} };
const session = {
  ...{ apiUrl: 'https://api.example.com', apiKey: 'x', clientId: 'c', flowId: 'f', adminToken: 't' },
  ...{ auth: 'none', redirects: ['https://example.com'] },
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
    ['a delivery', { gates: { one: { ...gate, keep: { deliver: [] } } } }],
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
