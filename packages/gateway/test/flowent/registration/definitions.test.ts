import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError } from '@countersign/core';
import { describe, expect, it } from 'vitest';
import type { Config } from '../../../src/config/config.ts';
import type { ConfigInput } from '../../../src/config/config-input.ts';
import { parseConfig } from '../../../src/config/parse-config.ts';
import {
  type DescribedAction,
  gatesOfAccount,
  loadTargets,
  type RegistrationTarget,
  registeringGates,
  targetsOf,
} from '../../../src/flowent/registration/definitions.ts';
import type { JsonSchema } from '../../../src/input/action-input.ts';
import { temporaryDir } from '../../harness.ts';

const PLATFORM = 'https://platform.example.com/api/v1/gateway';
const TOKEN = 'an-api-token-nobody-may-see';

type GateInput = NonNullable<ConfigInput['gates']>[string];

const gate = (path = '/actions/:action', register: object = {}, answer: object = {}): GateInput => ({
  path,
  provider: 'flowent',
  keys: [{ secret: 'a secret of more than sixteen bytes' }],
  answer: {
    actions: './actions.mjs',
    register: { apiUrl: PLATFORM, apiToken: TOKEN, ...register },
    ...answer,
  },
});

const PUBLIC: Partial<ConfigInput> = { publicUrl: 'https://gate.example.com' };

const configOf = (gates: ConfigInput['gates'], input = PUBLIC, dir = '/nowhere'): Config =>
  parseConfig({ gates, ...input }, { baseDir: dir, env: {} }).config;

const action = (name: string, jsonSchema: JsonSchema = { type: 'object' }): DescribedAction => ({
  name,
  description: `Does ${name}.`,
  jsonSchema,
});

const targets = (
  config: Config,
  actions: Readonly<Record<string, readonly DescribedAction[]>>,
): readonly RegistrationTarget[] =>
  targetsOf(config, registeringGates(config), (name) => actions[name] ?? []);

const setupError = (call: () => unknown): SetupError => {
  try {
    call();
  } catch (error) {
    if (error instanceof SetupError) return error;
    throw error;
  }
  throw new Error('it did not throw');
};

describe('what is registered', () => {
  it('is every action of the gate, at its own URL', () => {
    const schema = { type: 'object', properties: { to: { type: 'string' } } };
    const [target] = targets(configOf({ flowent: gate() }), {
      flowent: [action('send_email', schema), action('get_weather')],
    });
    expect(target?.drafts).toEqual([
      {
        name: 'send_email',
        description: 'Does send_email.',
        webhook_url: 'https://gate.example.com/actions/send_email',
        json_schema: schema,
      },
      {
        name: 'get_weather',
        description: 'Does get_weather.',
        webhook_url: 'https://gate.example.com/actions/get_weather',
        json_schema: { type: 'object' },
      },
    ]);
    expect(target?.gates.map(({ name }) => name)).toEqual(['flowent']);
    expect(target?.register.apiUrl).toBe(PLATFORM);
  });

  it.each([
    ['/a/:name/run', 'https://gate.example.com/a/one/run'],
    ['/flowent', 'https://gate.example.com/flowent'],
    ['/', 'https://gate.example.com/'],
  ])('has the URL that %s makes of its name', (path, url) => {
    const [target] = targets(configOf({ flowent: gate(path) }), { flowent: [action('one')] });
    expect(target?.drafts[0]?.webhook_url).toBe(url);
  });

  it('keeps the path of the public URL', () => {
    const config = configOf({ flowent: gate() }, { publicUrl: 'https://example.com/gate/' });
    const [target] = targets(config, { flowent: [action('one')] });
    expect(target?.drafts[0]?.webhook_url).toBe('https://example.com/gate/actions/one');
  });

  it('is the one action that the gate names', () => {
    const config = configOf({ flowent: gate('/only', {}, { action: 'b' }) });
    const [target] = targets(config, { flowent: [action('a'), action('b')] });
    expect(target?.drafts.map(({ name }) => name)).toEqual(['b']);
  });

  it('is grouped by account, and looked at as often as the keenest of its gates wants', () => {
    const config = configOf({
      a: gate('/a/:action', { every: '5m' }),
      b: gate('/b/:action', { every: '1m' }),
      other: gate('/c/:action', { apiToken: 'another-account' }),
    });
    const found = targets(config, { a: [action('one')], b: [action('two')], other: [action('one')] });
    expect(found.map(({ gates }) => gates.map(({ name }) => name))).toEqual([['a', 'b'], ['other']]);
    expect(found.map(({ drafts }) => drafts.map(({ name }) => name))).toEqual([['one', 'two'], ['one']]);
    expect(found[0]?.register.everyMs).toBe(60_000);
    const names = (of: string): readonly string[] =>
      gatesOfAccount(registeringGates(config), of).map((one) => one.gate.name);
    expect(names('b')).toEqual(['a', 'b']);
    expect(names('other')).toEqual(['other']);
    expect(names('nope')).toEqual([]);
  });

  it('is what the module of the gate exports', async () => {
    const dir = temporaryDir();
    writeFileSync(
      join(dir, 'actions.mjs'),
      `export const a = { name: 'a', description: 'Does a.', input: { type: 'object' }, run: () => '' };
       export const b = { ...a, name: 'b', jsonSchema: { type: 'object', title: 'for the platform' } };`,
    );
    const config = configOf({ flowent: gate() }, PUBLIC, dir);
    const [target] = await loadTargets(config, registeringGates(config));
    expect(target?.drafts.map(({ name, json_schema }) => [name, json_schema])).toEqual([
      ['a', { type: 'object' }],
      ['b', { type: 'object', title: 'for the platform' }],
    ]);
  });
});

