import { generateKeyPairSync, sign as nodeSign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { between } from '../../../scripts/effort.ts';
import type {
  CryptoBackend,
  MacAlgorithm,
  PublicKeyAlgorithm,
  PublicKeyMaterial,
} from '../src/crypto/backend.ts';
import { backend as node } from '../src/crypto/node.ts';
import { createSignatureKey as nodeSignatureKey } from '../src/crypto/node-signatures.ts';
import { backend as web } from '../src/crypto/web.ts';
import { createSignatureKey as webSignatureKey } from '../src/crypto/web-signatures.ts';
import { RSA_PAIR } from './support/rsa-pairs.ts';

const rfc = JSON.parse(readFileSync(join(import.meta.dirname, '../../../vectors/rfc.json'), 'utf8'));
const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

const BACKENDS: readonly {
  readonly name: string;
  readonly backend: CryptoBackend;
  readonly createSignatureKey: typeof webSignatureKey | typeof nodeSignatureKey;
}[] = [
  { name: 'node:crypto', backend: node, createSignatureKey: nodeSignatureKey },
  { name: 'WebCrypto', backend: web, createSignatureKey: webSignatureKey },
];

describe.each(BACKENDS)('$name', ({ backend, createSignatureKey }) => {
  it.each([
    ['sha1', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    ['sha256', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  ] as const)('%s of abc is that of FIPS 180-4’s examples', async (digest, expected) => {
    for (const message of [['abc'], [Buffer.from('ab'), 'c']]) {
      expect(Buffer.from(await backend[digest](message)).toString('hex')).toBe(expected);
    }
  });

  const macCases = [
    ...rfc.rfc4231.flatMap((one: Record<string, string>) =>
      ['sha256', 'sha384', 'sha512'].map((digest) => ({ ...one, digest, mac: one[digest] })),
    ),
    ...rfc.rfc2202_sha1.map((one: Record<string, string>) => ({ ...one, digest: 'sha1', mac: one['sha1'] })),
  ].filter(({ mac }) => mac?.length >= 40);

  it.each(macCases)('$source case $case, HMAC-$digest', async ({ keyHex, dataHex, digest, mac }) => {
    const expected = hex(mac);
    const key = await backend.createSecretKey(`hmac-${digest}` as MacAlgorithm, hex(keyHex));
    expect(await key.find([hex(dataHex)], [expected])).toBe(0);
    expect(Buffer.from(await key.sign([hex(dataHex)])).toString('hex')).toBe(mac);
    const wrong = Uint8Array.from(expected);
    wrong[7] = (wrong[7] as number) ^ 1;
    expect(await key.find([hex(dataHex)], [wrong, expected.subarray(1), expected])).toBe(2);
    expect(await key.find([hex(dataHex)], [wrong])).toBe(-1);
  });

  it.each([
    { algorithm: 'ed25519', pair: generateKeyPairSync('ed25519'), digest: null, options: {} },
    ...(['sha256', 'sha384'] as const).flatMap((digest) => {
      const bits = digest.slice(3);
      const pair = generateKeyPairSync('ec', { namedCurve: `P-${bits}` });
      const name = `ecdsa-p${bits}-${digest}`;
      return [
        { algorithm: name, pair, digest, options: { dsaEncoding: 'ieee-p1363' } },
        { algorithm: `${name}-der`, pair, digest, options: { dsaEncoding: 'der' } },
      ];
    }),
    ...(['sha256', 'sha384', 'sha512'] as const).flatMap((digest) => {
      const pair = RSA_PAIR;
      return [
        { algorithm: `rsa-pkcs1-${digest}`, pair, digest, options: {} },
        {
          algorithm: `rsa-pss-${digest}`,
          pair,
          digest,
          options: { padding: 6, saltLength: Number(digest.slice(3)) / 8 },
        },
      ];
    }),
  ])(
    '$algorithm proves what OpenSSL signed, and signs what it proves',
    async ({ algorithm, pair, digest, options }) => {
      const message = Buffer.from('the message');
      const spki = pair.publicKey.export({ type: 'spki', format: 'der' });
      const pkcs8 = pair.privateKey.export({ type: 'pkcs8', format: 'der' });
      const publicKey = await createSignatureKey(algorithm as PublicKeyAlgorithm, {
        kind: 'public',
        format: 'der',
        bytes: spki,
      });
      const privateKey = await createSignatureKey(algorithm as PublicKeyAlgorithm, {
        kind: 'private',
        format: 'der',
        bytes: pkcs8,
      });
      const theirs = nodeSign(digest, message, { key: pair.privateKey, ...options } as never);
      expect(await publicKey.find([message], [theirs])).toBe(0);
      const ours = await privateKey.sign(['the ', Buffer.from('message')]);
      expect(await publicKey.find([message], [ours])).toBe(0);
      expect(await publicKey.find([Buffer.from('the massage')], [ours, theirs])).toBe(-1);
      const flipped = Uint8Array.from(ours);
      flipped[20] = (flipped[20] as number) ^ 4;
      expect(await publicKey.find([message], [flipped, new Uint8Array(0)])).toBe(-1);
      await expect(async () => publicKey.sign([message])).rejects.toThrow(/public key/);
    },
  );

  it('compares shared tokens whole', async () => {
    const key = await backend.createSecretKey('shared-token', Buffer.from('token-of-the-site'));
    const tokens = ['token-of-the-sit', 'token-of-the-site ', '', 'token-of-the-site'].map((t) =>
      Buffer.from(t),
    );
    expect(await key.find([], tokens)).toBe(3);
    expect(await key.find([], tokens.slice(0, 3))).toBe(-1);
  });

  it('refuses a key of another kind', async () => {
    expect(() => backend.createSecretKey('ed25519', new Uint8Array(32))).toThrow(/public or private/);
  });
});

describe.each([
  { algorithm: 'ecdsa-p256-sha256-der', bits: 256 },
  { algorithm: 'ecdsa-p384-sha384-der', bits: 384 },
] as const)('$algorithm', ({ algorithm, bits }) => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: `P-${bits}` });
  const material: PublicKeyMaterial = {
    kind: 'public',
    format: 'der',
    bytes: publicKey.export({ type: 'spki', format: 'der' }),
  };
  const message = Buffer.from('the message');

  it('is taken in DER only, of every length that the numbers have, alike on both', async () => {
    const keys = await Promise.all(
      BACKENDS.map(({ createSignatureKey }) => createSignatureKey(algorithm, material)),
    );
    for (let run = 0; run < between(50, 600); run++) {
      const der = nodeSign(`sha${bits}`, message, privateKey);
      for (const key of keys) expect(await key.find([message], [der])).toBe(0);
    }
    const der = nodeSign(`sha${bits}`, message, privateKey);
    const raw = nodeSign(`sha${bits}`, message, { key: privateKey, dsaEncoding: 'ieee-p1363' });
    const length = der[1] as number;
    const padded = [0x30, length + 1, 2, (der[3] as number) + 1, 0, ...der.subarray(4)];
    for (const bad of [
      raw,
      [...der, 0],
      der.subarray(0, -1),
      [0x30, 0x81, length, ...der.subarray(2)],
      [0x31, ...der.subarray(1)],
      [0x30, length, 3, ...der.subarray(3)],
      (der[4] as number) === 0 ? [] : padded,
    ]) {
      for (const key of keys) expect(await key.find([message], [Uint8Array.from(bad)])).toBe(-1);
    }
  });
});

describe('HMAC on both sides of the one-shot limit', () => {
  it('is the same on node:crypto and WebCrypto for any message, in any pieces', async () => {
    const bytes = (maxLength: number) => fc.uint8Array({ minLength: 1, maxLength });
    await fc.assert(
      fc.asyncProperty(
        bytes(200),
        bytes(64),
        fc.integer({ min: 0, max: 40_000 }),
        async (key, head, length) => {
          const message = [String.fromCharCode(...head), new Uint8Array(length).fill(7), 'end'];
          const ours = await (await node.createSecretKey('hmac-sha512', key)).sign(message);
          const theirs = await (await web.createSecretKey('hmac-sha512', key)).sign(message);
          expect(ours).toEqual(theirs);
        },
      ),
      { numRuns: 60, seed: 7 },
    );
  });
});
