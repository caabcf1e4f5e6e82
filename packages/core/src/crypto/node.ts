/** Node's cryptography: everything synchronous. */
import {
  constants,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  hash,
  type KeyObject,
  randomBytes as nodeRandomBytes,
  sign,
  timingSafeEqual,
  verify,
} from 'node:crypto';
import {
  type Algorithm,
  type CryptoBackend,
  isMac,
  KeyFault,
  type KeyMaterial,
  type MacAlgorithm,
  type Message,
  type ProofKey,
  type PublicKeyAlgorithm,
  SIGNATURE_BYTES,
} from './backend.ts';
import { NO_PAIR, soundKey, TRIAL } from './sound-key.ts';

/**
 * Up to here a message is joined and hashed in one call; beyond, copying costs more than the calls that it saves.
 * Two one-shot hashes over a prepared block are about twice as fast as `createHmac` at 200 B and 1 KB,
 * equal at 256 KB (bench/README.md).
 */
const ONE_SHOT_BYTES = 16 * 1024;

/** HMAC (RFC 2104) with the key's two padded blocks prepared once. */
function createMac(algorithm: MacAlgorithm, secret: Uint8Array): ProofKey {
  const digest = algorithm.slice('hmac-'.length);
  const digestBytes = SIGNATURE_BYTES[algorithm] as number;
  const blockBytes = digestBytes > 32 ? 128 : 64;
  const keyObject = createSecretKey(secret);
  const block = secret.length > blockBytes ? createHash(digest).update(secret).digest() : secret;
  const inner = Buffer.alloc(blockBytes + ONE_SHOT_BYTES);
  const outer = Buffer.alloc(blockBytes + digestBytes);
  for (let i = 0; i < blockBytes; i++) {
    const byte = block[i] ?? 0;
    inner[i] = byte ^ 0x36;
    outer[i] = byte ^ 0x5c;
  }
  const computed = Buffer.alloc(digestBytes);

  /** Leaves the MAC in `computed`. */
  function compute(message: Message): void {
    if (lengthOf(message) > ONE_SHOT_BYTES) {
      const mac = createHmac(digest, keyObject);
      for (const part of message) {
        if (typeof part === 'string') mac.update(part, 'latin1');
        else mac.update(part);
      }
      mac.digest().copy(computed);
      return;
    }
    const end = putMessage(inner, message, blockBytes);
    // A byte string is the cheapest form to get out of `hash`: a Buffer result costs an allocation outside the heap.
    putByteString(outer, hash(digest, inner.subarray(0, end), 'binary'), blockBytes);
    putByteString(computed, hash(digest, outer, 'binary'), 0);
  }

  return {
    find(message, signatures) {
      compute(message);
      for (let i = 0; i < signatures.length; i++) {
        const signature = signatures[i] as Uint8Array;
        if (signature.length === digestBytes && timingSafeEqual(signature, computed)) return i;
      }
      return -1;
    },
    sign(message) {
      compute(message);
      return Uint8Array.from(computed);
    },
  };
}

/** Up to here a loop is cheaper than the call that `Buffer.write` is. */
const SHORT_TEXT = 96;

function putByteString(target: Uint8Array, text: string, at: number): void {
  for (let i = 0; i < text.length; i++) target[at + i] = text.charCodeAt(i);
}

/** Joins a message’s pieces there. @returns where it ends */
function putMessage(target: Buffer, message: Message, start: number): number {
  let at = start;
  for (let i = 0; i < message.length; i++) {
    const part = message[i] as string | Uint8Array;
    if (typeof part !== 'string') target.set(part, at);
    else if (part.length <= SHORT_TEXT) putByteString(target, part, at);
    else target.write(part, at, 'latin1');
    at += part.length;
  }
  return at;
}

function lengthOf(message: Message): number {
  let length = 0;
  for (let i = 0; i < message.length; i++) length += (message[i] as string | Uint8Array).length;
  return length;
}

/** Compares tokens by their SHA-256, so that neither length nor content shows in the time. */
function createSharedToken(secret: Uint8Array): ProofKey {
  const expected = createHash('sha256').update(secret).digest();
  const token = Uint8Array.from(secret);
  return {
    find: (_message, tokens) =>
      tokens.findIndex((one) => timingSafeEqual(createHash('sha256').update(one).digest(), expected)),
    sign: () => Uint8Array.from(token),
  };
}

