import { describe, expect, it } from 'vitest';
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
  ...{ apiUrl: 'https://api.example.com', apiKey: 'k', clientId: 'c', flowId: 'f', adminToken: 't' },
  auth: { secret: 's' },
};

describe('an instance of a class is no mapping', () => {
  it.each<[string, unknown, string]>([
    ['gates', { gates: new Made() }, 'a mapping of gates by name'],
    ['listen', { gates: { a: GATE }, listen: new Made() }, 'a mapping of public, admin, trustedProxies'],
    ['gates.a.respond', { gates: { a: { ...GATE, respond: new Date(0) } } }, 'a mapping of status, body'],
    [
      'sessions.incode.auth',
      { store: 'memory:', sessions: { incode: { ...SESSION, auth: new Date(0) } } },
      'none, or a mapping such as',
    ],
  ])('%s', (path, tree, expected) => {
    expect(problemsOf(tree)).toContainEqual(expect.stringContaining(`${path} is not valid: ${expected}`));
  });

  it('and the plain ones are taken', () => {
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
