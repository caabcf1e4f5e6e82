// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ConfigError } from '../../src/config/config-error.ts';
import { parseConfig } from '../../src/config/parse-config.ts';

/** A module's export may hold what no file can. */
class Made {
  readonly secret = 'a secret that is long enough';
}

function problemsOf(tree: unknown): readonly string[] {
  try {
    parseConfig(tree, { baseDir: '/', env: {} });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ path, problem, expected }) => `${path} ${problem}: ${expected}`);
  }
}

const GATE = { path: '/a', provider: 'none', respond: { status: 200 } };
const SESSION = {
  apiUrl: 'https://api.example.com',
  apiKey: 'k',
  clientId: 'c',
  flowId: 'f',
  adminToken: 't',
  auth: { secret: 's' },
};

describe('an instance of a class is not a mapping', () => {
  it.each<[string, unknown, string]>([
    ['gates', { gates: new Made() }, 'a mapping of gates by name'],
    ['listen', { gates: { a: GATE }, listen: new Made() }, 'a mapping of public, admin, tls'],
    ['gates.a.respond', { gates: { a: { ...GATE, respond: new Date(0) } } }, 'a mapping of status, body'],
    [
      'sessions.incode.auth',
      { store: 'memory:', sessions: { incode: { ...SESSION, auth: new Date(0) } } },
      'none, or a mapping such as',
    ],
  ])('%s', (path, tree, expected) => {
    expect(problemsOf(tree)).toContainEqual(expect.stringContaining(`${path} is not valid: ${expected}`));
  });

  it('a tree of plain objects is taken', () => {
    const tree = { store: 'memory:', gates: { a: GATE }, sessions: { incode: SESSION } };
    expect(problemsOf(tree)).toEqual([]);
  });
});

it('a key that is no own one of the schema is not known, whatever an object inherits', () => {
  expect(problemsOf({ gates: { a: { ...GATE, toString: 'x' } } })).toEqual([
    expect.stringMatching(/^gates\.a\.toString is not known here: one of path/),
  ]);
  expect(problemsOf(JSON.parse('{"gates":{},"__proto__":{"store":"memory:"}}'))).toContainEqual(
    expect.stringMatching(/^__proto__ is not known here/),
  );
});

it.each(['proxy', 'Upstream'])('%s is another gateway’s word for forward', (word) => {
  const { respond: _, ...bare } = GATE;
  const tree = { gates: { a: { ...bare, [word]: { to: 'http://127.0.0.1:9000' } } } };
  expect(() => parseConfig(tree, { baseDir: '/', env: {} })).toThrow(
    expect.objectContaining({
      problems: expect.arrayContaining([
        expect.objectContaining({ path: `gates.a.${word}`, suggestion: 'forward' }),
      ]),
    }),
  );
});

describe('who writes a text where a mapping is due is shown one that would be taken', () => {
  const answering = { path: '/b', provider: 'flowent', keys: [{ secret: '${env:NAME}' }] };
  const answer = { actions: './a.ts' };
  const of = (gate: object) => ({ gates: { a: gate } });
  const { respond: _, ...bare } = GATE;
  it.each<[string, (value: unknown) => object]>([
    ['listen', (value) => ({ ...of(GATE), listen: value })],
    ['limits', (value) => ({ ...of(GATE), limits: value })],
    ['log', (value) => ({ ...of(GATE), log: value })],
    ['admin', (value) => ({ ...of(GATE), admin: value })],
    ['replay', (value) => ({ ...of(GATE), replay: value })],
    ['gates.a', (value) => of(value as object)],
    ['gates.a.cors', (value) => of({ ...GATE, cors: value })],
    ['gates.a.replay', (value) => of({ ...answering, keep: {}, replay: value })],
    ['gates.a.keys[0]', (value) => of({ ...answering, keep: {}, keys: [value] })],
    ['gates.a.answer', (value) => of({ ...answering, answer: value })],
    ['gates.a.answer.register', (value) => of({ ...answering, answer: { ...answer, register: value } })],
    ['gates.a.forward', (value) => of({ ...bare, forward: value })],
    ['gates.a.respond', (value) => of({ ...bare, respond: value })],
  ])('%s', (path, tree) => {
    const said = problemsOf(tree('debug')).find((one) => one.startsWith(`${path} is not valid`));
    const example = /, such as (\{.*\})$/.exec(said ?? '')?.[1] ?? '';
    const env = { NAME: 'a-secret-of-more-than-16-bytes', ADMIN_TOKEN: 'a-token-of-more-than-16-bytes' };
    expect(() => parseConfig(tree(parse(example)), { baseDir: '/', env })).not.toThrow();
  });
});
