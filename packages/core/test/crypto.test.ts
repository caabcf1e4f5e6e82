import { generateKeyPairSync, sign as nodeSign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Algorithm, CryptoBackend, KeyMaterial, MacAlgorithm } from '../src/crypto/backend.ts';
import { backend as node } from '../src/crypto/node.ts';
import { backend as web } from '../src/crypto/web.ts';

const rfc = JSON.parse(readFileSync(join(import.meta.dirname, '../../../vectors/rfc.json'), 'utf8'));
const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
const secret = (bytes: Uint8Array): KeyMaterial => ({ kind: 'secret', bytes });

const BACKENDS: readonly { name: string; backend: CryptoBackend }[] = [
  { name: 'node:crypto', backend: node },
  { name: 'WebCrypto', backend: web },
];

describe.each(BACKENDS)('$name', ({ backend }) => {
  const macCases = [
    ...rfc.rfc4231.flatMap((one: Record<string, string>) =>
      ['sha256', 'sha384', 'sha512'].map((digest) => ({ ...one, digest, mac: one[digest] })),
    ),
    ...rfc.rfc2202_sha1.map((one: Record<string, string>) => ({ ...one, digest: 'sha1', mac: one['sha1'] })),
  ].filter(({ mac }) => mac?.length >= 40);

  it.each(macCases)('$source case $case, HMAC-$digest', async ({ keyHex, dataHex, digest, mac }) => {
    const expected = hex(mac);
    const key = await backend.createProofKey(`hmac-${digest}` as MacAlgorithm, secret(hex(keyHex)));
    expect(await key.find([hex(dataHex)], [expected])).toBe(0);
    expect(Buffer.from(await key.sign([hex(dataHex)])).toString('hex')).toBe(mac);
    const wrong = Uint8Array.from(expected);
    wrong[7] = (wrong[7] as number) ^ 1;
    expect(await key.find([hex(dataHex)], [wrong, expected.subarray(1), expected])).toBe(2);
    expect(await key.find([hex(dataHex)], [wrong])).toBe(-1);
  });

  it.each([
    { algorithm: 'ed25519', pair: generateKeyPairSync('ed25519'), digest: null, options: {} },
    {
      algorithm: 'ecdsa-p256-sha256',
      pair: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
      digest: 'sha256',
      options: { dsaEncoding: 'ieee-p1363' },
    },
    {
      algorithm: 'ecdsa-p256-sha256-der',
      pair: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
      digest: 'sha256',
      options: { dsaEncoding: 'der' },
    },
    {
      algorithm: 'rsa-pkcs1-sha256',
      pair: generateKeyPairSync('rsa', { modulusLength: 2048 }),
      digest: 'sha256',
      options: {},
    },
    {
      algorithm: 'rsa-pss-sha256',
      pair: generateKeyPairSync('rsa', { modulusLength: 2048 }),
      digest: 'sha256',
      options: { padding: 6, saltLength: 32 },
    },
    {
      algorithm: 'rsa-pss-sha512',
      pair: generateKeyPairSync('rsa', { modulusLength: 2048 }),
      digest: 'sha512',
      options: { padding: 6, saltLength: 64 },
    },
  ])(
    '$algorithm proves what OpenSSL signed, and signs what it proves',
    async ({ algorithm, pair, digest, options }) => {
      const message = Buffer.from('the message');
      const spki = pair.publicKey.export({ type: 'spki', format: 'der' });
      const pkcs8 = pair.privateKey.export({ type: 'pkcs8', format: 'der' });
      const publicKey = await backend.createProofKey(algorithm as Algorithm, {
        kind: 'public',
        format: 'der',
        bytes: spki,
      });
      const privateKey = await backend.createProofKey(algorithm as Algorithm, {
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
    const key = await backend.createProofKey('shared-token', secret(Buffer.from('token-of-the-site')));
    const tokens = ['token-of-the-sit', 'token-of-the-site ', '', 'token-of-the-site'].map((t) =>
      Buffer.from(t),
    );
    expect(await key.find([], tokens)).toBe(3);
    expect(await key.find([], tokens.slice(0, 3))).toBe(-1);
  });

  it('refuses a key of another kind', async () => {
    const material: KeyMaterial = { kind: 'public', format: 'der', bytes: new Uint8Array(44) };
    expect(() => backend.createProofKey('hmac-sha256', material)).toThrow(/needs a secret/);
    expect(() => backend.createProofKey('ed25519', secret(new Uint8Array(32)))).toThrow(/public or private/);
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
          const ours = await (await node.createProofKey('hmac-sha512', secret(key))).sign(message);
          const theirs = await (await web.createProofKey('hmac-sha512', secret(key))).sign(message);
          expect(ours).toEqual(theirs);
        },
      ),
      { numRuns: 60, seed: 7 },
    );
  });
});
