/** An option’s declaration says what the engine takes: no name more, no name less, and no value that the engine takes is refused. */
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import {
  createGate,
  type GateOptions,
  type OptionRow,
  optionRowsOf,
  providers,
  SetupError,
  schemeTypes,
  writtenProvider,
  writtenScheme,
} from '../../src/index.ts';
import { RIGHT_PROVIDERS, RIGHT_SCHEMES } from './right-declarations.ts';

type Options = Readonly<Record<string, unknown>>;

/** A provider or a type of scheme, and how a gate has it. */
interface Declared {
  readonly name: string;
  readonly rows: readonly OptionRow[];
  readonly right: readonly Options[];
  readonly gate: (options: Options) => GateOptions;
  /** What names it, beside its options. */
  readonly key: 'id' | 'type';
}

const DECLARED: readonly Declared[] = [
  ...providers.map(({ id, scheme }) => ({
    name: id,
    rows: optionRowsOf({ scheme }),
    right: (RIGHT_PROVIDERS[id] ?? []).map((choice) =>
      typeof choice === 'string' ? {} : without(choice, 'id'),
    ),
    gate: (given: Options) => ({ provider: writtenProvider(id, given) }),
    key: 'id' as const,
  })),
  ...schemeTypes.map(({ type, options }) => ({
    name: `a scheme of the type ${type}`,
    rows: options,
    right: RIGHT_SCHEMES[type].map((declaration) => without(declaration, 'type')),
    gate: (given: Options) => ({ scheme: writtenScheme({ ...given, type }) }),
    key: 'type' as const,
  })),
];

function without(options: object, name: string): Options {
  return Object.fromEntries(Object.entries(options).filter(([key]) => key !== name));
}

/** What is wrong with the options; keys are another matter. */
function problemOf(options: GateOptions): string | undefined {
  try {
    createGate(options);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    return /^(provider|scheme)/.test(error.option) ? error.message : undefined;
  }
  return undefined;
}

const ajv = new Ajv({ strict: true, allowUnionTypes: true });
const everyName = [...new Set(DECLARED.flatMap(({ rows }) => rows.map(({ name }) => name)))];

/** Some value of every kind, of which each option takes few. */
const VALUES: readonly unknown[] = [
  true,
  false,
  null,
  0,
  -1,
  1,
  1.5,
  1001,
  1e18,
  Number.NaN,
  '',
  'x',
  'a b',
  '{body}',
  'none',
  'off',
  'required',
  'HS256',
  'sha256',
  'hmac-sha256',
  'ed25519',
  'https://a.example',
  '123',
  'x'.repeat(70),
  [],
  [''],
  ['x'],
  [1],
  ['x', 'x'],
  ['HS256'],
  ['ES256', 'RS256'],
  ['created'],
  ['none'],
  {},
  { x: 1 },
  { header: 'x' },
  { header: 1 },
  { header: 'x', query: 'y' },
  { query: 'x', unit: 'ms' },
  { item: 't' },
  { unit: 'h' },
  { member: 'a.b', text: 'yes' },
  { encoding: 'hex' },
  { header: 'x', encoding: 'HEX' },
  { past: 1 },
  { past: '1' },
  { url: 'https://a.example' },
  { url: 'https://a.example', maxAge: 1 },
  { maxAgeMs: 1 },
  { header: 'x', list: { labels: 'v1' } },
  { header: 'x', list: { label: 'v1' } },
  { x: 'list' },
  { x: 'y' },
  { signature: 'x-a' },
  { signature: 'a b' },
  { id: 'x-b' },
  { signatur: 'x-a' },
  'svix',
  'svix-',
];

describe.each(DECLARED)('the options of $name', ({ rows, right, gate, key }) => {
  it('are all shown at work, and the engine takes what is shown', () => {
    const shown = new Set(right.flatMap((options) => Object.keys(options)));
    expect([...shown].sort()).toEqual(rows.map(({ name }) => name).sort());
    for (const options of right) expect(problemOf(gate(options)), JSON.stringify(options)).toBeUndefined();
    for (const options of right) {
      for (const [name, value] of Object.entries(options)) {
        const schema = rows.find((row) => row.name === name)?.value as object;
        expect(ajv.validate(schema, value), `${name}: ${JSON.stringify(value)}`).toBe(true);
      }
    }
  });

  it('are the only ones', () => {
    const [base = {}] = right;
    for (const name of [...everyName, 'colour', 'constructor', 'optoins']) {
      if (name === key || rows.some((row) => row.name === name)) continue;
      expect(problemOf(gate({ ...base, [name]: 'x' })), name).toContain('there is no such option');
    }
  });

  it('are refused by the engine wherever their declaration refuses them', () => {
    const [base = {}] = right;
    for (const row of rows) {
      for (const value of VALUES) {
        if (ajv.validate(row.value, value)) continue;
        const problem = problemOf(gate({ ...base, [row.name]: value }));
        expect(problem, `${row.name}: ${JSON.stringify(value)}`).toMatch(
          new RegExp(`^[\\w.]+\\.${row.name}\\b`),
        );
      }
    }
  });

  it('are required where it does not do without', () => {
    const [base = {}] = right;
    for (const row of rows.filter(({ isRequired }) => isRequired)) {
      expect(problemOf(gate(without(base, row.name))), row.name).toContain(row.name);
    }
  });
});

it('a provider’s samples are of the options that it requires', () => {
  for (const { id, needs = {}, scheme } of providers) {
    const required = optionRowsOf({ scheme })
      .filter(({ isRequired }) => isRequired)
      .map(({ name }) => name);
    expect(Object.keys(needs).sort(), id).toEqual(required.sort());
  }
});
