/** WebCrypto: for runtimes without node:crypto. Every operation is a promise. */
import type { MaybePromise } from '../model.ts';
import {
  type Algorithm,
  type CryptoBackend,
  isMac,
  joinMessage,
  KeyFault,
  type KeyMaterial,
  type MacAlgorithm,
  type Message,
  type ProofKey,
  type PublicKeyAlgorithm,
} from './backend.ts';
import { derToRaw, rawToDer } from './ecdsa-der.ts';
import type { AsymmetricKey } from './key-der.ts';
import { NO_PAIR } from './key-halves.ts';
import { CURVE_BYTES, DIGEST_BYTES, type Digest, PUBLIC_KEY_ALGORITHMS } from './public-key-algorithms.ts';
import { soundKey, TRIAL } from './sound-key.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const HASH: Readonly<Record<MacAlgorithm, string>> = {
  'hmac-sha1': 'SHA-1',
  'hmac-sha256': 'SHA-256',
  'hmac-sha384': 'SHA-384',
  'hmac-sha512': 'SHA-512',
};

async function createMac(algorithm: MacAlgorithm, secret: Uint8Array): Promise<ProofKey> {
  const parameters = { name: 'HMAC', hash: HASH[algorithm] };
  const key = await crypto.subtle.importKey('raw', copy(secret), parameters, false, ['sign', 'verify']);
  return {
    isSlow: false,
    find(message, signatures) {
      const bytes = joined(message);
      if (!bytes) return -1;
      if (signatures.length === 1)
        return findAsync(signatures, (one) => crypto.subtle.verify('HMAC', key, copy(one), bytes));
      // One pass over the message, however many signatures there are.
      const mac = crypto.subtle.sign('HMAC', key, bytes);
      return mac.then((computed) => {
        const expected = new Uint8Array(computed);
        return signatures.findIndex((one) => equal(one, expected));
      });
    },
    sign: async (message) => new Uint8Array(await crypto.subtle.sign('HMAC', key, whole(message))),
  };
}

async function createSharedToken(secret: Uint8Array): Promise<ProofKey> {
  const token = copy(secret);
  const expected = await sha256([token]);
  return {
    isSlow: false,
    find: (_message, tokens) => findAsync(tokens, async (one) => equal(await sha256([one]), expected)),
    sign: () => Uint8Array.from(token),
  };
}

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
  sha256: 'SHA-256',
  sha384: 'SHA-384',
  sha512: 'SHA-512',
};

/** Bytes of each number of a signature in DER; undefined where signatures are no DER. */
function derSize(algorithm: PublicKeyAlgorithm): number | undefined {
  const parts = PUBLIC_KEY_ALGORITHMS[algorithm];
  return parts.family === 'ecdsa' && parts.form === 'der' ? CURVE_BYTES[parts.curve] : undefined;
}

async function createAsymmetric(
  algorithm: PublicKeyAlgorithm,
  { spki, pkcs8 }: AsymmetricKey,
): Promise<ProofKey> {
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
    find(message, signatures) {
      const bytes = joined(message);
      if (!bytes) return -1;
      return findAsync(signatures, async (one) => {
        const signature = size === undefined ? copy(one) : derToRaw(one, size);
        return signature !== undefined && subtle.verify(parameters.use, publicKey, signature, bytes);
      });
    },
    async sign(message) {
      if (privateKey === undefined) throw new Error('a public key cannot sign');
      const signature = new Uint8Array(await subtle.sign(parameters.use, privateKey, whole(message)));
      return size === undefined ? signature : rawToDer(signature);
    },
  };
}

async function derivePublic(privateKey: CryptoKey, parameters: SubtleParameters): Promise<CryptoKey> {
  const { kty = '', crv = '', x = '', y } = await crypto.subtle.exportKey('jwk', privateKey);
  const jwk = { kty, crv, x, ...(y !== undefined && { y }) };
  return crypto.subtle.importKey('jwk', jwk, parameters.import, false, ['verify']);
}

async function findAsync(
  signatures: readonly Uint8Array[],
  proves: (signature: Uint8Array) => Promise<boolean>,
): Promise<number> {
  for (const [i, one] of signatures.entries()) if (await proves(one)) return i;
  return -1;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) difference |= (a[i] as number) ^ (b[i] ?? 0);
  return difference === 0;
}

function copy(bytes: Uint8Array): Bytes {
  return Uint8Array.from(bytes);
}

function createProofKey(algorithm: Algorithm, material: KeyMaterial): MaybePromise<ProofKey> {
  if (material.kind === 'secret') {
    if (algorithm === 'shared-token') return createSharedToken(material.bytes);
    if (isMac(algorithm)) return createMac(algorithm, material.bytes);
    throw new KeyFault(`${algorithm} needs a public or private key, not a secret`);
  }
  if (algorithm === 'shared-token' || isMac(algorithm)) throw new KeyFault(`${algorithm} needs a secret`);
  return createAsymmetric(algorithm, soundKey(algorithm, material));
}

/** WebCrypto takes no shared memory. */
function joined(message: Message): Bytes | undefined {
  const bytes = joinMessage(message);
  return bytes && (bytes.buffer instanceof ArrayBuffer ? (bytes as Bytes) : copy(bytes));
}

function whole(message: Message): Bytes {
  const bytes = joined(message);
  if (bytes) return bytes;
  throw new Error('the message is not whole');
}

async function sha256(message: Message): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', whole(message)));
}

async function sha512(message: Message): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-512', whole(message)));
}

function randomBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}

export const backend: CryptoBackend = { createProofKey, sha256, sha512, randomBytes };
