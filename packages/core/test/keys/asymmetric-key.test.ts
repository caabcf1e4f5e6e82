/** Public and private keys are judged at set-up, alike on every runtime, and nothing is left for `verify` to throw. */
import { generateKeyPairSync, type KeyObject, sign as nodeSign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSignatureKey } from '#signatures';
import { between, runs, someOf } from '../../../../scripts/effort.ts';
import type { PublicKeyAlgorithm } from '../../src/crypto/backend.ts';
import { isOnCurve } from '../../src/crypto/curve-points.ts';
import { readPoint } from '../../src/crypto/curves.ts';
import { derElement } from '../../src/crypto/der.ts';
import {
  createGate,
  type Gate,
  HeaderList,
  type KeySpec,
  type SignatureAlgorithm,
  type TokenAlgorithm,
} from '../../src/index.ts';
import { messageSignatures } from '../message-signatures/support/rfc9421-vectors.ts';
import {
  DRAFT,
  ED25519,
  NOW,
  type Pair,
  pkcs8Of,
  proves,
  RSA,
  refusal,
  spkiOf,
  warningsOf,
} from './key-fixtures.ts';

const P256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const P384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });

const TEMPLATE = {
  signature: { header: 'x-signature', encoding: 'base64' },
  message: '{body}',
  timestamp: 'none',
} as const;
const templateOf = (algorithm: SignatureAlgorithm) => (key: KeySpec) =>
  createGate({ scheme: { ...TEMPLATE, algorithm }, keys: [key], now: () => NOW });
const tokenOf = (algorithm: TokenAlgorithm) => (key: KeySpec) =>
  createGate({ provider: { id: 'jwt-bearer', algorithm }, keys: [key], now: () => NOW });

interface PublicScheme {
  readonly name: string;
  readonly pair: Pair;
  readonly gate: (key: KeySpec) => Gate;
}

const SCHEMES: readonly PublicScheme[] = [
  ...(
    [
      ['ed25519', ED25519],
      ['ecdsa-p256-sha256', P256],
      ['ecdsa-p256-sha256-der', P256],
      ['ecdsa-p384-sha384', P384],
      ['ecdsa-p384-sha384-der', P384],
      ['rsa-pkcs1-sha256', RSA],
      ['rsa-pkcs1-sha384', RSA],
      ['rsa-pkcs1-sha512', RSA],
      ['rsa-pss-sha256', RSA],
      ['rsa-pss-sha384', RSA],
      ['rsa-pss-sha512', RSA],
    ] as const
  ).map(([algorithm, pair]) => ({ name: algorithm, pair, gate: templateOf(algorithm) })),
  ...(
    [
      ['RS256', RSA],
      ['PS512', RSA],
      ['ES256', P256],
      ['ES384', P384],
      ['EdDSA', ED25519],
      ['Ed25519', ED25519],
    ] as const
  ).map(([algorithm, pair]) => ({ name: algorithm, pair, gate: tokenOf(algorithm) })),
];

const pemOf = (label: string, der: Uint8Array): string =>
  `-----BEGIN ${label}-----\n${Buffer.from(der).toString('base64').replace(/.{64}/g, '$&\n')}\n-----END ${label}-----\n`;

/** SubjectPublicKeyInfo of numbers of our choice. */
function rsaSpki(modulus: Uint8Array, exponent: Uint8Array): Uint8Array {
  const integer = (bytes: Uint8Array) => derElement(2, Uint8Array.of(0), bytes);
  const id = Buffer.from('300d06092a864886f70d0101010500', 'hex');
  const strict = (bytes: Uint8Array) => ((bytes[0] ?? 0) >= 0x80 ? integer(bytes) : derElement(2, bytes));
  const numbers = derElement(0x30, strict(modulus), strict(exponent));
  return derElement(0x30, id, derElement(3, Uint8Array.of(0), numbers));
}

