/** Gates whose keys come from an address need none of their own, and have no other source beside it. */
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config/config-error.ts';
import type { ConfigInput } from '../../src/config/config-input.ts';
import { parseConfig } from '../../src/config/parse-config.ts';

type GateInput = NonNullable<ConfigInput['gates']>[string];

function parse(gate: object): unknown {
  const listen = { public: '127.0.0.1:0', admin: 'off' };
  const gates = { g: { path: '/g', keep: {}, ...gate } as GateInput };
  return parseConfig({ listen, store: 'memory:', gates }, { baseDir: '/srv', env: {} });
}

const ASKED = {
  scheme: { type: 'jwt', algorithm: 'ES256', keyUrl: { url: 'https://id.example/{kid}' } },
};
const PLAID = { provider: { id: 'plaid', clientId: 'a', secret: 'b' } };

describe('a gate', () => {
  it.each([
    ['of a key set', { scheme: { type: 'jwt', algorithm: 'ES256', jwks: 'https://id.example/jwks' } }],
    ['of an address of each key', ASKED],
    ['of a provider that knows its address', { provider: 'truelayer' }],
    ['of Plaid with its credentials', PLAID],
  ])('%s needs no keys', (_, gate) => {
    expect(() => parse(gate)).not.toThrow();
  });

  it('of Plaid without them does', () => {
    expect(() => parse({ provider: 'plaid' })).toThrow(ConfigError);
    expect(() => parse({ provider: 'plaid' })).toThrow('gates.g.keys: is missing');
  });

  it.each([
    ['of an address of each key', ASKED],
    ['of Plaid with its credentials', PLAID],
  ])('%s has no source of keys besides', (_, gate) => {
    const keysFrom = { url: 'https://keys.example/{tenant}', tenant: { header: 'x-tenant' } };
    expect(() => parse({ ...gate, keysFrom })).toThrow('the scheme fetches its keys from an address');
  });
});
