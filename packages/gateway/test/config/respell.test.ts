/** Names that are misspelt at several depths are told in one run, with what is wrong under them and nothing that only seems to be missing. */
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config/config-error.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { respell } from '../../src/config/respell.ts';
import { configSchema } from '../../src/config/schema.ts';
import { optionsOf } from '../../src/config/schema-walk.ts';
import { dryStart } from '../../src/dry-start.ts';

const KEY = 'a-key-of-more-than-sixteen-bytes';
const KEYS = [{ secret: KEY }];
const STORE = { store: 'memory:' };
const AUTH = { secret: KEY };

/** Path and problem of each, with the name that was meant. */
function problemsOf(config: object): readonly string[] {
  try {
    parseConfig(config, { baseDir: '/', env: {}, knownProviders: ['github', 'hmac'] });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ path, problem, suggestion }) =>
      [path, problem, ...(suggestion === undefined ? [] : [`did you mean ${suggestion}?`])].join(' | '),
    );
  }
  return [];
}

const unknown = (path: string, meant?: string): string =>
  `${path} | is not known here${meant === undefined ? '' : ` | did you mean ${meant}?`}`;

describe('a misspelt name', () => {
  it.each<readonly [what: string, config: object, problems: readonly string[]]>([
    [
      'at the top, and one within',
      { ...STORE, gatez: { a: { path: '/a', provder: 'github', keys: KEYS, keep: {} } } },
      [unknown('gatez', 'gates'), unknown('gatez.a.provder', 'provider')],
    ],
    [
      'at four depths',
      {
        ...STORE,
        gatez: { a: { path: '/a', provider: 'github', keyz: [{ secrt: KEY, sttae: 'active' }], keep: {} } },
      },
      [
        unknown('gatez', 'gates'),
        unknown('gatez.a.keyz', 'keys'),
        unknown('gatez.a.keyz[0].secrt', 'secret'),
        unknown('gatez.a.keyz[0].sttae', 'state'),
      ],
    ],
    [
      'with a value that is wrong within it',
      { ...STORE, gates: { a: { path: '/a', provder: 'githb', keys: KEYS, forwrd: { to: 5 } } } },
      [
        unknown('gates.a.provder', 'provider'),
        unknown('gates.a.forwrd', 'forward'),
        'gates.a.forwrd.to | is not valid',
        'gates.a.provder | names no provider | did you mean github?',
      ],
    ],
    [
      'over a text that was not filled in',
      {
        ...STORE,
        gates: { a: { path: '/a', provider: 'github', keys: [{ secrt: `\${env:NOPE}` }], keep: {} } },
      },
      [
        'gates.a.keys[0].secrt | needs the environment variable NOPE, which is not set',
        unknown('gates.a.keys[0].secrt', 'secret'),
      ],
    ],
    [
      'in a session, and in who may call it',
      {
        ...STORE,
        sesions: {
          b: {
            brokr: 'oauth2-client-credentials',
            tokenUrl: 'https://id.example/t',
            clientId: 'c',
            clientSecret: KEY,
            auth: { secrte: KEY },
          },
        },
      },
      [
        unknown('sesions', 'sessions'),
        unknown('sesions.b.brokr', 'broker'),
        unknown('sesions.b.auth.secrte', 'secret'),
      ],
    ],
    [
      'of the gate, and of its declared scheme at two depths',
      {
        ...STORE,
        gates: {
          a: {
            path: '/a',
            scheme: {
              algorithm: 'hmac-sha256',
              signatur: { hedaer: 'x', list: { lables: 'v1' } },
              message: '{body}',
              timestamp: { heder: 'x' },
            },
            keys: KEYS,
            kep: {},
          },
        },
      },
      [
        unknown('gates.a.kep', 'keep'),
        unknown('gates.a.scheme.signatur', 'signature'),
        unknown('gates.a.scheme.signatur.hedaer', 'header'),
        unknown('gates.a.scheme.signatur.list.lables', 'labels'),
        unknown('gates.a.scheme.timestamp.heder', 'header'),
      ],
    ],
    [
      'of the provider’s mapping, its option, and a part of that',
      {
        ...STORE,
        gates: {
          a: {
            path: '/a',
            provder: { id: 'hmac', tiemstamp: { hedaer: 'x' }, algorithm: 'sha256' },
            keys: KEYS,
            kep: {},
          },
        },
      },
      [
        unknown('gates.a.kep', 'keep'),
        unknown('gates.a.provder', 'provider'),
        unknown('gates.a.provder.tiemstamp', 'timestamp'),
        unknown('gates.a.provder.tiemstamp.hedaer', 'header'),
      ],
    ],
    [
      'beside the right one: what stands under it is not read',
      {
        ...STORE,
        gates: { a: { path: '/a', provider: 'github', keys: KEYS, keep: {} } },
        gatez: { b: { pth: 1 } },
      },
      [unknown('gatez', 'gates')],
    ],
    [
      'twice: the first is read',
      {
        ...STORE,
        gatez: { a: { path: 5, provider: 'github', keys: KEYS, keep: {} } },
        gatess: { b: { path: 5 } },
      },
      [unknown('gatez', 'gates'), 'gatez.a.path | is not valid', unknown('gatess', 'gates')].sort(),
    ],
    [
      'over what could not stand under the right one',
      { ...STORE, gates: { a: { path: '/a', provider: 'github', secret: KEY, keep: {} } } },
      ['gates.a.keys | is missing', unknown('gates.a.secret', 'keys')],
    ],
    [
      'that is near none',
      {
        ...STORE,
        gates: { a: { path: '/a', provider: 'github', keys: KEYS, keep: {} } },
        xyzzy: { provder: 1 },
      },
      [unknown('xyzzy')],
    ],
  ])('%s', (_, config, problems) => {
    expect(problemsOf(config).toSorted()).toEqual([...problems].sort());
  });

  it('hides what its right name would hide, and what its place would', () => {
    const secrets = ['hunter2-one', 'hunter2-two', 'hunter2-three'];
    const [first, second, third] = secrets;
    const config = {
      ...STORE,
      stroeKey: first,
      gatez: { a: { path: '/a', provider: 'github', keyz: [{ secrt: 5, encodng: second }], keep: {} } },
      sesions: { b: { brokr: 'x', clientSecet: { a: third }, tokenUrl: third, auth: { secrte: [third] } } },
    };
    try {
      parseConfig(config, { baseDir: '/', env: {} });
      expect.unreachable();
    } catch (error) {
      for (const secret of secrets) expect(String(error)).not.toContain(secret);
    }
  });
});