function numbersOf({ publicKey }: { readonly publicKey: KeyObject }): { n: Buffer; e: Buffer } {
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  return { n: Buffer.from(n, 'base64url'), e: Buffer.from(e, 'base64url') };
}

describe.each(SCHEMES)('$name', ({ name, pair, gate }) => {
  const spki = spkiOf(pair);
  const pkcs8 = pkcs8Of(pair);
  const signer = gate({ secret: pemOf('PRIVATE KEY', pkcs8) });
  const honest: readonly (readonly [string, KeySpec])[] = [
    ['a PEM', { secret: pemOf('PUBLIC KEY', spki) }],
    ['a PEM, said so', { secret: pemOf('PUBLIC KEY', spki), encoding: 'pem' }],
    ['a PEM on one line', { secret: pemOf('PUBLIC KEY', spki).replaceAll('\n', ' ') }],
    [
      'a PEM with \\n in two letters, in quotes',
      { secret: `"${pemOf('PUBLIC KEY', spki).replaceAll('\n', '\\n')}"` },
    ],
    ['a PEM after a comment', { secret: `Bag Attributes\n  x: y\n${pemOf('PUBLIC KEY', spki)}` }],
    ['a PEM’s bytes', { secret: Buffer.from(pemOf('PUBLIC KEY', spki)) }],
    ['DER', { secret: spki }],
    ['base64', { secret: spki.toString('base64') }],
    [
      'base64, wrapped and without padding',
      { secret: spki.toString('base64').replace(/=/g, '').replace(/.{64}/g, '$&\n') },
    ],
    ['base64url', { secret: spki.toString('base64url'), encoding: 'base64url' }],
    ['hex', { secret: spki.toString('hex').toUpperCase(), encoding: 'hex' }],
    ['a private key', { secret: pemOf('PRIVATE KEY', pkcs8) }],
    ['a private key’s DER', { secret: pkcs8 }],
  ];

  it.each(honest)('proves with %s what the private key signed', async (_, key) => {
    expect(await proves(signer, gate(key))).toBe(true);
  });

  it('refuses a key of another type, and never throws in verify', async () => {
    const wrong = [ED25519, P256, P384, RSA].filter((other) => other !== pair);
    for (const other of wrong) {
      for (const der of [spkiOf(other), pkcs8Of(other)])
        expect(refusal(() => gate({ secret: der }))).toMatch(/it is /);
    }
  });

  it('refuses a key that is cut off anywhere, or goes on', () => {
    for (const whole of [spki, pkcs8]) {
      const step = Math.max(1, Math.floor(whole.length / between(23, 97)));
      for (let length = 1; length < whole.length; length += step) {
        const cut = whole.subarray(0, length);
        // 32 and 64 bytes alone are raw keys of Ed25519.
        if (length === 32 || length === 64) continue;
        expect(
          refusal(() => gate({ secret: Uint8Array.from(cut) })),
          `${length} bytes`,
        ).toMatch(/^keys\[0\]\.secret: /);
      }
      expect(
        refusal(() => gate({ secret: pemOf('PUBLIC KEY', Buffer.concat([whole, Buffer.alloc(1)])) })),
      ).toMatch(/^keys\[0\]\.secret: /);
    }
  });

  it('takes or refuses each changed key at set-up, and throws nothing later', async () => {
    const signed = await signer.sign(DRAFT);
    const headers = HeaderList.from(signed.headers);
    await fc.assert(
      fc.asyncProperty(fc.nat(spki.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const secret = Uint8Array.from(spki);
        secret[at] = (secret[at] as number) ^ change;
        let changed: Gate | undefined;
        const refused = refusal(() => {
          changed = gate({ secret });
        });
        if (refused !== undefined) return;
        const verdict = await changed?.verify({ ...signed, headers });
        expect(verdict).toMatchObject({ ok: false, reason: 'signature-mismatch' });
        expect(changed?.keys.list()[0]?.warnings).toEqual([]);
      }),
      { numRuns: runs(name.includes('384') ? 30 : 60), seed: 21 },
    );
  });
});

