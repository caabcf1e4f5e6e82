/** Each algorithm, each form of a key, and what must not pass for another. */
import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createGate, SetupError, writtenProvider } from '../../src/index.ts';
import { OTHER_RSA_PAIR } from '../support/rsa-pairs.ts';
import { base64url, ED25519, judge, mint, NOW, P256, P384, PAIRS, pairOf, RSA } from './mint.ts';

const SECRET = 'a secret of thirty-two characters';

describe.each(Object.entries(PAIRS))('%s', (algorithm, { privateKey, publicKey, pem, jwk }) => {
  const token = mint(algorithm, privateKey, { header: { kid: 'k' } });

  it.each([
    ['PEM', pem, undefined],
    ['PEM, named so', pem, 'pem'],
    ['JWK', JSON.stringify(jwk), undefined],
    ['JWK, named so', JSON.stringify({ ...jwk, alg: algorithm, use: 'sig', key_ops: ['verify'] }), 'jwk'],
    ['JWKS', JSON.stringify({ keys: [{ ...jwk, kid: 'k' }] }), 'jwks'],
    ['DER in base64', publicKey.export({ type: 'spki', format: 'der' }).toString('base64'), 'base64'],
    [
      'DER in base64url',
      publicKey.export({ type: 'spki', format: 'der' }).toString('base64url'),
      'base64url',
    ],
    ['the private key’s PEM', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 'pem'],
    ['the private key’s JWK', JSON.stringify(privateKey.export({ format: 'jwk' })), 'jwk'],
  ] as const)('is proved by a key as %s', async (_, secret, encoding) => {
    const keys = [{ secret, ...(encoding && { encoding }) }];
    expect(await judge(token, { algorithm }, keys)).toBe('accepted');
  });

  it('is refused under another key of the type, and after any change', async () => {
    const other = pairOf(
      algorithm === 'EdDSA'
        ? generateKeyPairSync('ed25519')
        : jwk.kty === 'RSA'
          ? OTHER_RSA_PAIR
          : generateKeyPairSync('ec', { namedCurve: jwk.crv ?? '' }),
    );
    expect(await judge(token, { algorithm }, [other.pem])).toBe('signature-mismatch');
    const [head, , signature] = token.split('.');
    const forged = `${head}.${base64url('{"exp":1760000300,"admin":true}')}.${signature}`;
    expect(await judge(forged, { algorithm }, [pem])).toBe('signature-mismatch');
  });

  it('is what our own sign makes, and node:crypto minted it alike', async () => {
    const secret = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const gate = createGate({
      provider: writtenProvider('jwt-bearer', { algorithm }),
      keys: [{ id: 'main', secret }],
      now: () => NOW,
    });
    const signed = await gate.sign({ method: 'GET', url: '/', claims: { sub: 'ada' } });
    expect(await gate.verify(signed)).toMatchObject({ ok: true, keyId: 'main', claims: { sub: 'ada' } });
  });
});

describe('no algorithm passes for another', () => {
  it('HS256 with the public key as the secret', async () => {
    for (const text of [RSA.pem, RSA.pem.trim(), JSON.stringify(RSA.jwk)]) {
      expect(await judge(mint('HS256', text), { algorithm: 'RS256' }, [RSA.pem])).toBe(
        'algorithm-not-allowed',
      );
    }
  });

  it('none, in any spelling', async () => {
    for (const alg of ['none', 'None', 'NONE', '']) {
      const unsigned = `${base64url(`{"alg":"${alg}"}`)}.${base64url('{"exp":1760000300}')}.`;
      expect(await judge(unsigned, { algorithm: 'RS256' }, [RSA.pem])).toBe('algorithm-not-allowed');
      expect(await judge(unsigned, {}, [SECRET])).toBe('algorithm-not-allowed');
    }
  });

  it('an empty signature under the right name', async () => {
    const unsigned = `${base64url('{"alg":"ES256"}')}.${base64url('{"exp":1760000300}')}.`;
    expect(await judge(unsigned, { algorithm: 'ES256' }, [P256.pem])).toBe('malformed-token');
  });

  it('a signature of zeros (CVE-2022-21449)', async () => {
    const zeros = `${base64url('{"alg":"ES256"}')}.${base64url('{"exp":1760000300}')}.${base64url(new Uint8Array(64))}`;
    expect(await judge(zeros, { algorithm: 'ES256' }, [P256.pem])).toBe('signature-mismatch');
  });

  it('an ES256 signature in DER', async () => {
    const input = `${base64url('{"alg":"ES256"}')}.${base64url('{"exp":1760000300}')}`;
    const der = sign('sha256', Buffer.from(input), { key: P256.privateKey, dsaEncoding: 'der' });
    expect(await judge(`${input}.${base64url(der)}`, { algorithm: 'ES256' }, [P256.pem])).toBe(
      'malformed-token',
    );
  });

  it('RS256 for PS256, with the same key', async () => {
    const [head, payload] = mint('PS256', RSA.privateKey).split('.');
    const signature = base64url(sign('sha256', Buffer.from(`${head}.${payload}`), RSA.privateKey));
    expect(await judge(`${head}.${payload}.${signature}`, { algorithm: 'PS256' }, [RSA.pem])).toBe(
      'signature-mismatch',
    );
  });

  it('an algorithm of the list, under a key of another type', async () => {
    const options = { algorithm: ['RS256', 'ES256'] } as const;
    const keys = [RSA.pem, P256.pem];
    expect(await judge(mint('RS256', RSA.privateKey), options, keys)).toBe('accepted');
    expect(await judge(mint('ES256', P256.privateKey), options, keys)).toBe('accepted');
    expect(await judge(mint('ES384', P384.privateKey), options, keys)).toBe('algorithm-not-allowed');
    expect(await judge(mint('ES256', P256.privateKey), options, [RSA.pem])).toBe('signature-mismatch');
  });

  it('an algorithm that the key’s JWK does not name', async () => {
    const key = JSON.stringify({ ...RSA.jwk, alg: 'PS256' });
    const options = { algorithm: ['RS256', 'PS256'] };
    expect(await judge(mint('PS256', RSA.privateKey), options, [key])).toBe('accepted');
    expect(await judge(mint('RS256', RSA.privateKey), options, [key])).toBe('signature-mismatch');
  });
});

