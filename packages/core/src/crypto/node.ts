/** Node's cryptography: everything synchronous. */
import {
  createHash,
  createHmac,
  createSecretKey,
  type Hash,
  type Hmac,
  hash,
  randomBytes as nodeRandomBytes,
  timingSafeEqual,
} from 'node:crypto';
import type { MaybePromise } from '../model.ts';
import { pause, SLICE_BYTES } from '../pause.ts';
import {
  type Algorithm,
  type CryptoBackend,
  isChunks,
  isMac,
  KeyFault,
  MAC_BYTES,
  type MacAlgorithm,
  type Message,
  type ProofKey,
} from './backend.ts';

/**
 * Up to here a message is joined and hashed in one call; beyond, copying costs more than the calls that it saves.
 * Two one-shot hashes over a prepared block are about twice as fast as `createHmac` at 200 B and 1 KB,
 * equal at 256 KB (bench/README.md).
 */
const ONE_SHOT_BYTES = 16 * 1024;

/** HMAC (RFC 2104) with the key's two padded blocks prepared once. */
function createMac(algorithm: MacAlgorithm, secret: Uint8Array): ProofKey {
  const digest = algorithm.slice('hmac-'.length);
  const digestBytes = MAC_BYTES[algorithm];
  const blockBytes = digestBytes > 32 ? 128 : 64;
  const keyObject = createSecretKey(secret);
  const block = secret.length > blockBytes ? createHash(digest).update(secret).digest() : secret;
  const inner = Buffer.alloc(blockBytes + ONE_SHOT_BYTES);
  const innerMemory = inner.buffer;
  const outer = Buffer.alloc(blockBytes + digestBytes);
  for (let i = 0; i < blockBytes; i++) {
    const byte = block[i] ?? 0;
    inner[i] = byte ^ 0x36;
    outer[i] = byte ^ 0x5c;
  }
  const computed = Buffer.alloc(digestBytes);

  /** Leaves the MAC in `computed`. */
  function compute(message: Message, length: number): void {
    if (length > ONE_SHOT_BYTES) {
      update(createHmac(digest, keyObject), message).digest().copy(computed);
      return;
    }
    const end = putMessage(inner, message, blockBytes);
    // A byte string is the cheapest form to get out of `hash`: a Buffer result costs an allocation outside the heap.
    putByteString(outer, hash(digest, viewOf(innerMemory, end), 'binary'), blockBytes);
    putByteString(computed, hash(digest, outer, 'binary'), 0);
  }

  function findMac(mac: Uint8Array, signatures: readonly Uint8Array[]): number {
    for (let i = 0; i < signatures.length; i++) {
      const signature = signatures[i] as Uint8Array;
      if (signature.length === digestBytes && timingSafeEqual(signature, mac)) return i;
    }
    return -1;
  }

  return {
    isSlow: false,
    find(message, signatures) {
      const length = lengthOf(message);
      if (isSliced(message, length)) {
        return digestInSlices(createHmac(digest, keyObject), message).then((mac) =>
          mac ? findMac(mac, signatures) : -1,
        );
      }
      compute(message, length);
      return findMac(computed, signatures);
    },
    sign(message) {
      if (message.some(isChunks)) {
        return digestInSlices(createHmac(digest, keyObject), message).then(whole);
      }
      compute(message, lengthOf(message));
      return Uint8Array.from(computed);
    },
  };
}

/** Up to here a message is hashed in one go, in one to two milliseconds; beyond, in slices of half of it. */
const ONE_GO_BYTES = 2 * 1024 * 1024;

function isSliced(message: Message, length: number): boolean {
  return length >= SLICE_BYTES && (length > ONE_GO_BYTES || message.some(isChunks));
}

/** @param message of strings and bytes only */
function update<T extends Hash | Hmac>(target: T, message: Message): T {
  for (const part of message as readonly (string | Uint8Array)[]) {
    if (typeof part === 'string') target.update(part, 'latin1');
    else target.update(part);
  }
  return target;
}

/** The digest of any message, other work having its turn meanwhile; undefined where a part does not become whole. */
async function digestInSlices(target: Hash | Hmac, message: Message): Promise<Buffer | undefined> {
  for (const part of message) {
    if (typeof part === 'string') {
      target.update(part, 'latin1');
    } else if (isChunks(part)) {
      const making = part.make();
      let next = making.next();
      for (; !next.done; next = making.next()) {
        target.update(next.value);
        await pause();
      }
      if (!next.value) return undefined;
    } else {
      for (let at = 0; at < part.length; at += ONE_GO_BYTES / 2) {
        if (at > 0) await pause();
        target.update(part.subarray(at, at + ONE_GO_BYTES / 2));
      }
    }
  }
  return target.digest();
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

/** The first bytes of memory that a Buffer has for itself: half the cost of its `subarray`, which makes a Buffer. */
function viewOf(memory: ArrayBufferLike, length: number): Uint8Array {
  return new Uint8Array(memory, 0, length);
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
  const received = Buffer.alloc(expected.length);
  return {
    isSlow: false,
    find(_message, tokens) {
      for (let i = 0; i < tokens.length; i++) {
        putByteString(received, hash('sha256', tokens[i] as Uint8Array, 'binary'), 0);
        if (timingSafeEqual(received, expected)) return i;
      }
      return -1;
    },
    sign: () => Uint8Array.from(token),
  };
}

function secretProofKey(algorithm: Algorithm, secret: Uint8Array): ProofKey {
  if (algorithm === 'shared-token') return createSharedToken(secret);
  if (isMac(algorithm)) return createMac(algorithm, secret);
  throw new KeyFault(`${algorithm} needs a public or private key, not a secret`);
}

/** @throws Error where there is none: a part of the message did not become whole */
function whole(digest: Buffer | undefined): Uint8Array {
  if (digest) return Uint8Array.from(digest);
  throw new Error('the message is not whole');
}

/** A digest as fast as a MAC: what is short is joined and hashed in one call. */
function createDigest(
  algorithm: 'sha1' | 'sha256' | 'sha512',
): (message: Message) => MaybePromise<Uint8Array> {
  let joined: Buffer | undefined;
  return (message) => {
    const length = lengthOf(message);
    if (isSliced(message, length)) {
      return digestInSlices(createHash(algorithm), message).then(whole);
    }
    if (length > ONE_SHOT_BYTES) return Uint8Array.from(update(createHash(algorithm), message).digest());
    joined ??= Buffer.alloc(ONE_SHOT_BYTES);
    putMessage(joined, message, 0);
    const text = hash(algorithm, viewOf(joined.buffer, length), 'binary');
    const bytes = new Uint8Array(text.length);
    putByteString(bytes, text, 0);
    return bytes;
  };
}

function randomBytes(length: number): Uint8Array {
  return nodeRandomBytes(length);
}

export const backend: CryptoBackend = {
  createSecretKey: secretProofKey,
  sha1: createDigest('sha1'),
  sha256: createDigest('sha256'),
  sha512: createDigest('sha512'),
  randomBytes,
};
