/** A key for a test vector: printed with it, and of no gate. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { curveOf } from './algorithms.ts';
import type { PlanAlgorithm, PlanEncoding } from './signing-plan.ts';

/** 32 bytes. */
const SECRET = 'throw-away-key-for-tests-only-01';

/** The text of a secret of that form. */
export function throwAwaySecret(encoding: PlanEncoding, prefix: string): string {
  const bytes = Buffer.from(SECRET);
  switch (encoding) {
    case 'utf8':
      return prefix + SECRET;
    case 'base32':
      return prefix + base32(bytes);
    default:
      return prefix + bytes.toString(encoding);
  }
}

/** A private key as PEM (PKCS #8), made anew. */
export function throwAwayPrivateKey(algorithm: PlanAlgorithm): string {
  return String(privateKeyFor(algorithm).export({ type: 'pkcs8', format: 'pem' }));
}

function privateKeyFor(algorithm: PlanAlgorithm): KeyObject {
  if (algorithm === 'ed25519') return generateKeyPairSync('ed25519').privateKey;
  if (algorithm.startsWith('rsa-')) return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  return generateKeyPairSync('ec', { namedCurve: curveOf(algorithm) }).privateKey;
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function base32(bytes: Uint8Array): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return bits.replace(/.{1,5}/g, (digits) => BASE32[Number.parseInt(digits.padEnd(5, '0'), 2)] ?? '');
}