describe('a key set', () => {
  const keys = [
    JSON.stringify({
      keys: [
        { ...RSA.jwk, kid: 'r' },
        { ...P256.jwk, kid: 'e' },
        { ...P256.jwk, kid: 'encrypts', use: 'enc' },
        { kty: 'oct', k: 'AAAA', kid: 'secret' },
        { kty: 'tomorrow' },
      ],
    }),
  ];
  const options = { algorithm: ['RS256', 'ES256'] } as const;

  it('is chosen from by kid', async () => {
    const token = (kid: string | undefined) => mint('ES256', P256.privateKey, { header: { kid } });
    expect(await judge(token('e'), options, keys)).toBe('accepted');
    expect(await judge(token(undefined), options, keys)).toBe('accepted');
    expect(await judge(token('r'), options, keys)).toBe('signature-mismatch');
    expect(await judge(token('encrypts'), options, keys)).toBe('unknown-key');
    expect(await judge(token('stranger'), options, keys)).toBe('unknown-key');
  });

  it('shows its keys by kid, and what it leaves out', () => {
    const list = createGate({ provider: { id: 'jwt-bearer', ...options }, keys }).keys.list();
    expect(list.map(({ id }) => id)).toEqual(['r', 'e']);
    expect(list[0]?.warnings).toMatchObject([
      { code: 'set-member-left-out', place: 4 },
      { code: 'set-member-left-out', place: 5 },
    ]);
  });
});

