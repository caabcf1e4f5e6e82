/** Keys of tokens as a gate is given them: what a text holds, what keys are called, and what each proves and signs. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ListedKeys } from '../../src/keys.ts';
import { atOnce } from '../../src/pause.ts';
import type { PublicKeyJwtAlgorithm } from '../../src/schemes/jwt/algorithms.ts';
import { type TokenKey, tokenKeyOf, tokenKeyOfJwk } from '../../src/schemes/jwt/token-key.ts';
import { jwkHalvesFault } from '../../src/schemes/jwt/token-key-halves.ts';
import {
  namedKeys,
  type TokenKeyEntry,
  type TokenKeyFacts,
  tokenKeyEntry,
  tokenKeyRing,
} from '../../src/schemes/jwt/token-key-ring.ts';
import { base64url, ED25519, P256, P384, RSA } from './mint.ts';

const ALGORITHMS = ['ES256', 'RS256'] as const;
const setOf = (...keys: readonly unknown[]): string => JSON.stringify({ keys });
const ringOf = (specs: Parameters<typeof tokenKeyRing>[0], name?: string): ListedKeys =>
  atOnce(tokenKeyRing(specs, ALGORITHMS, name));
const idsOf = (ring: ListedKeys): readonly string[] => ring.list().map(({ id }) => id);
const sound = (key: TokenKey | string): TokenKey => {
  if (typeof key === 'string') throw new Error(key);
  return key;
};
const entryOf = (key: TokenKey | string, facts: Partial<TokenKeyFacts> = {}): TokenKeyEntry => {
  const entry = tokenKeyEntry(sound(key), { id: 'a', isNamed: true, ...facts }, ALGORITHMS);
  if (entry === undefined) throw new Error('it fits none');
  return entry;
};
const problemOf = (make: () => unknown): string => {
  try {
    make();
  } catch (error) {
    return String(error);
  }
  return 'none';
};

describe('keys are called', () => {
  const unnamed = setOf(P256.jwk, P384.jwk, RSA.jwk);

  it.each<[string, Parameters<typeof ringOf>, readonly string[]]>([
    ['by their place', [[P256.pem, RSA.pem]], ['key-1', 'key-2']],
    ['by their place in a set', [[unnamed]], ['key-1.1', 'key-1.3']],
    [
      'by the id of their set and their place in it',
      [[{ id: 'main', secret: unnamed }]],
      ['main.1', 'main.3'],
    ],
    ['by their kid', [[setOf({ ...P256.jwk, kid: 'k' })]], ['k']],
    [
      'by their id before their kid',
      [[{ id: 'i', secret: JSON.stringify({ ...P256.jwk, kid: 'k' }) }]],
      ['i'],
    ],
    ['by what names them all', [[P256.pem], 'tenant'], ['tenant']],
    ['by their id before what names them all', [[{ id: 'i', secret: P256.pem }], 'tenant'], ['i']],
    [
      'by the id of their set before it',
      [[{ id: 'i', secret: unnamed }, RSA.pem], 'tenant'],
      ['i.1', 'i.3', 'tenant'],
    ],
  ])('%s', (_, options, ids) => {
    expect(idsOf(ringOf(...options))).toEqual(ids);
  });

  it('for certain only where an id or a kid says so', () => {
    const isNamed = (specs: Parameters<typeof ringOf>[0]) =>
      ringOf(specs)
        .usable(0)
        .map((key) => key.isNamed);
    expect(isNamed([P256.pem])).toEqual([false]);
    expect(isNamed([{ id: 'i', secret: P256.pem }])).toEqual([true]);
    expect(isNamed([setOf({ ...P256.jwk, kid: 'k' }, RSA.jwk)])).toEqual([true, false]);
  });

  it('with no validity that was not set', () => {
    const [info] = ringOf([P256.pem]).list();
    expect(Object.keys(info ?? {}).sort()).toEqual(['hits', 'id', 'state', 'strengthBits', 'warnings']);
    expect(ringOf([{ secret: P256.pem, fromMs: 1, untilMs: 2 }]).list()).toMatchObject([
      { fromMs: 1, untilMs: 2 },
    ]);
  });
});

it('keys are read one a slice', () => {
  const slices = (specs: Parameters<typeof ringOf>[0]): number => [...tokenKeyRing(specs, ALGORITHMS)].length;
  expect(slices([P256.pem])).toBe(0);
  expect(slices([P256.pem, RSA.pem, RSA.pem])).toBe(2);
  expect(slices([setOf(P256.jwk, RSA.jwk, P384.jwk)])).toBe(2);
});

it('sixteen keys are taken, and seventeen are not', () => {
  const pems = (count: number) => Array.from({ length: count }, () => P256.pem);
  expect(idsOf(ringOf(pems(16)))).toHaveLength(16);
  expect(() => ringOf(pems(17))).toThrow('17 keys are too many');
});

it('a token that names no key is tried with those first that have proved the most, where they are more than sixteen', () => {
  const hitsOf = (count: number): readonly number[] => {
    const key = tokenKeyOfJwk(P256.jwk as Record<string, unknown>);
    const entries = Array.from({ length: count }, (_, i) =>
      entryOf(key, { id: `${i}`, hits: (i * 7) % count }),
    );
    return namedKeys(entries, undefined).map(({ info }) => info.hits);
  };
  expect(hitsOf(17)).toEqual(Array.from({ length: 17 }, (_, i) => 16 - i));
  expect(hitsOf(16)).toEqual(Array.from({ length: 16 }, (_, i) => (i * 7) % 16));
});

const hex64 = 'ab'.repeat(32);

describe('a key’s text', () => {
  it.each<[string, Parameters<typeof ringOf>[0], string]>([
    ['a set without a list', ['{"keys":7}'], 'the key set has no list of keys'],
    ['33 keys', [setOf(...Array(33).fill({}))], 'the key set has 33 keys; at most 32 are taken'],
    [
      'a set of other keys',
      [setOf(7, { kty: 'oct' })],
      'the key set has no key for ES256, RS256 (key 1 of the set is left out: it is not an object; key 2 of the set is left out: its kty is none of RSA, EC, OKP)',
    ],
    ['a key for another algorithm', [P384.pem], 'it is not a key for ES256, RS256'],
    [
      'a JWK that is said to be a set',
      [{ secret: JSON.stringify(P256.jwk), encoding: 'jwks' }],
      'the text is not jwks',
    ],
    ['a set that is said to be a JWK', [{ secret: setOf(P256.jwk), encoding: 'jwk' }], 'the text is not jwk'],
    [
      'JSON that is said to be base64',
      [{ secret: JSON.stringify(P256.jwk), encoding: 'base64' }],
      'keys[0].secret: ',
    ],
    ['PEM that is said to be base64', [{ secret: P256.pem, encoding: 'base64' }], 'keys[0].secret: '],
    ['PEM that is said to be hex', [{ secret: P256.pem, encoding: 'hex' }], 'keys[0].secret: '],
  ])('is refused: %s', (_, specs, words) => {
    expect(problemOf(() => ringOf(specs))).toContain(words);
  });

  it('is told what it should be, where it is refused', () => {
    expect(problemOf(() => ringOf([{ secret: setOf(P256.jwk), encoding: 'jwk' }]))).toContain(
      'A JWK has the member kty, a JWKS the member keys.',
    );
    for (const secret of ['{"keys":7}', '!', 'AAAA']) {
      expect(problemOf(() => ringOf([secret]))).toContain('Give a PEM of a PUBLIC KEY, a JWK, or a JWKS');
    }
  });

  it('of hex digits is hex where it is a whole key, and base64 where it is longer', () => {
    const asHex = problemOf(() => ringOf([hex64]));
    expect(asHex).toContain('no point of the curve');
    for (const secret of [`zzzz${hex64}`, `${hex64}zzzz`]) {
      const asBase64 = problemOf(() => ringOf([{ secret, encoding: 'base64' }]));
      expect(problemOf(() => ringOf([secret]))).toBe(asBase64);
    }
    const algorithms = ['EdDSA'] as const;
    const raw = Buffer.from(ED25519.jwk.x ?? '', 'base64url');
    const readAs = (secret: string | Uint8Array) =>
      atOnce(
        tokenKeyRing(
          [secret].map((one) => ({ secret: one })),
          algorithms,
        ),
      ).written;
    expect(readAs(raw.toString('hex'))).toEqual(readAs(raw.toString('hex').toLowerCase()));
    const spki = ED25519.publicKey.export({ type: 'spki', format: 'der' });
    for (const secret of [
      spki,
      raw,
      spki.toString('base64'),
      raw.toString('base64'),
      Buffer.from(ED25519.pem),
      Buffer.from(JSON.stringify(ED25519.jwk)),
    ]) {
      expect(readAs(secret)).toHaveLength(1);
    }
    // Bytes that could be a text, and are the key itself.
    expect(readAs(Buffer.from('thirty-two characters for a key!'))).toMatchObject([{ readAs: 'bytes' }]);
  });

  it('is the PEM that it is said to be', () => {
    for (const encoding of ['pem', 'prefixed', undefined] as const) {
      expect(idsOf(ringOf([{ secret: P256.pem, ...(encoding && { encoding }) }]))).toEqual(['key-1']);
    }
  });
});

describe('a key', () => {
  const jwk = (key: object): Record<string, unknown> => ({ ...key });
  const proofOf = (key: TokenKey | string, algorithm: PublicKeyJwtAlgorithm) => sound(key).proof(algorithm);
  const inputOf = (alg: string): string => `${base64url(JSON.stringify({ alg }))}.${base64url('{}')}`;

  it('has the strength of its type', () => {
    const bits = (key: object) => sound(tokenKeyOfJwk(jwk(key))).strengthBits;
    expect([bits(RSA.jwk), bits(P256.jwk), bits(P384.jwk), bits(ED25519.jwk)]).toEqual([112, 128, 192, 128]);
    const large = tokenKeyOf({ type: { kty: 'RSA' }, modulusBits: 8192 });
    expect(sound(large).strengthBits).toBe(192);
    const n = Buffer.alloc(384, 0xff).toString('base64url');
    expect(bits({ kty: 'RSA', e: 'AQAB', n })).toBe(128);
    expect(tokenKeyOf({ type: { kty: 'RSA' }, modulusBits: 8193 })).toBe(
      'an RSA key of 8193 bits is too costly: at most 8192',
    );
  });

  it('for RSASSA-PSS alone is for the algorithms that its digest and its salt are of', () => {
    const ALL: readonly PublicKeyJwtAlgorithm[] = ['RS256', 'PS256', 'PS384', 'PS512', 'ES256'];
    const fitting = (pss?: { saltBytes: number; digest?: string }) => {
      const key = sound(tokenKeyOf({ type: { kty: 'RSA' }, modulusBits: 2048, ...(pss && { pss }) }));
      return ALL.filter((algorithm) => key.fits(algorithm));
    };
    expect(fitting()).toEqual(['RS256', 'PS256', 'PS384', 'PS512']);
    expect(fitting({ saltBytes: 0 })).toEqual(['PS256', 'PS384', 'PS512']);
    expect(fitting({ saltBytes: 32 })).toEqual(['PS256', 'PS384', 'PS512']);
    expect(fitting({ saltBytes: 33 })).toEqual(['PS384', 'PS512']);
    expect(fitting({ saltBytes: 65 })).toEqual([]);
    expect(fitting({ saltBytes: 32, digest: 'sha256' })).toEqual(['PS256']);
  });

  it('that this runtime does not take proves nothing, and says so', async () => {
    const entry = entryOf(tokenKeyOfJwk({ ...jwk(P256.jwk), x: P256.jwk.y }, true));
    expect(await entry.ringKeys[0]?.proof.find([inputOf('ES256')], [new Uint8Array(64)])).toBe(-1);
    expect(entry.info.warnings).toEqual([
      { code: 'unusable', fault: 'this runtime takes the key as none for ES256' },
    ]);
    const right = entryOf(tokenKeyOfJwk(jwk(P256.jwk)));
    expect(await right.ringKeys[0]?.proof.find([inputOf('ES256')], [new Uint8Array(64)])).toBe(-1);
    expect(right.info.warnings).toEqual([]);
  });

  it('proves the one signature of several that is its own', async () => {
    const input = inputOf('ES256');
    const own = sign('sha256', Buffer.from(input), { key: P256.privateKey, dsaEncoding: 'ieee-p1363' });
    const proof = proofOf(tokenKeyOfJwk(jwk(P256.jwk)), 'ES256');
    expect(proof.isSlow).toBe(true);
    expect(await proof.find([input], [new Uint8Array(64), own])).toBe(1);
    expect(await proof.find([input], [])).toBe(-1);
  });

  it('proves nothing under another algorithm than its own, and nothing that is no token', async () => {
    const proof = proofOf(tokenKeyOfJwk(jwk(ED25519.jwk)), 'EdDSA');
    const signature = sign(null, Buffer.from(inputOf('Ed25519')), ED25519.privateKey);
    await expect(proof.find([inputOf('Ed25519')], [signature])).rejects.toMatchObject({
      code: 'ERR_JOSE_ALG_NOT_ALLOWED',
    });
    await expect(proof.find(['!.e30'], [signature])).rejects.toThrow();
  });

  it('signs where it is private, and only what the scheme has written', async () => {
    const spki = ED25519.publicKey.export({ type: 'spki', format: 'der' });
    for (const key of [
      tokenKeyOfJwk(jwk(ED25519.jwk)),
      tokenKeyOf({ type: { kty: 'OKP', crv: 'Ed25519' }, spki }),
    ]) {
      await expect(proofOf(key, 'EdDSA').sign([inputOf('EdDSA')])).rejects.toThrow(
        'a public key cannot sign',
      );
    }
    const proof = proofOf(tokenKeyOfJwk(jwk(ED25519.privateKey.export({ format: 'jwk' }))), 'EdDSA');
    const signature = await proof.sign([inputOf('EdDSA')]);
    expect(await proof.find([inputOf('EdDSA')], [signature])).toBe(0);
    await expect(proof.sign(['!.e30'])).rejects.toThrow('the token’s header is not base64url');
  });

  it('of Ed25519 has halves that belong together', async () => {
    const [own, other] = [ED25519, { privateKey: generateKeyPairSync('ed25519').privateKey }].map(
      ({ privateKey }) => privateKey.export({ format: 'jwk' }),
    );
    const bytes = (text: string | undefined) => Buffer.from(text ?? '', 'base64url');
    const fault = (d: Uint8Array) => jwkHalvesFault('OKP', 'Ed25519', { d, x: bytes(own?.x) });
    expect(await fault(bytes(own?.d))).toBeUndefined();
    expect(await fault(bytes(other?.d))).toContain('do not belong together');
    expect(await fault(bytes(own?.d).subarray(1))).toBe(
      'an Ed25519 private key has 32 bytes, and this has 31',
    );
  });
});