describe('an RSA key', () => {
  const { n } = numbersOf(RSA);
  const small = numbersOf(generateKeyPairSync('rsa', { modulusLength: 1024 }));
  const even = Uint8Array.from(n);
  even[255] = (even[255] as number) & 0xfe;
  const large = new Uint8Array(16392 / 8).fill(0xff);
  const cases: readonly (readonly [string, Uint8Array, readonly number[], RegExp])[] = [
    ['whose exponent is 1', n, [1], /exponent is 1.*anybody can sign/],
    ['whose exponent is 0', n, [0], /exponent is 1|odd/],
    ['whose exponent is 2', n, [2], /must be odd/],
    ['whose exponent is even', n, [1, 0, 0], /must be odd/],
    ['whose modulus is even', even, [1, 0, 1], /must be odd/],
    ['whose exponent has 33 bits', n, [1, 0, 0, 0, 1], /exponent of 33 bits/],
    ['of 1024 bits', small.n, [1, 0, 1], /at least 2048 bits, and it has 1024/],
    ['of 2047 bits', Uint8Array.from([0x7f, ...n.subarray(1)]), [1, 0, 1], /it has 2047/],
    ['of 16392 bits', large, [1, 0, 1], /too costly/],
  ];
  const gates = [
    templateOf('rsa-pkcs1-sha256'),
    templateOf('rsa-pss-sha512'),
    tokenOf('RS256'),
    tokenOf('PS256'),
  ];

  it.each(cases)('%s is refused', (_, modulus, exponent, words) => {
    const e = Uint8Array.from(exponent);
    const spki = rsaSpki(modulus, e);
    for (const gate of gates) {
      for (const secret of [pemOf('PUBLIC KEY', spki), Buffer.from(spki).toString('base64'), spki]) {
        expect(refusal(() => gate({ secret }))).toMatch(words);
      }
    }
    const jwk = {
      kty: 'RSA',
      n: Buffer.from(modulus).toString('base64url'),
      e: Buffer.from(e).toString('base64url'),
    };
    expect(refusal(() => tokenOf('RS256')({ secret: JSON.stringify(jwk) }))).toMatch(words);
    expect(refusal(() => tokenOf('RS256')({ secret: JSON.stringify({ keys: [jwk] }) }))).toMatch(words);
  });

  it('whose algorithm has parameters other than NULL is refused; one without any is taken', () => {
    const whole = Buffer.from(rsaSpki(n, Uint8Array.of(1, 0, 1)));
    // RFC 3279 §2.3.1: rsaEncryption, and NULL.
    const withParameters = (parameters: readonly number[]): Uint8Array => {
      const id = derElement(6, Buffer.from('2a864886f70d010101', 'hex'));
      const at = whole.indexOf(Buffer.from('0500', 'hex')) + 2;
      return derElement(0x30, derElement(0x30, id, Uint8Array.from(parameters)), whole.subarray(at));
    };
    for (const gate of gates) {
      expect(refusal(() => gate({ secret: withParameters([]) }))).toBeUndefined();
      expect(refusal(() => gate({ secret: withParameters([5, 0]) }))).toBeUndefined();
      for (const parameters of [
        [4, 0],
        [5, 1, 0],
        [0x30, 0],
      ])
        expect(refusal(() => gate({ secret: withParameters(parameters) }))).toMatch(/cut off or damaged/);
    }
  });

  it.each(someOf([3, 17, 257, 65_537], 4))('with exponent %d is taken', async (publicExponent) => {
    const pair = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent });
    const gate = templateOf('rsa-pss-sha256');
    expect(await proves(gate({ secret: pkcs8Of(pair) }), gate({ secret: spkiOf(pair) }))).toBe(true);
  });
});

