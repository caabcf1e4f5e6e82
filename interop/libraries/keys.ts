/** Key pairs in the forms that libraries and gates take. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';

export interface Pair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export const RSA: Pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const ED25519: Pair = generateKeyPairSync('ed25519');
export const P256: Pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const P384: Pair = generateKeyPairSync('ec', { namedCurve: 'P-384' });
export const P521: Pair = generateKeyPairSync('ec', { namedCurve: 'P-521' });

export const SECRET = 'a secret of at least sixty-four characters, so that it is good for HS512 too';

export function pemOf(key: KeyObject): string {
  return key.export({ type: key.type === 'public' ? 'spki' : 'pkcs8', format: 'pem' }).toString();
}
