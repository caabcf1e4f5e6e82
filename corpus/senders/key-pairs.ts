/** Key pairs that are the same in every run: from a name, but for RSA, whose two stand in a file and guard nothing. */
import { createECDH, createPrivateKey, createPublicKey, type KeyObject, type webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bytesOf } from '../base/draw.ts';

export interface Pair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const ED25519_PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const CURVES = {
  'P-256': { name: 'prime256v1', size: 32 },
  'P-384': { name: 'secp384r1', size: 48 },
  'P-521': { name: 'secp521r1', size: 66 },
} as const;
const rsaKeys = JSON.parse(readFileSync(join(import.meta.dirname, 'rsa-keys.json'), 'utf8')) as Readonly<
  Record<'sender' | 'other', webcrypto.JsonWebKey>
>;

const pairOf = (privateKey: KeyObject): Pair => ({ privateKey, publicKey: createPublicKey(privateKey) });

export function ed25519Pair(name: string): Pair {
  return pairOf(
    createPrivateKey({
      key: Buffer.concat([ED25519_PKCS8, bytesOf(`ed25519/${name}`, 32)]),
      format: 'der',
      type: 'pkcs8',
    }),
  );
}

export function ecPair(name: string, crv: keyof typeof CURVES = 'P-256'): Pair {
  const { name: curve, size } = CURVES[crv];
  const d = bytesOf(`${crv}/${name}`, size);
  d[0] = crv === 'P-521' ? 0 : 1;
  const ecdh = createECDH(curve);
  ecdh.setPrivateKey(d);
  const point = ecdh.getPublicKey();
  const text = (bytes: Buffer): string => bytes.toString('base64url');
  const key = {
    kty: 'EC',
    crv,
    d: text(d),
    x: text(point.subarray(1, 1 + size)),
    y: text(point.subarray(1 + size)),
  };
  return pairOf(createPrivateKey({ key, format: 'jwk' }));
}

export function rsaPair(name: 'sender' | 'other'): Pair {
  return pairOf(createPrivateKey({ key: rsaKeys[name], format: 'jwk' }));
}

export function pemOf(key: KeyObject): string {
  return key.export({ type: key.type === 'public' ? 'spki' : 'pkcs8', format: 'pem' }).toString();
}

export function spkiOf(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' });
}

/** The 32 bytes of an Ed25519 key alone. */
export function rawPublicOf(key: KeyObject): Buffer {
  return spkiOf(key).subarray(-32);
}