it('names of a scheme, and those under them, are told at once where all else is right', async () => {
  const { config } = parseConfig(
    {
      ...STORE,
      gates: {
        a: {
          path: '/a',
          scheme: {
            algorithm: 'hmac-sha256',
            signatur: { hedaer: 'x', encodng: 'hex', list: { lables: 'v1' } },
            message: '{body}',
            timestamp: { heder: 'x', unti: 's' },
          },
          keys: KEYS,
          keep: {},
        },
      },
    },
    { baseDir: '/', env: {} },
  );
  const { problems } = await dryStart(config);
  const said = problems.map(({ option, problem, remedy }) => [
    option,
    problem,
    remedy.split(/(?<=\?) /, 1)[0],
  ]);
  expect(said).toEqual([
    ['gates.a.scheme.signatur', 'there is no such option', 'Did you mean signature?'],
    ['gates.a.scheme.timestamp.heder', 'there is no such option, nor unti', 'Did you mean header?'],
    ['gates.a.scheme.signatur.hedaer', 'there is no such option', 'Did you mean header?'],
    ['gates.a.scheme.signatur.encodng', 'there is no such option', 'Did you mean encoding?'],
    ['gates.a.scheme.signatur.list.lables', 'there is no such option', 'Did you mean labels?'],
  ]);
  expect(problems.at(-1)?.remedy).toBe(
    'Did you mean labels? It takes one of separator, assign, labels, items, bare.',
  );
});

describe('respell', () => {
  it('leaves a tree as it is where no name is misspelt', () => {
    const tree = { ...STORE, gates: { a: { path: '/a', provider: 'github', keys: KEYS, keep: {} } } };
    const { tree: respelt, faults, written, meant } = respell(configSchema(), tree);
    expect([respelt, faults]).toEqual([tree, []]);
    expect([written(['gates', 'a']), meant(['gates', 'a'])]).toEqual([
      ['gates', 'a'],
      ['gates', 'a'],
    ]);
  });

  it('leads each path there and back', () => {
    const tree = { gatez: { a: { keyz: [{ secrt: KEY }] } }, sessions: { b: { auth: AUTH } } };
    const { tree: respelt, written, meant } = respell(configSchema(), tree);
    expect(respelt).toEqual({ gates: { a: { keys: KEYS } }, sessions: { b: { auth: AUTH } } });
    for (const [here, there] of [
      [
        ['gatez', 'a', 'keyz', 0, 'secrt'],
        ['gates', 'a', 'keys', 0, 'secret'],
      ],
      [
        ['gatez', 'a', 'keyz', 7],
        ['gates', 'a', 'keys', 7],
      ],
      [
        ['gatez', 'x'],
        ['gates', 'x'],
      ],
      [
        ['sessions', 'b'],
        ['sessions', 'b'],
      ],
      [[], []],
    ] as const)
      expect([written(there), meant(here)]).toEqual([here, there]);
  });

  it('knows every option whose name lacks its last letter but one, alone and under a misspelt mapping', () => {
    const names = new Set(
      optionsOf(configSchema()).map(({ path }) => path.replace(/^.*\./, '').replace('[]', '')),
    );
    const long = [...names].filter((name) => name.length > 5 && name !== 'NAME');
    expect(long.length).toBeGreaterThan(30);
    for (const name of long) {
      const misspelt = `${name.slice(0, -2)}${name.slice(-1)}`;
      const problems = problemsOf({ ...STORE, gatez: { a: { [misspelt]: {} } }, lmits: { [misspelt]: {} } });
      expect(problems.filter((problem) => problem.includes('is not known here'))).toContain(
        unknown('gatez', 'gates'),
      );
      expect(problems.some((problem) => problem.startsWith(`gatez.a.${misspelt} | is not known here`))).toBe(
        true,
      );
      expect(problems.some((problem) => problem.startsWith(`lmits.${misspelt} | is not known here`))).toBe(
        true,
      );
    }
  });
});
