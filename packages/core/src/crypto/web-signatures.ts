/** WebCrypto: signatures by public and private keys. */
import { KeyFault, type ProofKey, type PublicKeyAlgorithm, type PublicKeyMaterial } from './backend.ts';
import { derToRaw, rawToDer } from './ecdsa-der.ts';
import type { AsymmetricKey } from './key-der.ts';
import { NO_PAIR } from './key-halves.ts';
import { CURVE_BYTES, DIGEST_BYTES, type Digest, PUBLIC_KEY_ALGORITHMS } from './public-key-algorithms.ts';
import { soundKey, TRIAL } from './sound-key.ts';
import { copy, findAsync, joined, whole } from './web-bytes.ts';

interface SubtleParameters {
  readonly import: { name: string; namedCurve?: string; hash?: string };
  readonly use: { name: string; hash?: string; saltLength?: number };
}

function subtleParameters(algorithm: PublicKeyAlgorithm): SubtleParameters {
  const parts = PUBLIC_KEY_ALGORITHMS[algorithm];
  if (parts.family === 'ed25519') return { import: { name: 'Ed25519' }, use: { name: 'Ed25519' } };
  const hash = SUBTLE_DIGESTS[parts.digest];
  switch (parts.family) {
    case 'ecdsa':
      return { import: { name: 'ECDSA', namedCurve: parts.curve }, use: { name: 'ECDSA', hash } };
    case 'rsa-pkcs1':
      return { import: { name: 'RSASSA-PKCS1-v1_5', hash }, use: { name: 'RSASSA-PKCS1-v1_5' } };
    case 'rsa-pss':
      return {
        import: { name: 'RSA-PSS', hash },
        use: { name: 'RSA-PSS', saltLength: DIGEST_BYTES[parts.digest] },
      };
  }
}

const SUBTLE_DIGESTS: Readonly<Record<Digest, string>> = {
  sha1: 'SHA-1',
  sha256: 'SHA-256',
  sha384: 'SHA-384',
  sha512: 'SHA-512',
};

/** Bytes of each number of a signature in DER; undefined where signatures are no DER. */
function derSize(algorithm: PublicKeyAlgorithm): number | undefined {
  const parts = PUBLIC_KEY_ALGORITHMS[algorithm];
  return parts.family === 'ecdsa' && parts.form === 'der' ? CURVE_BYTES[parts.curve] : undefined;
}

/** @throws KeyFault at once where the key is none of the algorithm; the promise is rejected where its halves do not belong together. */
export function createSignatureKey(
  algorithm: PublicKeyAlgorithm,
  material: PublicKeyMaterial,
): Promise<ProofKey> {
  return importKey(algorithm, soundKey(algorithm, material));
}

async function importKey(algorithm: PublicKeyAlgorithm, { spki, pkcs8 }: AsymmetricKey): Promise<ProofKey> {
  const parameters = subtleParameters(algorithm);
  const size = derSize(algorithm);
  const { subtle } = crypto;
  // Extractable, for WebCrypto derives no public key but in a JWK.
  const privateKey =
    pkcs8 && (await subtle.importKey('pkcs8', copy(pkcs8), parameters.import, spki === undefined, ['sign']));
  const publicKey = spki
    ? await subtle.importKey('spki', copy(spki), parameters.import, false, ['verify'])
    : await derivePublic(privateKey as CryptoKey, parameters);
  if (privateKey && spki) {
    const signature = await subtle.sign(parameters.use, privateKey, TRIAL);
    if (!(await subtle.verify(parameters.use, publicKey, signature, TRIAL))) throw new KeyFault(NO_PAIR);
  }
  return {
    isSlow: true,
    async find(message, signatures) {
      const bytes = await joined(message);
      if (!bytes) return -1;
      return findAsync(signatures, async (encoded) => {
        const signature = size === undefined ? copy(encoded) : derToRaw(encoded, size);
        return signature !== undefined && subtle.verify(parameters.use, publicKey, signature, bytes);
      });
    },
    async sign(message) {
      if (privateKey === undefined) throw new KeyFault('a public key cannot sign');
      const signature = new Uint8Array(await subtle.sign(parameters.use, privateKey, await whole(message)));
      return size === undefined ? signature : rawToDer(signature);
    },
  };
}

async function derivePublic(privateKey: CryptoKey, parameters: SubtleParameters): Promise<CryptoKey> {
  const { kty = '', crv = '', x = '', y } = await crypto.subtle.exportKey('jwk', privateKey);
  const jwk = { kty, crv, x, ...(y !== undefined && { y }) };
  return crypto.subtle.importKey('jwk', jwk, parameters.import, false, ['verify']);
}