describe('a set-up that cannot be registered says what to do', () => {
  const LOCAL = 'http://127.0.0.1:9/api/v1/gateway';
  const many = Array.from({ length: 101 }, (_, i) => action(`a_${i}`));

  it('no gate registers', () => {
    const { answer, ...rest } = gate();
    const config = configOf({ flowent: { ...rest, answer: { actions: './actions.mjs' } } });
    expect(answer).toHaveProperty('register');
    expect(setupError(() => registeringGates(config)).message).toContain('register: { apiUrl, apiToken }');
  });

  it.each<[string, Config, Record<string, readonly DescribedAction[]>, string, RegExp, RegExp]>([
    [
      'there is no public URL',
      configOf({ flowent: gate() }, {}),
      { flowent: [action('a')] },
      'publicUrl',
      /the gate flowent registers/,
      /publicUrl: https:\/\//,
    ],
    [
      'the public URL is not https',
      configOf({ flowent: gate() }, { publicUrl: 'http://gate.example.com' }),
      { flowent: [action('a')] },
      'publicUrl',
      /is not https/,
      /this machine/,
    ],
    [
      'a path has no place for the names',
      configOf({ flowent: gate('/flowent') }),
      { flowent: [action('a'), action('b')] },
      'gates.flowent.path',
      /has no place for the name of an action, and 2 are/,
      /:action/,
    ],
    [
      'a path has two places for the name',
      configOf({ flowent: gate('/:name/:action') }),
      { flowent: [action('a')] },
      'gates.flowent.path',
      /more than one place/,
      /once/,
    ],
    [
      'a path has a part that nobody can fill',
      configOf({ flowent: gate('/:tenant/:action') }),
      { flowent: [action('a')] },
      'gates.flowent.path',
      /has :tenant/,
      /:action/,
    ],
    [
      'a path has an open end',
      configOf({ flowent: gate('/flowent/*') }),
      { flowent: [action('a')] },
      'gates.flowent.path',
      /has \*/,
      /:action/,
    ],
    [
      'an input says no JSON Schema',
      configOf({ flowent: gate() }),
      { flowent: [{ ...action('a'), jsonSchema: undefined }] },
      'gates.flowent.answer.actions',
      /"a" says no JSON Schema/,
      /toStandardJsonSchema of @valibot\/to-json-schema/,
    ],
    [
      'there are more than 100 actions',
      configOf({ a: gate('/a/:action'), b: gate('/b/:action') }),
      { a: many.slice(0, 50), b: many.slice(50) },
      'gates.b.answer.actions',
      /101 actions .* allows 100/,
      /account of their own/,
    ],
    [
      'two gates of one account have an action of one name',
      configOf({ a: gate('/a/:action'), b: gate('/b/:action') }),
      { a: [action('one')], b: [action('one')] },
      'gates.b.answer.actions',
      /"one" is an action of the gate a too/,
      /another account/,
    ],
    [
      'it would ask more often than the platform answers',
      configOf({ keen: gate('/a/:action', { every: '3s' }), other: gate('/b/:action') }),
      { keen: [action('a')], other: [action('b')] },
      'gates.keen.answer.register.every',
      /1000 calls an hour/,
      /10s or more/,
    ],
  ])('%s', (_, config, actions, option, problem, remedy) => {
    const error = setupError(() => targets(config, actions));
    expect(error.option).toBe(option);
    expect(error.message).toMatch(problem);
    expect(error.remedy).toMatch(remedy);
    expect(error.message).not.toContain(TOKEN);
  });

  it.each([LOCAL, 'http://localhost:9', 'http://[::1]:9'])(
    'a public URL without TLS will do for a platform at %s',
    (apiUrl) => {
      const config = configOf(
        { flowent: gate('/:action', { apiUrl }) },
        { publicUrl: 'http://127.0.0.1:8787' },
      );
      const [target] = targets(config, { flowent: [action('a')] });
      expect(target?.drafts[0]?.webhook_url).toBe('http://127.0.0.1:8787/a');
    },
  );
});
