/** A ring keeps how its keys were written, and shows nobody what was written. */
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createGate, type Gate, type GateOptions, type KeySpec, writtenProvider } from '../../src/index.ts';
import { ED25519, NOW, pkcs8Of, spkiOf } from './key-fixtures.ts';

const TEXT = 'c2VjcmV0LWtleS1vZi1zb21lLWxlbmd0aC0hISE=';
const HEX = '5f2b8a1c9d4e7f60a3b5c7d9e1f20486';
const gateOf = (provider: string, options: object, keys: readonly (string | KeySpec)[]): Gate =>
  createGate({ provider: writtenProvider(provider, { ...options }), keys, now: () => NOW });
const pemOf = (der: Buffer): string =>
  `-----BEGIN PUBLIC KEY-----\n${der.toString('base64')}\n-----END PUBLIC KEY-----`;
const OF_TOKENS = { algorithm: 'EdDSA' };
const jwkOf = JSON.stringify(ED25519.publicKey.export({ format: 'jwk' }));

describe('how a key was read', () => {
  it.each<[string, string, object, string | KeySpec, string]>([
    ['a text', 'github', {}, TEXT, 'utf8'],
    ['a text that is named base64', 'github', {}, { secret: TEXT, encoding: 'base64' }, 'base64'],
    ['a text that is named hex', 'github', {}, { secret: HEX, encoding: 'hex' }, 'hex'],
    ['bytes', 'github', {}, { secret: Buffer.from(TEXT) }, 'bytes'],
    ['a text of a provider of base64', 'approov', {}, TEXT, 'base64'],
    ['a prefixed text', 'standard-webhooks', {}, `whsec_${TEXT}`, 'whsec_'],
    ['a JWK of a secret', 'github', {}, `{"kty":"oct","k":"${'A1b2'.repeat(11)}"}`, 'jwk'],
    ['a PEM', 'jwt-bearer', OF_TOKENS, pemOf(spkiOf(ED25519)), 'pem'],
    ['a JWK', 'jwt-bearer', OF_TOKENS, jwkOf, 'jwk'],
    ['a key set', 'jwt-bearer', OF_TOKENS, `{"keys":[${jwkOf}]}`, 'jwks'],
    ['DER in base64', 'jwt-bearer', OF_TOKENS, spkiOf(ED25519).toString('base64'), 'base64'],
    ['DER', 'jwt-bearer', OF_TOKENS, { secret: pkcs8Of(ED25519) }, 'bytes'],
    [
      'a PEM of a scheme of public keys',
      'http-message-signatures',
      { algorithm: 'ed25519', components: ['@method'] },
      pemOf(spkiOf(ED25519)),
      'pem',
    ],
    [
      '32 bytes in hex',
      'http-message-signatures',
      { algorithm: 'ed25519', components: ['@method'] },
      spkiOf(ED25519).subarray(-32).toString('hex'),
      'hex',
    ],
  ])('%s', (_, provider, options, key, readAs) => {
    expect(gateOf(provider, options, [key]).keys.written.map((one) => one.readAs)).toEqual([readAs]);
  });

  it('of each of several, in their order', () => {
    const keys = [TEXT, { id: 'b', secret: HEX, encoding: 'hex' as const }];
    expect(gateOf('github', {}, keys).keys.written.map((one) => one.readAs)).toEqual(['utf8', 'hex']);
  });

  it('of keys for account message signatures as well', () => {
    const keys = [TEXT, { id: 'account-message', secret: TEXT }];
    const gate = gateOf('approov', { messageSigning: 'required', signer: 'account' }, keys);
    expect(gate.keys.written.map((one) => one.readAs)).toEqual(['base64', 'base64']);
  });
});

describe('what was written is shown to nobody', () => {
  const secret = 'Vd3pQ0zkT9wXr2LmYb7HVd3pQ0zkT9wXr2LmYb7HVd3pQ0zkT9wX';

  it.each([
    ['github', { provider: 'github' }, [secret]],
    ['standard-webhooks', { provider: 'standard-webhooks' }, [`whsec_${secret}`]],
    ['tokens', { provider: 'jwt-bearer' }, [{ id: 'a', secret }]],
    ['basic credentials', { scheme: { type: 'shared-token', form: 'basic' } }, [`a:${secret}`]],
    [
      'an account of Approov',
      { provider: { id: 'approov', messageSigning: 'required', signer: 'account' } },
      [secret, { id: 'account-message', secret }],
    ],
  ] as const)('%s', (_, chosen, keys) => {
    const gate = createGate({ ...chosen, keys } as GateOptions);
    const ring = gate.keys;
    const [written] = ring.written;
    const shown = [
      inspect(gate, { depth: 20, showHidden: true, getters: true }),
      JSON.stringify(gate),
      JSON.stringify(ring.written),
      String(written),
      inspect(structuredClone(ring.written)),
      Reflect.ownKeys(written ?? {}).join(),
    ];
    expect(ring.written).toHaveLength(keys.length);
    expect(shown.join('\n')).not.toContain('Vd3pQ0zkT9wX');
  });
});
