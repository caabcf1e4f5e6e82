/** Makes what the suites are given: the vectors, what Node signs with their keys, and what Node says of keys that cannot work. */
import { createECDH, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createGate } from '@countersign/core';
import { gateOptionsOf, type VectorCase, type VectorFile } from '@countersign/core/testing';
import { SUITES } from '../packages/core/test/support/vector-files.ts';
import { sentenceOf } from './suites/bad-keys.ts';
import { draftOf } from './suites/signing.ts';
import type { BadKey, MacCase, SigningCase, SuiteData, VectorFileData } from './suites/suite-data.ts';
import { writeRequest } from './suites/written-request.ts';

const VECTORS = join(import.meta.dirname, '../vectors');

export async function makeSuiteData(): Promise<SuiteData> {
  const files = [...providerFiles(), ...declaredFiles()];
  return { files, macs: macCases(), signing: await signingCases(files), badKeys: badKeys() };
}

function read(path: string): VectorFile {
  return JSON.parse(readFileSync(join(VECTORS, `${path}.json`), 'utf8'));
}

/** Of ready-made providers: what is derived from their cases must be refused as well. */
function providerFiles(): readonly VectorFileData[] {
  return SUITES.map(({ file, provider, proofHeaders, coversBody, tolerance, otherKey }) => {
    const { cases } = read(file);
    const derived = { proofHeaders, coversBody, otherKey, ...(tolerance && { toleranceMs: tolerance }) };
    return { path: file, scheme: provider, cases, derived };
  });
}

function declaredFiles(): readonly VectorFileData[] {
  const declared = readdirSync(join(VECTORS, 'schemes')).map(
    (name) => `schemes/${name.replace('.json', '')}`,
  );
  return [...declared, 'rfc9421'].map((path) => {
    const { scheme, declaration, cases } = read(path);
    return { path, scheme, cases, ...(declaration && { declaration }) };
  });
}

interface RfcMac {
  readonly case: number;
  readonly keyHex: string;
  readonly dataHex: string;
  readonly [digest: `sha${number}`]: string;
}

/** HMAC of RFC 4231 and RFC 2202; the truncated ones are no proofs. */
function macCases(): readonly MacCase[] {
  const rfc = JSON.parse(readFileSync(join(VECTORS, 'rfc.json'), 'utf8')) as Record<
    string,
    readonly RfcMac[]
  >;
  const rowsOf = (name: string, digests: readonly `sha${number}`[]): readonly MacCase[] =>
    (rfc[name] ?? []).flatMap((row) =>
      digests.flatMap((digest): readonly MacCase[] => {
        const macHex = row[digest];
        if (macHex === undefined || macHex.length < 40) return [];
        const base64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');
        return [
          {
            title: `${name} case ${row.case}, HMAC-${digest}`,
            algorithm: `hmac-${digest}` as MacCase['algorithm'],
            keyBase64: base64(row.keyHex),
            dataBase64: base64(row.dataHex),
            macHex,
          },
        ];
      }),
    );
  return [...rowsOf('rfc4231', ['sha256', 'sha384', 'sha512']), ...rowsOf('rfc2202_sha1', ['sha1'])];
}

/** Cases whose key signs. Of others only a public half is there, or a token that an issuer of its own makes. */
async function signingCases(files: readonly VectorFileData[]): Promise<readonly SigningCase[]> {
  const cases: SigningCase[] = [];
  for (const { path, scheme, declaration, cases: vectors } of files) {
    const file = { scheme, ...(declaration && { declaration }) };
    for (const vector of vectors.filter(({ expect }) => expect === 'accept')) {
      const request = await signedByNode(file, vector);
      const title = `${path}: ${vector.name ?? vector.id}`;
      if (request !== undefined) cases.push({ title, file, vector, byNode: request });
    }
  }
  return cases;
}

async function signedByNode(file: SigningCase['file'], vector: VectorCase) {
  const gate = createGate(gateOptionsOf(file, vector));
  try {
    const request = await gate.sign(draftOf({ vector }));
    return (await gate.verify(request)).ok ? writeRequest(request) : undefined;
  } catch {
    return undefined;
  }
}

const MESSAGE = { signature: 'x-signature', message: '{body}', timestamp: 'none' } as const;

