/** Which JSON Web Keys are keys of tokens, and what is said of those that are none. */
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { tokenKeyOfJwk } from '../../src/schemes/jwt/token-key.ts';
import { RSA_PAIR } from '../support/rsa-pairs.ts';

const ec = (curve: string) =>
  generateKeyPairSync('ec', { namedCurve: curve }).privateKey.export({ format: 'jwk' });
const P256 = ec('P-256');
const OKP = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
const RSA = RSA_PAIR.privateKey.export({ format: 'jwk' });
const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi'];
const publicHalf = (jwk: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(jwk).filter(([name]) => !PRIVATE.includes(name)));
const short = (text: string | undefined): string =>
  Buffer.from(text ?? '', 'base64url')
    .subarray(1)
    .toString('base64url');

describe('a JSON Web Key', () => {
  it.each([
    ['RSA', RSA, ['RS256', 'PS512'], ['ES256', 'EdDSA']],
    ['P-256', P256, ['ES256'], ['ES384', 'RS256', 'EdDSA']],
    ['P-384', ec('P-384'), ['ES384'], ['ES256', 'ES512']],
    ['P-521', ec('P-521'), ['ES512'], ['ES256', 'ES384']],
    ['Ed25519', OKP, ['EdDSA', 'Ed25519'], ['ES256', 'RS256']],
  ] as const)('of %s fits its algorithms, whole and as its public half', (_, jwk, right, wrong) => {
    for (const written of [jwk, publicHalf(jwk)]) {
      const key = tokenKeyOfJwk({ ...written });
      if (typeof key === 'string') throw new Error(key);
      expect(key.isPrivate).toBe('d' in written);
      expect('kid' in key).toBe(false);
      expect(right.filter((algorithm) => key.fits(algorithm))).toEqual(right);
      expect(wrong.filter((algorithm) => key.fits(algorithm))).toEqual([]);
    }
  });

  it('has a name where that is a text', () => {
    expect(tokenKeyOfJwk({ ...P256, kid: 'main' })).toMatchObject({ kid: 'main' });
    for (const kid of [7, null, {}]) expect(tokenKeyOfJwk({ ...P256, kid })).not.toHaveProperty('kid');
  });

  it('may say what it is for', () => {
    const fits = (members: object): boolean => {
      const key = tokenKeyOfJwk({ ...publicHalf(P256), ...members });
      return typeof key !== 'string' && key.fits('ES256');
    };
    expect([{}, { alg: 'ES256' }, { use: 'sig' }, { key_ops: ['verify'] }].every(fits)).toBe(true);
    expect([{ alg: 'ES384' }, { use: 'enc' }, { key_ops: ['encrypt'] }].some(fits)).toBe(false);
    const ed = tokenKeyOfJwk({ ...publicHalf(OKP), alg: 'Ed25519' });
    expect(typeof ed !== 'string' && ed.fits('EdDSA')).toBe(true);
  });

  it.each([
    ['no kty', { ...P256, kty: undefined }, 'its kty is none of RSA, EC, OKP'],
    ['the kty of a secret', { kty: 'oct', k: 'AAAA' }, 'its kty is none of RSA, EC, OKP'],
    ['a kty in lower case', { ...OKP, kty: 'okp' }, 'its kty is none of RSA, EC, OKP'],
    ['another curve of EC', { ...P256, crv: 'secp256k1' }, 'its curve is none of P-256, P-384, P-521'],
    ['no curve', { ...P256, crv: undefined }, 'its curve is none of P-256, P-384, P-521'],
    ['an x too short', { ...P256, x: short(P256.x) }, 'its x or y is not base64url of 32 bytes'],
    ['a y too short', { ...P256, y: short(P256.y) }, 'its x or y is not base64url of 32 bytes'],
    ['no x', { ...P256, x: undefined }, 'its x or y is not base64url of 32 bytes'],
    ['no y', { ...P256, y: undefined }, 'its x or y is not base64url of 32 bytes'],
    ['an empty y', { ...P256, y: '' }, 'its x or y is not base64url of 32 bytes'],
    ['a y that is a number', { ...P256, y: 7 }, 'its x or y is not base64url of 32 bytes'],
    ['a y in base64', { ...P256, y: `${P256.y}=` }, 'its x or y is not base64url of 32 bytes'],
    [
      'the coordinates of another curve',
      { ...ec('P-384'), crv: 'P-256' },
      'its x or y is not base64url of 32 bytes',
    ],
    ['no point', { ...P256, y: P256.x }, 'its x and y are not a point of P-256'],
    ['another curve of OKP', { ...OKP, crv: 'Ed448' }, 'its curve is not Ed25519'],
    ['a curve of EC under OKP', { ...OKP, crv: 'P-256' }, 'its curve is not Ed25519'],
    ['an Ed25519 x too short', { ...OKP, x: short(OKP.x) }, 'its x is not base64url of 32 bytes'],
    ['no Ed25519 x', { ...OKP, x: undefined }, 'its x is not base64url of 32 bytes'],
    ['no n', { ...RSA, n: undefined }, 'its n or e is not base64url'],
    ['no e', { ...RSA, e: undefined }, 'its n or e is not base64url'],
    ['an n in base64', { ...RSA, n: `${RSA.n}==` }, 'its n or e is not base64url'],
    ['key_ops that are a text', { ...P256, key_ops: 'verify' }, 'its key_ops is not a list'],
    ['key_ops that are null', { ...P256, key_ops: null }, 'its key_ops is not a list'],
    ['a d that is none', { ...P256, d: '' }, 'its private members are not all there: d in base64url'],
    ['a d in base64', { ...OKP, d: `${OKP.d}=` }, 'its private members are not all there: d in base64url'],
    [
      'one private number only',
      { ...RSA, qi: undefined },
      'its private members are not all there: d, p, q, dp, dq, qi in base64url',
    ],
  ])('with %s is none', (_, jwk, why) => {
    expect(tokenKeyOfJwk(JSON.parse(JSON.stringify(jwk)))).toBe(why);
  });
});
