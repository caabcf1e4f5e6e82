/** RSA keys, of which each takes a fifth of a second to make: files that need no new one share these. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';

interface Pair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export function newRsaPair(): Pair {
  return generateKeyPairSync('rsa', { modulusLength: 2048 });
}

export const RSA_PAIR: Pair = newRsaPair();
export const OTHER_RSA_PAIR: Pair = newRsaPair();
