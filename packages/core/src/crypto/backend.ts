/**
 * What the engine asks of a runtime's cryptography. `#crypto` resolves to `node.ts` (synchronous) or `web.ts`; what keys
 * of two halves take, `#signatures`, to `node-signatures.ts` or `web-signatures.ts`: a gate of secrets loads none of it.
 */
import type { MaybePromise } from '../model.ts';
import { atOnce, type Sliced } from '../pause.ts';
import type { PublicKeyAlgorithm } from './public-key-algorithms.ts';

export type MacAlgorithm = 'hmac-sha1' | 'hmac-sha256' | 'hmac-sha384' | 'hmac-sha512';

/** A plain hash of the secret and the message joined, the secret before or behind it: no HMAC. */
export type KeyedHashAlgorithm = `${'sha1' | 'sha256'}-secret-${'first' | 'last'}`;

export type { PublicKeyAlgorithm } from './public-key-algorithms.ts';

/** `shared-token` compares the proof with the secret itself. */
export type Algorithm = SignatureAlgorithm | 'shared-token';

/** What signs. */
export type SignatureAlgorithm = MacAlgorithm | KeyedHashAlgorithm | PublicKeyAlgorithm;

/** Bytes that are made while they are read, because together they can be several times the body. */
export interface Chunks {
  /** Of what they are made from: about how long they are. At least `SLICE_BYTES`. */
  readonly length: number;
  /**
   * Makes them, each time anew; a chunk is good until the next is asked for.
   * @returns whether the text is whole: where it is not, it proves nothing.
   */
  make(): Generator<Uint8Array, boolean>;
}

export type MessagePiece = string | Uint8Array | Chunks;

/** The bytes that a proof covers, in pieces. A string is a byte string: one char (≤ U+00FF) a byte. */
export type Message = readonly MessagePiece[];

/** A key's bytes, and what they are. */
export type KeyMaterial = { readonly kind: 'secret'; readonly bytes: Uint8Array } | PublicKeyMaterial;

/** `raw` is Ed25519 only: 32 bytes, or 64 of a private key and its public one. Otherwise DER, which says itself what it is. */
export interface PublicKeyMaterial {
  readonly kind: 'public' | 'private';
  readonly format: 'raw' | 'der';
  readonly bytes: Uint8Array;
}

/** One key, ready to prove: no method shows its bytes. */
export interface ProofKey {
  /** Whether one signature costs as much as a MAC of 100 KB and more: public keys. */
  readonly isSlow: boolean;
  /** Position of the first signature that proves the message, or -1; compared in constant time. */
  find(message: Message, signatures: readonly Uint8Array[]): MaybePromise<number>;
  /** @throws KeyFault for a public key. */
  sign(message: Message): MaybePromise<Uint8Array>;
}

/** Why material is no key, or not for this, in words of our own: a runtime’s may quote the key. */
export class KeyFault extends Error {
  override readonly name: string = 'KeyFault';
}

export interface CryptoBackend {
  /** @throws KeyFault for an algorithm whose keys are no secrets, and for a keyed hash, which `keyedHashForm` brings. */
  createSecretKey(algorithm: Algorithm, secret: Uint8Array): MaybePromise<ProofKey>;
  /** For senders that have nothing better. */
  sha1(message: Message): MaybePromise<Uint8Array>;
  sha256(message: Message): MaybePromise<Uint8Array>;
  sha512(message: Message): MaybePromise<Uint8Array>;
  randomBytes(length: number): Uint8Array;
}

/** Length of a MAC in bytes. */
export const MAC_BYTES: Readonly<Record<MacAlgorithm, number>> = {
  'hmac-sha1': 20,
  'hmac-sha256': 32,
  'hmac-sha384': 48,
  'hmac-sha512': 64,
};

export function isMac(algorithm: Algorithm): algorithm is MacAlgorithm {
  return algorithm.startsWith('hmac-');
}

export function isChunks(part: MessagePiece): part is Chunks {
  return typeof part !== 'string' && 'make' in part;
}

/** All bytes of a message; undefined where a part does not become whole. May be the message’s own bytes. */
export function joinMessage(message: Message): Uint8Array | undefined {
  return atOnce(joining(message));
}

/** The same in slices, each of one chunk: what has none is joined at once. */
export function* joining(message: Message): Sliced<Uint8Array | undefined> {
  const [only] = message;
  if (message.length === 1 && only instanceof Uint8Array) return only;
  const parts: (string | Uint8Array)[] = [];
  for (const part of message) {
    if (!isChunks(part)) {
      parts.push(part);
      continue;
    }
    const making = part.make();
    let next = making.next();
    for (; !next.done; next = making.next()) {
      parts.push(next.value.slice());
      yield;
    }
    if (!next.value) return undefined;
  }
  let length = 0;
  for (const part of parts) length += part.length;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    if (typeof part === 'string') for (let i = 0; i < part.length; i++) bytes[at + i] = part.charCodeAt(i);
    else bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
