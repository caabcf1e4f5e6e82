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
import type { AsymmetricKey } from './key-der.ts';
import { NO_PAIR, soundKey, TRIAL } from './sound-key.ts';

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

const P256: SubtleParameters = {
  import: { name: 'ECDSA', namedCurve: 'P-256' },
  use: { name: 'ECDSA', hash: 'SHA-256' },
};

const PUBLIC_KEY_PARAMETERS: Readonly<Record<PublicKeyAlgorithm, SubtleParameters>> = {
  ed25519: { import: { name: 'Ed25519' }, use: { name: 'Ed25519' } },
  'ecdsa-p256-sha256': P256,
  'ecdsa-p256-sha256-der': P256,
  'ecdsa-p384-sha384': {
    import: { name: 'ECDSA', namedCurve: 'P-384' },
    use: { name: 'ECDSA', hash: 'SHA-384' },
  },
  'rsa-pkcs1-sha256': {
    import: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
    use: { name: 'RSASSA-PKCS1-v1_5' },
  },
  'rsa-pss-sha256': {
    import: { name: 'RSA-PSS', hash: 'SHA-256' },
    use: { name: 'RSA-PSS', saltLength: 32 },
  },
  'rsa-pss-sha512': {
    import: { name: 'RSA-PSS', hash: 'SHA-512' },
    use: { name: 'RSA-PSS', saltLength: 64 },
  },
};

async function createAsymmetric(
  algorithm: PublicKeyAlgorithm,
  { spki, pkcs8 }: AsymmetricKey,
): Promise<ProofKey> {
  const parameters = PUBLIC_KEY_PARAMETERS[algorithm];
  const der = algorithm === 'ecdsa-p256-sha256-der';
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
        const signature = der ? derToRaw(one) : copy(one);
        return signature !== undefined && subtle.verify(parameters.use, publicKey, signature, bytes);
      });
    },
    async sign(message) {
      if (privateKey === undefined) throw new Error('a public key cannot sign');
      const signature = new Uint8Array(await subtle.sign(parameters.use, privateKey, whole(message)));
      return der ? rawToDer(signature) : signature;
    },
  };
}

async function derivePublic(privateKey: CryptoKey, parameters: SubtleParameters): Promise<CryptoKey> {
  const { kty = '', crv = '', x = '', y } = await crypto.subtle.exportKey('jwk', privateKey);
  const jwk = { kty, crv, x, ...(y !== undefined && { y }) };
  return crypto.subtle.importKey('jwk', jwk, parameters.import, false, ['verify']);
}

/** An ECDSA P-256 signature from ASN.1 DER to r‖s; undefined where it is no strict DER. */
function derToRaw(der: Uint8Array): Bytes | undefined {
  if (der[0] !== 0x30 || der[1] !== der.length - 2) return undefined;
  const raw = new Uint8Array(64);
  let at = 2;
  for (const end of [32, 64]) {
    const length = der[at + 1] ?? 0;
    if (der[at] !== 2 || length === 0 || length > 33) return undefined;
    let value = der.subarray(at + 2, at + 2 + length);
    if (value.length !== length || (value[0] as number) > 0x7f) return undefined;
    if (value[0] === 0 && length > 1) {
      if ((value[1] as number) < 0x80) return undefined;
      value = value.subarray(1);
    }
    if (value.length > 32) return undefined;
    raw.set(value, end - value.length);
    at += 2 + length;
  }
  return at === der.length ? raw : undefined;
}

function rawToDer(raw: Uint8Array): Uint8Array {
  const integers = [raw.subarray(0, 32), raw.subarray(32)].map((value) => {
    let start = 0;
    while (start < 31 && value[start] === 0) start++;
    const digits = [...value.subarray(start)];
    if ((digits[0] as number) > 0x7f) digits.unshift(0);
    return [2, digits.length, ...digits];
  });
  const body = integers.flat();
  return Uint8Array.from([0x30, body.length, ...body]);
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