describe('set-up refuses', () => {
  const small = pairOf(generateKeyPairSync('rsa', { modulusLength: 1024 }));
  it.each([
    ['an unknown algorithm', { algorithm: 'RS1' }, [RSA.pem]],
    ['none', { algorithm: 'none' }, [SECRET]],
    ['HMAC beside public keys', { algorithm: ['HS256', 'RS256'] }, [RSA.pem]],
    ['two HMAC algorithms', { algorithm: ['HS256', 'HS512'] }, [SECRET]],
    ['no algorithm', { algorithm: [] }, [RSA.pem]],
    ['a public key for HS256', { algorithm: 'HS256' }, [RSA.pem]],
    ['a secret for RS256', { algorithm: 'RS256' }, [SECRET]],
    ['an RSA key of 1024 bits, PEM', { algorithm: 'RS256' }, [small.pem]],
    ['an RSA key of 1024 bits, JWK', { algorithm: 'RS256' }, [JSON.stringify(small.jwk)]],
    [
      'a private RSA key of 1024 bits',
      { algorithm: 'RS256' },
      [small.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
    ],
    ['a key on another curve', { algorithm: 'ES256' }, [P384.pem]],
    ['a JWK on another curve', { algorithm: 'ES256' }, [JSON.stringify(P384.jwk)]],
    ['a JWK with a short coordinate', { algorithm: 'ES256' }, [JSON.stringify({ ...P256.jwk, x: 'AAAA' })]],
    ['an Ed25519 key for ES256', { algorithm: 'ES256' }, [ED25519.pem]],
    ['a JWK for encryption', { algorithm: 'ES256' }, [JSON.stringify({ ...P256.jwk, use: 'enc' })]],
    ['a JWK of a secret', { algorithm: 'ES256' }, ['{"kty":"oct","k":"AAAA"}']],
    ['a key set without a fitting key', { algorithm: 'ES256' }, [JSON.stringify({ keys: [RSA.jwk] })]],
    ['an empty key set', { algorithm: 'ES256' }, ['{"keys":[]}']],
    ['a JWK with a member twice', { algorithm: 'ES256' }, ['{"kty":"EC","kty":"EC"}']],
    [
      'a JWK that is called a set',
      { algorithm: 'ES256' },
      [{ secret: JSON.stringify(P256.jwk), encoding: 'jwks' }],
    ],
    [
      'a certificate',
      { algorithm: 'ES256' },
      ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'],
    ],
    ['PKCS#1', { algorithm: 'RS256' }, [RSA.publicKey.export({ type: 'pkcs1', format: 'pem' }).toString()]],
    ['no keys', { algorithm: 'RS256' }, []],
    ['an empty key', { algorithm: 'RS256' }, ['']],
    [
      'two keys of one id',
      { algorithm: 'RS256' },
      [
        { id: 'a', secret: RSA.pem },
        { id: 'a', secret: RSA.pem },
      ],
    ],
    ['more than 16 keys', { algorithm: 'RS256' }, Array.from({ length: 17 }, () => RSA.pem)],
    ['jwks with HS256', { algorithm: 'HS256', jwks: 'https://issuer.example/jwks' }, [SECRET]],
    ['jwks and keys', { algorithm: 'RS256', jwks: 'https://issuer.example/jwks' }, [RSA.pem]],
    ['jwks over http', { algorithm: 'RS256', jwks: 'http://issuer.example/jwks' }, []],
    ['jwks with credentials', { algorithm: 'RS256', jwks: 'https://u:p@issuer.example/jwks' }, []],
    ['jwks without an address', { algorithm: 'RS256', jwks: { maxAgeMs: 1 } }, []],
    ['an unknown option of jwks', { algorithm: 'RS256', jwks: { url: 'https://a.example', age: 1 } }, []],
    ['a binding mode without a binding', { bindingMode: 'optional' }, [SECRET]],
    ['consume never', { consume: 0 }, [SECRET]],
    ['consume more often than 1000 times', { consume: 1001 }, [SECRET]],
  ] as const)('%s', (_, options, keys) => {
    expect(() =>
      createGate({ provider: writtenProvider('jwt-bearer', options), keys: keys as never }),
    ).toThrow(SetupError);
  });

  it('in words that never hold the key', () => {
    const secret = small.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    try {
      createGate({ provider: { id: 'jwt-bearer', algorithm: 'RS256' }, keys: [secret] });
      expect.unreachable();
    } catch (error) {
      expect(String(error)).toMatch(
        /^SetupError: keys\[0\]\.secret: an RSA key must have at least 2048 bits, and it has 1024/,
      );
      expect(String(error)).not.toContain(secret.slice(40, 60));
    }
  });
});

describe('a secret', () => {
  it('may be a JWK, named so', async () => {
    const jwk = JSON.stringify({ kty: 'oct', k: base64url(SECRET) });
    expect(await judge(mint('HS256', SECRET), {}, [{ secret: jwk, encoding: 'jwk' }])).toBe('accepted');
    expect(() =>
      createGate({ provider: 'jwt-bearer', keys: [{ secret: '{"kty":"RSA"}', encoding: 'jwk' }] }),
    ).toThrow(SetupError);
  });

  it('is not chosen by kid', async () => {
    const token = mint('HS384', SECRET, { header: { kid: 'anything' } });
    expect(await judge(token, { algorithm: 'HS384' }, [{ id: 'main', secret: SECRET }])).toBe('accepted');
  });
});

it('a key ring that signs has its states and windows', async () => {
  const secret = P256.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const gate = (spec: object) =>
    createGate({
      provider: { id: 'jwt-bearer', algorithm: 'ES256' },
      keys: [{ secret, ...spec }],
      now: () => NOW,
    });
  const token = mint('ES256', P256.privateKey);
  expect(await judge(token, { algorithm: 'ES256' }, [{ secret, state: 'revoked' }])).toBe('unknown-key');
  expect(await judge(token, { algorithm: 'ES256' }, [{ secret, untilMs: NOW }])).toBe('unknown-key');
  expect(await judge(token, { algorithm: 'ES256' }, [{ secret, fromMs: NOW }])).toBe('accepted');
  expect(() => gate({ state: 'next' }).sign({ method: 'GET', url: '/' })).toThrow(SetupError);
  expect(createPublicKey(secret).type).toBe('public');
});
