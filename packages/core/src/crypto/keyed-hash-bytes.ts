/** How long the hashes are that a secret is put before or behind. */
import type { KeyedHashAlgorithm } from './backend.ts';

/** In bytes. */
export const KEYED_HASH_BYTES: Readonly<Record<KeyedHashAlgorithm, number>> = {
  'sha1-secret-first': 20,
  'sha1-secret-last': 20,
  'sha256-secret-first': 32,
  'sha256-secret-last': 32,
};

export function isKeyedHash(algorithm: string): algorithm is KeyedHashAlgorithm {
  return Object.hasOwn(KEYED_HASH_BYTES, algorithm);
}