describe('a key for RSASSA-PSS only', () => {
  const pss = (
    options: { hashAlgorithm?: string; mgf1HashAlgorithm?: string; saltLength?: number } = {},
  ): Pair =>
    generateKeyPairSync('rsa-pss', { modulusLength: 2048, ...options } as Parameters<
      typeof generateKeyPairSync
    >[1] & {
      modulusLength: number;
    }) as unknown as Pair;
  const free = pss();
  const sha512 = pss({ hashAlgorithm: 'sha512', mgf1HashAlgorithm: 'sha512', saltLength: 64 });
  const sha256 = pss({ hashAlgorithm: 'sha256', mgf1HashAlgorithm: 'sha256', saltLength: 32 });
  const mixed = pss({ hashAlgorithm: 'sha512', mgf1HashAlgorithm: 'sha256', saltLength: 64 });
  const salty = pss({ hashAlgorithm: 'sha256', mgf1HashAlgorithm: 'sha256', saltLength: 48 });
  const defaults = pss({ hashAlgorithm: 'sha1', mgf1HashAlgorithm: 'sha1' });

  const taken: readonly (readonly [string, Pair, (key: KeySpec) => Gate])[] = [
    ['any digest for rsa-pss-sha512', free, templateOf('rsa-pss-sha512')],
    ['any digest for rsa-pss-sha256', free, templateOf('rsa-pss-sha256')],
    ['any digest for PS384', free, tokenOf('PS384')],
    ['SHA-512 for rsa-pss-sha512', sha512, templateOf('rsa-pss-sha512')],
    ['SHA-512 for PS512', sha512, tokenOf('PS512')],
    ['SHA-256 for rsa-pss-sha256', sha256, templateOf('rsa-pss-sha256')],
    ['SHA-256 for PS256', sha256, tokenOf('PS256')],
  ];

  it.each(taken)('%s signs and proves', async (_, pair, gate) => {
    for (const secret of [spkiOf(pair), pemOf('PUBLIC KEY', spkiOf(pair)), pkcs8Of(pair)]) {
      expect(await proves(gate({ secret: pemOf('PRIVATE KEY', pkcs8Of(pair)) }), gate({ secret }))).toBe(
        true,
      );
    }
  });

  it.each([
    ['for PKCS#1', free, templateOf('rsa-pkcs1-sha256')],
    ['for RS256', free, tokenOf('RS256')],
    ['of SHA-512, for rsa-pss-sha256', sha512, templateOf('rsa-pss-sha256')],
    ['of SHA-512, for PS256', sha512, tokenOf('PS256')],
    ['of SHA-256, for rsa-pss-sha512', sha256, templateOf('rsa-pss-sha512')],
    ['of SHA-256, for PS512', sha256, tokenOf('PS512')],
    ['of two digests', mixed, templateOf('rsa-pss-sha512')],
    ['of more salt than the algorithm has', salty, templateOf('rsa-pss-sha256')],
    ['of SHA-1', defaults, templateOf('rsa-pss-sha256')],
  ] as const)('%s is refused', (_, pair, gate) => {
    for (const secret of [spkiOf(pair), pkcs8Of(pair)])
      expect(refusal(() => gate({ secret }))).toMatch(/^keys\[0\]\.secret: /);
  });

  it('is RFC 9421’s own test-key-rsa-pss, which signs what OpenSSL proves', async () => {
    const secret = messageSignatures.privateKeys['test-key-rsa-pss'] ?? '';
    const publicKey =
      messageSignatures.cases.find(({ keyId }) => keyId === 'test-key-rsa-pss')?.publicKey ?? '';
    const scheme = { type: 'http-message-signatures', algorithm: 'rsa-pss-sha512' } as const;
    const gate = (key: string) =>
      createGate({ scheme, keys: [{ id: 'test-key-rsa-pss', secret: key }], now: () => NOW });
    const draft = { ...DRAFT, url: 'https://example.com/foo' };
    const signed = await gate(secret).sign(draft);
    for (const key of [secret, publicKey]) expect(await gate(key).verify(signed)).toMatchObject({ ok: true });
  });
});

