/** What the name of a signature’s algorithm says: family, hash, curve, and how people write it. */
import type { PlanAlgorithm, SigningPlan } from './signing-plan.ts';

/** Of `hmac-sha256` and `rsa-pss-sha384`: `sha256`, `sha384`. */
export function hashOf({ algorithm }: Pick<SigningPlan, 'algorithm'>): string {
  return /sha\d+/.exec(algorithm)?.[0] ?? '';
}

export type AlgorithmFamily = 'mac' | 'ed25519' | 'ecdsa-raw' | 'ecdsa-der' | 'rsa-pkcs1' | 'rsa-pss';

export function familyOf({ algorithm }: Pick<SigningPlan, 'algorithm'>): AlgorithmFamily {
  if (algorithm === 'ed25519') return algorithm;
  if (algorithm.startsWith('hmac-')) return 'mac';
  if (algorithm.startsWith('ecdsa-')) return algorithm.endsWith('-der') ? 'ecdsa-der' : 'ecdsa-raw';
  return algorithm.startsWith('rsa-pss') ? 'rsa-pss' : 'rsa-pkcs1';
}

/** Bytes of each of the two numbers of an ECDSA signature. */
export function numberBytes({ algorithm }: Pick<SigningPlan, 'algorithm'>): number {
  if (algorithm.includes('p521')) return 66;
  return algorithm.includes('p384') ? 48 : 32;
}

/** Of an ECDSA key, as openssl names it. */
export function curveOf(algorithm: PlanAlgorithm): 'P-256' | 'P-384' | 'P-521' {
  if (algorithm.includes('p521')) return 'P-521';
  return algorithm.includes('p384') ? 'P-384' : 'P-256';
}

/** E.g. `ECDSA on P-256 with SHA-256`. */
export function algorithmName(algorithm: PlanAlgorithm): string {
  const hash = hashOf({ algorithm }).toUpperCase().replace('SHA', 'SHA-');
  switch (familyOf({ algorithm })) {
    case 'mac':
      return `HMAC-${hashOf({ algorithm }).toUpperCase()}`;
    case 'ed25519':
      return 'Ed25519';
    case 'ecdsa-der':
    case 'ecdsa-raw':
      return `ECDSA on ${curveOf(algorithm)} with ${hash}`;
    case 'rsa-pkcs1':
      return `RSASSA-PKCS1-v1_5 with ${hash}`;
    case 'rsa-pss':
      return `RSASSA-PSS with ${hash}`;
  }
}
