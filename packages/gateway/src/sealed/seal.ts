/** Sealing: what the gateway stores of secrets is AES-256-GCM under a key that the store never sees. */
import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';
import { SetupError } from '@countersign/core';
import { counted } from '@countersign/core/internal/amounts';

/** Seals texts and bytes under one key. */
export interface Sealer {
  /**
   * Encrypts a text or bytes for a place: what is sealed for one does not open in another.
   * @param context names the place, such as the name that the secret is stored under.
   */
  seal(content: string | Uint8Array, context: string): Uint8Array;
  /** The text; undefined for another key or context, and for bytes that are changed or none of ours. */
  open(sealed: Uint8Array, context: string): string | undefined;
  /** The same for bytes. */
  openBytes(sealed: Uint8Array, context: string): Uint8Array | undefined;
}

const KEY_BYTES = 32;
/** The first byte, so that another cipher can come later. */
const VERSION = 1;
/** 96 bits, for which GCM is defined without a detour (NIST SP 800-38D §8.2); random ones are good for 2^32 texts a key. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + NONCE_BYTES;
const CIPHER = 'aes-256-gcm';

/**
 * Makes a sealer. Sealed bytes are: version, nonce, ciphertext, tag.
 * @param key 32 bytes; they are copied.
 * @throws SetupError for any other length.
 */
export function createSealer(key: Uint8Array): Sealer {
  if (key.byteLength !== KEY_BYTES)
    throw badKey(`has ${counted(key.byteLength, 'byte')} and not ${KEY_BYTES}`);
  const secretKey = createSecretKey(key);
  const openBytes = (sealed: Uint8Array, context: string): Buffer | undefined => {
    if (!isSealed(sealed)) return undefined;
    const tagAt = sealed.byteLength - TAG_BYTES;
    const nonce = sealed.subarray(1, HEAD_BYTES);
    const decipher = createDecipheriv(CIPHER, secretKey, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(context));
    decipher.setAuthTag(sealed.subarray(tagAt));
    try {
      return Buffer.concat([decipher.update(sealed.subarray(HEAD_BYTES, tagAt)), decipher.final()]);
    } catch {
      // The one thing that `final` throws: the tag does not match.
      return undefined;
    }
  };
  return {
    seal: (content, context) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, secretKey, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(context));
      const bytes = typeof content === 'string' ? Buffer.from(content) : content;
      const body = [cipher.update(bytes), cipher.final()];
      return Buffer.concat([Uint8Array.of(VERSION), nonce, ...body, cipher.getAuthTag()]);
    },
    open: (sealed, context) => openBytes(sealed, context)?.toString('utf8'),
    openBytes,
  };
}

/** Whether bytes have the form of what a sealer makes; whether one opens them, its key says. */
export function isSealed(bytes: Uint8Array): boolean {
  return bytes.byteLength >= HEAD_BYTES + TAG_BYTES && bytes[0] === VERSION;
}

/**
 * Reads the store's key: 64 hexadecimal characters, 32 bytes.
 * @throws SetupError for any other text; it says how to make a key, and nothing of the text.
 */
export function readStoreKey(text: string): Uint8Array {
  if (!/^[0-9a-f]{64}$/i.test(text)) throw badKey('is not 64 hexadecimal characters');
  return new Uint8Array(Buffer.from(text, 'hex'));
}

function badKey(problem: string): SetupError {
  return new SetupError('storeKey', problem, 'Make one with: openssl rand -hex 32');
}