describe('an Ed25519 key', () => {
  const gate = templateOf('ed25519');
  const raw = spkiOf(ED25519).subarray(-32);
  const seed = pkcs8Of(ED25519).subarray(-32);

  it.each([
    ['hex', raw.toString('hex')],
    ['upper-case hex', raw.toString('hex').toUpperCase()],
    ['base64', raw.toString('base64')],
    ['base64url', raw.toString('base64url')],
  ])('of 32 bytes is taken in %s, its encoding said or not', async (encoding, secret) => {
    const signer = gate({ secret: pkcs8Of(ED25519) });
    const as = encoding.replace('upper-case ', '') as 'hex';
    for (const key of [{ secret }, { secret, encoding: as }, { secret: raw }]) {
      expect(await proves(signer, gate(key))).toBe(true);
    }
    const jwt = tokenOf('EdDSA');
    expect(await proves(jwt({ secret: pkcs8Of(ED25519) }), jwt({ secret }))).toBe(true);
  });

  it('in hex that is said to be base64 is named', () => {
    const secret = raw.toString('hex');
    for (const make of [gate, tokenOf('EdDSA')]) {
      expect(refusal(() => make({ secret, encoding: 'base64' }))).toMatch(/it looks like 32 bytes of hex/);
    }
  });

  it('cut short is said to be so, and one that starts as DER does too', () => {
    for (const first of [0x00, 0x30, 0xff]) {
      const bytes = Buffer.concat([Buffer.of(first), raw]);
      for (const length of [1, 16, 31])
        expect(refusal(() => gate({ secret: bytes.toString('hex', 0, length), encoding: 'hex' }))).toContain(
          `has 32 bytes, and this has ${length}`,
        );
    }
  });

  it('of small order proves what anybody signs, and is refused', async () => {
    const points = [
      '0100000000000000000000000000000000000000000000000000000000000000',
      '0000000000000000000000000000000000000000000000000000000000000000',
      '0000000000000000000000000000000000000000000000000000000000000080',
      'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
      '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
      '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
      'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
      'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
      'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
      'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    ];
    const prefix = Buffer.from('302a300506032b6570032100', 'hex');
    for (const point of points) {
      for (const key of [
        { secret: point, encoding: 'hex' } as const,
        { secret: Buffer.concat([prefix, Buffer.from(point, 'hex')]) },
      ]) {
        expect(refusal(() => gate(key))).toMatch(/small order.*anybody can sign/);
        expect(refusal(() => tokenOf('EdDSA')(key))).toMatch(/small order/);
      }
      const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(point, 'hex').toString('base64url') };
      expect(refusal(() => tokenOf('EdDSA')({ secret: JSON.stringify(jwk) }))).toMatch(/small order/);
    }
  });

  it('that is not a point is refused, as half of all 32 bytes are', () => {
    let refused = 0;
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (secret) => {
        if (refusal(() => gate({ secret }))) refused++;
      }),
      { numRuns: 100, seed: 22 },
    );
    expect(refused).toBeGreaterThan(25);
    expect(refused).toBeLessThan(75);
  });

  it('of Standard Webhooks must be both halves of one pair', async () => {
    const other = spkiOf(generateKeyPairSync('ed25519')).subarray(-32);
    const whsk = (half: Buffer): Gate =>
      createGate({
        provider: 'standard-webhooks',
        keys: [`whsk_${Buffer.concat([seed, half]).toString('base64')}`],
        now: () => NOW,
      });
    expect(await proves(whsk(raw), whsk(raw))).toBe(true);
    // WebCrypto tells by a promise only: there the gate stands, and proves nothing.
    let gate: Gate | undefined;
    const refused = refusal(() => {
      gate = whsk(other);
    });
    if (gate === undefined) expect(refused).toMatch(/do not belong together/);
    else {
      expect(await proves(whsk(raw), gate)).toBe('signature-mismatch');
      expect(warningsOf(gate).join()).toMatch(/proves nothing: .* do not belong together/);
      await expect(Promise.resolve(gate.sign(DRAFT))).rejects.toThrow(/do not belong together/);
    }
  });
});