function badKeys(): readonly BadKey[] {
  const spki = (pair: { readonly publicKey: import('node:crypto').KeyObject }): string =>
    String(pair.publicKey.export({ type: 'spki', format: 'pem' }));
  const ed25519 = spki(generateKeyPairSync('ed25519'));
  const p256 = spki(generateKeyPairSync('ec', { namedCurve: 'P-256' }));
  const p384 = spki(generateKeyPairSync('ec', { namedCurve: 'P-384' }));
  const k256 = spki(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }));
  const rsa1024 = spki(generateKeyPairSync('rsa', { modulusLength: 1024 }));
  const rsa2048 = spki(generateKeyPairSync('rsa', { modulusLength: 2048 }));
  const exponent1 = spki({
    publicKey: createPublicKey({
      key: { ...createPublicKey(rsa2048).export({ format: 'jwk' }), e: 'AQ' },
      format: 'jwk',
    }),
  });
  const rows: readonly (readonly [title: string, options: Omit<BadKey, 'title' | 'sentence'>])[] = [
    ['nothing', { provider: 'github', key: '' }],
    ['a secret of four bytes', { provider: 'github', key: 'four' }],
    ['a public key as a shared secret', { provider: 'github', key: p256 }],
    ['what is no base64', { provider: 'standard-webhooks', key: 'whsec_not*base64' }],
    [
      'a secret where a public key is due',
      { scheme: { ...MESSAGE, algorithm: 'ed25519' }, key: 'a secret of thirty-two characters' },
    ],
    ['a PEM that ends early', { scheme: { ...MESSAGE, algorithm: 'ed25519' }, key: ed25519.slice(0, 70) }],
    [
      'a PEM whose bytes are damaged',
      { scheme: { ...MESSAGE, algorithm: 'ecdsa-p256-sha256' }, key: p256.replace('MFkw', 'MFkx') },
    ],
    ['Ed25519 for ECDSA', { scheme: { ...MESSAGE, algorithm: 'ecdsa-p256-sha256' }, key: ed25519 }],
    ['P-384 for P-256', { scheme: { ...MESSAGE, algorithm: 'ecdsa-p256-sha256' }, key: p384 }],
    ['secp256k1 for P-256', { scheme: { ...MESSAGE, algorithm: 'ecdsa-p256-sha256' }, key: k256 }],
    [
      'a point that is not on the curve',
      { scheme: { ...MESSAGE, algorithm: 'ecdsa-p256-sha256' }, key: offCurve(p256) },
    ],
    ['RSA of 1024 bits', { scheme: { ...MESSAGE, algorithm: 'rsa-pkcs1-sha256' }, key: rsa1024 }],
    ['RSA with the exponent 1', { scheme: { ...MESSAGE, algorithm: 'rsa-pkcs1-sha256' }, key: exponent1 }],
    ['ECDSA for RSA', { scheme: { ...MESSAGE, algorithm: 'rsa-pss-sha256' }, key: p256 }],
    [
      'a JWK without its numbers',
      { scheme: { ...MESSAGE, algorithm: 'rsa-pkcs1-sha256' }, key: '{"kty":"RSA"}' },
    ],
    ['JSON that ends early', { scheme: { type: 'jwt', algorithm: 'RS256' }, key: '{"kty":"RSA"' }],
    ['a token’s RSA key of 1024 bits', { scheme: { type: 'jwt', algorithm: 'RS256' }, key: rsa1024 }],
    ['a token’s key of another curve', { scheme: { type: 'jwt', algorithm: 'ES256' }, key: p384 }],
    ['a token’s secret of four bytes', { scheme: { type: 'jwt', algorithm: 'HS512' }, key: 'four' }],
  ];
  return rows.map(([title, options]) => {
    const sentence = sentenceOf({ title, ...options });
    if (sentence === undefined) throw new Error(`${title}: Node builds a gate with it`);
    return { title, ...options, sentence };
  });
}

/** The same key with another last byte of its point. */
function offCurve(pem: string): string {
  const der = Buffer.from(pem.replace(/-----.*?-----|\s/g, ''), 'base64');
  const last = der.length - 1;
  do der[last] = ((der[last] as number) + 1) & 0xff;
  while (isOnCurve(der.subarray(-65)));
  return `-----BEGIN PUBLIC KEY-----\n${der.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END PUBLIC KEY-----\n`;
}

function isOnCurve(point: Uint8Array): boolean {
  const other = createECDH('prime256v1');
  other.generateKeys();
  try {
    other.computeSecret(point);
    return true;
  } catch {
    return false;
  }
}
