/** Keys that are made for one test and proved with nowhere else. */
import type { KeySpec } from '../keys.ts';
import { utf8 } from '../text/bytes.ts';
import { encodeBase64, encodeHex } from '../text/encodings.ts';

/** Makes a key. No two are alike, so that a test proves nothing with another's. */
export type MakeKey = () => KeySpec | Promise<KeySpec>;

/** In every form that a provider or scheme may ask for: of these a gate takes the first that it can sign with. */
export const KEY_FORMS: readonly MakeKey[] = [
  () => secret((text) => text),
  () => secret((text) => `whsec_${encodeBase64(utf8(text))}`),
  () => ({ ...secret((text) => encodeBase64(utf8(text))), encoding: 'base64' }),
  () => ({ ...secret((text) => encodeHex(utf8(text))), encoding: 'hex' }),
  () => secret((text) => `user:${text}`),
  () => privateKey({ name: 'Ed25519' }),
  () => privateKey({ name: 'ECDSA', namedCurve: 'P-256' }),
  () => privateKey({ name: 'ECDSA', namedCurve: 'P-384' }),
  () => privateKey({ name: 'ECDSA', namedCurve: 'P-521' }),
  () => privateKey(RSA),
];

/** Its padding and digest matter to WebCrypto's own signatures only: the numbers are the same. */
const RSA = {
  name: 'RSASSA-PKCS1-v1_5',
  modulusLength: 2048,
  publicExponent: Uint8Array.of(1, 0, 1),
  hash: 'SHA-256',
};

/** The words say what it is: it is not taken for base64, nor for a placeholder. Long enough for every algorithm. */
function secret(write: (text: string) => string): KeySpec {
  const random = encodeHex(globalThis.crypto.getRandomValues(new Uint8Array(24)));
  return { id: 'test', secret: write(`thrown-away-after-this-test-${random}`) };
}

async function privateKey(algorithm: object): Promise<KeySpec> {
  const { subtle } = globalThis.crypto;
  const pair = (await subtle.generateKey(algorithm as EcKeyGenParams, true, [
    'sign',
    'verify',
  ])) as CryptoKeyPair;
  const base64 = encodeBase64(new Uint8Array(await subtle.exportKey('pkcs8', pair.privateKey)));
  const lines = base64.match(/.{1,64}/g) ?? [];
  return {
    id: 'test',
    secret: ['-----BEGIN PRIVATE KEY-----', ...lines, '-----END PRIVATE KEY-----', ''].join('\n'),
  };
}