describe('an EC key', () => {
  it.each(['P-256', 'P-384', 'P-521'] as const)('of %s: a point is told from what is none', (curve) => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: curve });
    const jwk = publicKey.export({ format: 'jwk' });
    const [x, y] = [Buffer.from(jwk.x ?? '', 'base64url'), Buffer.from(jwk.y ?? '', 'base64url')];
    expect(isOnCurve(curve, x, y)).toBe(true);
    const compressed = Buffer.concat([Buffer.of(2 + ((y.at(-1) ?? 0) & 1)), x]);
    expect(readPoint(curve, compressed)).toEqual(Uint8Array.from([4, ...x, ...y]));
    y[9] = (y[9] ?? 0) ^ 4;
    expect(isOnCurve(curve, x, y)).toBe(false);
  });

  it('in its compressed form proves alike', async () => {
    const gate = templateOf('ecdsa-p256-sha256');
    const spki = spkiOf(P256);
    const [x, y] = [spki.subarray(-64, -32), spki.subarray(-32)];
    const head = Buffer.from('3039301306072a8648ce3d020106082a8648ce3d030107032200', 'hex');
    const secret = Buffer.concat([head, Buffer.of(2 + ((y.at(-1) ?? 0) & 1)), x]);
    expect(await proves(gate({ secret: pkcs8Of(P256) }), gate({ secret }))).toBe(true);
  });

  it('off its curve is refused, in DER and as a JWK', () => {
    const spki = Uint8Array.from(spkiOf(P256));
    spki[spki.length - 1] = (spki.at(-1) ?? 0) ^ 1;
    for (const gate of [templateOf('ecdsa-p256-sha256'), tokenOf('ES256')]) {
      expect(refusal(() => gate({ secret: spki }))).toMatch(/not a point of P-256/);
    }
    const jwk = {
      ...P256.publicKey.export({ format: 'jwk' }),
      y: P256.publicKey.export({ format: 'jwk' }).x,
    };
    expect(refusal(() => tokenOf('ES256')({ secret: JSON.stringify(jwk) }))).toMatch(/not a point of P-256/);
  });

  it('is refused where it names no curve, or another', () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
    const explicit = generateKeyPairSync('ec', { namedCurve: 'P-256', paramEncoding: 'explicit' });
    for (const pair of [other, explicit]) {
      for (const gate of [templateOf('ecdsa-p256-sha256'), tokenOf('ES256')]) {
        expect(refusal(() => gate({ secret: spkiOf(pair) }))).toMatch(/^keys\[0\]\.secret: /);
      }
    }
  });

  it('with another’s public half is refused, or proves nothing', async () => {
    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const mixed = Buffer.from(pkcs8Of(P256));
    spkiOf(stranger)
      .subarray(-65)
      .copy(mixed, mixed.length - 65);
    let gate: Gate | undefined;
    const refused = refusal(() => {
      gate = templateOf('ecdsa-p256-sha256')({ secret: mixed });
    });
    if (gate === undefined) expect(refused).toMatch(/do not belong together/);
    else
      expect(await proves(templateOf('ecdsa-p256-sha256')({ secret: pkcs8Of(stranger) }), gate)).toBe(
        'signature-mismatch',
      );
  });
});

