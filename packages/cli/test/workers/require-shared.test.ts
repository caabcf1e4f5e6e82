/** With which configurations several workers serve. */
import { describe, expect, it } from 'vitest';
import type { ConfigInput } from '../../../gateway/src/config/config-input.ts';
import { parseConfig } from '../../../gateway/src/config/parse-config.ts';
import { requireShared } from '../../src/workers/require-shared.ts';

const GATE = {
  path: '/hook',
  provider: 'hmac',
  keys: [{ id: 'main', secret: 'a secret of more than sixteen bytes' }],
} as const;
const RESPONDS = { ...GATE, respond: { status: 200 } };
const REDIS = {
  store: ':memory:',
  claims: 'redis://localhost',
  listen: { public: '127.0.0.1:0', admin: 'off' },
  gates: { gate: RESPONDS },
} as const;

const isServed = (input: ConfigInput): void =>
  requireShared(parseConfig(input, { baseDir: '/', env: {} }).config);

describe('several workers', () => {
  it('serve a PostgreSQL store, whatever is kept', () => {
    expect(() =>
      isServed({ store: 'postgres://u@localhost/d', gates: { gate: { ...GATE, keep: {} } } }),
    ).not.toThrow();
  });

  it('serve claims in Redis where nothing has to be in a store', () => {
    expect(() => isServed(REDIS)).not.toThrow();
  });

  it.each([
    ['a SQLite file', { ...REDIS, store: 'sqlite:a.db' }, 'is a SQLite file'],
    ['claims in memory', { ...REDIS, claims: undefined }, 'is in memory'],
    ['a gate that keeps', { ...REDIS, gates: { gate: { ...GATE, keep: {} } } }, 'is in memory'],
    [
      'refused requests that are kept',
      { ...REDIS, gates: { gate: { ...RESPONDS, keepRefused: true } } },
      'is in memory',
    ],
    [
      'an admin listener, whose changes the others would not see',
      { ...REDIS, listen: { public: '127.0.0.1:0', admin: '127.0.0.1:0' } },
      'is in memory',
    ],
  ] as const)('do not serve %s', (_, { claims, ...input }, problem) => {
    expect(() => isServed({ ...input, ...(claims && { claims }) })).toThrow(problem);
  });
});