interface SignatureOptions {
  readonly digest: string | null;
  readonly options: {
    readonly dsaEncoding?: 'ieee-p1363' | 'der';
    readonly padding?: number;
    readonly saltLength?: number;
  };
}

const pss = (digest: string): SignatureOptions => ({
  digest,
  options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
});

const ecdsa = (digest: string, dsaEncoding: 'ieee-p1363' | 'der'): SignatureOptions => ({
  digest,
  options: { dsaEncoding },
});

const PUBLIC_KEY_OPTIONS: Readonly<Record<PublicKeyAlgorithm, SignatureOptions>> = {
  ed25519: { digest: null, options: {} },
  'ecdsa-p256-sha256': ecdsa('sha256', 'ieee-p1363'),
  'ecdsa-p256-sha256-der': ecdsa('sha256', 'der'),
  'ecdsa-p384-sha384': ecdsa('sha384', 'ieee-p1363'),
  'rsa-pkcs1-sha256': { digest: 'sha256', options: { padding: constants.RSA_PKCS1_PADDING } },
  'rsa-pss-sha256': pss('sha256'),
  'rsa-pss-sha512': pss('sha512'),
};

function createAsymmetric(
  algorithm: PublicKeyAlgorithm,
  material: Exclude<KeyMaterial, { kind: 'secret' }>,
): ProofKey {
  const { digest, options } = PUBLIC_KEY_OPTIONS[algorithm];
  const { spki, pkcs8 } = soundKey(algorithm, material);
  const privateKey = pkcs8 && createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' });
  const publicKey = spki
    ? createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
    : createPublicKey(privateKey as KeyObject);
  if (privateKey && spki) {
    const signature = sign(digest, TRIAL, { key: privateKey, ...options });
    if (!verify(digest, TRIAL, { key: publicKey, ...options }, signature)) throw new KeyFault(NO_PAIR);
  }
  return {
    find(message, signatures) {
      const bytes = join(message);
      return signatures.findIndex((one) => verify(digest, bytes, { key: publicKey, ...options }, one));
    },
    sign(message) {
      if (privateKey === undefined) throw new Error('a public key cannot sign');
      return Uint8Array.from(sign(digest, join(message), { key: privateKey, ...options }));
    },
  };
}

function join(message: Message): Buffer {
  return Buffer.concat(
    message.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)),
  );
}

function createProofKey(algorithm: Algorithm, material: KeyMaterial): ProofKey {
  if (material.kind === 'secret') {
    if (algorithm === 'shared-token') return createSharedToken(material.bytes);
    if (isMac(algorithm)) return createMac(algorithm, material.bytes);
    throw new KeyFault(`${algorithm} needs a public or private key, not a secret`);
  }
  if (algorithm === 'shared-token' || isMac(algorithm)) throw new KeyFault(`${algorithm} needs a secret`);
  return createAsymmetric(algorithm, material);
}

/** A digest as fast as a MAC: what is short is joined and hashed in one call. */
function createDigest(algorithm: 'sha256' | 'sha512'): (message: Message) => Uint8Array {
  let joined: Buffer | undefined;
  return (message) => {
    const length = lengthOf(message);
    if (length > ONE_SHOT_BYTES) {
      const digest = createHash(algorithm);
      for (const part of message) {
        if (typeof part === 'string') digest.update(part, 'latin1');
        else digest.update(part);
      }
      return Uint8Array.from(digest.digest());
    }
    joined ??= Buffer.alloc(ONE_SHOT_BYTES);
    putMessage(joined, message, 0);
    const text = hash(algorithm, joined.subarray(0, length), 'binary');
    const bytes = new Uint8Array(text.length);
    putByteString(bytes, text, 0);
    return bytes;
  };
}

function randomBytes(length: number): Uint8Array {
  return nodeRandomBytes(length);
}

export const backend: CryptoBackend = {
  createProofKey,
  sha256: createDigest('sha256'),
  sha512: createDigest('sha512'),
  randomBytes,
};