describe('what is not a PUBLIC KEY or PRIVATE KEY is named', () => {
  const der = spkiOf(ED25519);
  it.each([
    ['CERTIFICATE', /PEM of “CERTIFICATE” is not taken.*openssl x509/],
    ['RSA PUBLIC KEY', /PEM of “RSA PUBLIC KEY”.*RSAPublicKey_in/],
    ['EC PRIVATE KEY', /PEM of “EC PRIVATE KEY”.*pkcs8 -topk8/],
    ['OPENSSH PRIVATE KEY', /ssh-keygen/],
    ['PGP PUBLIC KEY BLOCK', /PGP PUBLIC KEY BLOCK/],
  ])('%s', (label, words) => {
    for (const gate of [templateOf('ed25519'), tokenOf('EdDSA')]) {
      expect(refusal(() => gate({ secret: pemOf(label, der) }))).toMatch(words);
    }
  });

  it.each([
    ['two PEMs', pemOf('PUBLIC KEY', der) + pemOf('PUBLIC KEY', der), /more than one PEM/],
    ['half a PEM', pemOf('PUBLIC KEY', der).slice(0, 60), /cut off/],
    ['a PEM of no base64', '-----BEGIN PUBLIC KEY-----\n****\n-----END PUBLIC KEY-----', /is not base64/],
    ['an SSH key', `ssh-ed25519 ${'A'.repeat(68)} ada`, /it is an SSH key/],
  ])('%s', (_, secret, words) => {
    for (const gate of [templateOf('ed25519'), tokenOf('EdDSA')])
      expect(refusal(() => gate({ secret }))).toMatch(words);
  });
});

describe('Ed25519 by its own name (RFC 9864)', () => {
  const header = (alg: string): string => Buffer.from(JSON.stringify({ alg })).toString('base64url');
  const payload = Buffer.from(JSON.stringify({ exp: NOW / 1000 + 60 })).toString('base64url');
  const tokenUnder = (alg: string): string => {
    const input = `${header(alg)}.${payload}`;
    return `${input}.${nodeSign(null, Buffer.from(input), ED25519.privateKey).toString('base64url')}`;
  };
  const judge = async (algorithm: TokenAlgorithm, alg: string, jwk: object = {}): Promise<string> => {
    const secret = JSON.stringify({ ...ED25519.publicKey.export({ format: 'jwk' }), ...jwk });
    const verdict = await tokenOf(algorithm)({ secret }).verify({
      method: 'GET',
      url: '/',
      headers: HeaderList.from({ authorization: `Bearer ${tokenUnder(alg)}` }),
      body: new Uint8Array(0),
    });
    return verdict.ok ? 'accepted' : verdict.reason;
  };

  it('is what EdDSA is, and the old name is not what the new one is', async () => {
    expect(await judge('Ed25519', 'Ed25519')).toBe('accepted');
    expect(await judge('EdDSA', 'Ed25519')).toBe('accepted');
    expect(await judge('EdDSA', 'EdDSA')).toBe('accepted');
    expect(await judge('Ed25519', 'EdDSA')).toBe('algorithm-not-allowed');
    for (const alg of ['Ed25519', 'EdDSA']) expect(await judge('EdDSA', 'Ed25519', { alg })).toBe('accepted');
    expect(
      refusal(() =>
        tokenOf('Ed25519')({
          secret: JSON.stringify({ ...ED25519.publicKey.export({ format: 'jwk' }), alg: 'ES256' }),
        }),
      ),
    ).toMatch(/^keys\[0\]\.secret: /);
  });
});

describe('the backend itself', () => {
  it.each(['ed25519', 'ecdsa-p256-sha256', 'rsa-pss-sha512'] as const)(
    'throws at once for what is not a key of %s',
    (algorithm) => {
      for (const bytes of [new Uint8Array(0), Uint8Array.of(0x30, 0x80), spkiOf(P384)]) {
        const make = (): unknown =>
          createSignatureKey(algorithm as PublicKeyAlgorithm, { kind: 'public', format: 'der', bytes });
        expect(make).toThrow(/it is |the key is /);
      }
    },
  );
});
