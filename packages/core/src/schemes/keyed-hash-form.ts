/**
 * Secrets of which senders make a plain hash, before or behind the message, where others make an HMAC of both.
 *
 * A hash of this kind can be lengthened: who knows hash(secret ‖ message) knows hash(secret ‖ message ‖ padding ‖ more)
 * without the secret. Every message that is made so has the hash’s own padding in it, where the first one ended; a
 * message that has it there is refused, and nobody else’s has: the padding is 80 hex, zeros, and just that length.
 */
import { backend } from '#crypto';
import { andThen } from '../and-then.ts';
import {
  isChunks,
  joining,
  type KeyedHashAlgorithm,
  type Message,
  type MessagePiece,
  type ProofKey,
} from '../crypto/backend.ts';
import { KEYED_HASH_BYTES } from '../crypto/keyed-hash-bytes.ts';
import type { SecretForm } from '../keys/key-form.ts';
import type { MaybePromise } from '../model.ts';
import { atOnce, SLICE_BYTES, type Sliced, withPauses } from '../pause.ts';

/** A secret whose hash with the message is the signature. */
export function keyedHashForm(
  form: Omit<SecretForm, 'algorithm' | 'computed'> & { readonly algorithm: KeyedHashAlgorithm },
): SecretForm {
  const { algorithm } = form;
  return {
    ...form,
    computed: {
      signatureBytes: KEYED_HASH_BYTES[algorithm],
      createProofKey: (secret) => createKeyedHash(algorithm, Uint8Array.from(secret)),
    },
  };
}

function createKeyedHash(algorithm: KeyedHashAlgorithm, secret: Uint8Array): ProofKey {
  const digest = algorithm.startsWith('sha1') ? backend.sha1 : backend.sha256;
  const isFirst = algorithm.endsWith('first');
  const hashOf = (message: Message): MaybePromise<Uint8Array> =>
    digest(isFirst ? [secret, ...message] : [...message, secret]);
  return {
    isSlow: false,
    find: (message, signatures) =>
      andThen(wholeMessage(message), (pieces) => {
        if (pieces === undefined) return -1;
        return andThen(hashOf(pieces), (hash) =>
          andThen(indexOfHash(hash, signatures), (at) =>
            at >= 0 && isFirst
              ? andThen(isLengthened(pieces, secret.length), (isForged) => (isForged ? -1 : at))
              : at,
          ),
        );
      }),
    sign: (message) =>
      andThen(wholeMessage(message), (pieces) => {
        if (pieces) return hashOf(pieces);
        throw new Error('the message is not whole');
      }),
  };
}

/** Compares as shared tokens are: in constant time, as each runtime does it. */
function indexOfHash(hash: Uint8Array, signatures: readonly Uint8Array[]): MaybePromise<number> {
  return andThen(backend.createSecretKey('shared-token', hash), (token) => token.find([], signatures));
}

/** Text and bytes only; undefined where a part does not become whole. */
function wholeMessage(message: Message): MaybePromise<readonly (string | Uint8Array)[] | undefined> {
  return message.every(isWhole) ? message : withPauses(joining(message)).then((bytes) => bytes && [bytes]);
}

function isWhole(piece: MessagePiece): piece is string | Uint8Array {
  return !isChunks(piece);
}

/** SHA-1 and SHA-256 take 64 bytes at a time; the last of them end with the length, in 64 bits of which 32 do. */
const BLOCK_BYTES = 64;
const LENGTH_BYTES = 8;

function isLengthened(pieces: readonly (string | Uint8Array)[], secretBytes: number): MaybePromise<boolean> {
  const search = lengthened(pieces, secretBytes);
  const isShort = pieces.every(({ length }) => length < SLICE_BYTES);
  return isShort ? atOnce(search) : withPauses(search);
}

/** Between two slices. */
const SLICE_BLOCKS = 4096;

/** Whether a block of secret and message ends as a hash’s last one does. Two looks a block for nearly all of them. */
function* lengthened(pieces: readonly (string | Uint8Array)[], secretBytes: number): Sliced<boolean> {
  let length = secretBytes;
  for (const piece of pieces) length += piece.length;
  const at = (index: number): number => byteAt(pieces, index - secretBytes);
  for (let end = BLOCK_BYTES; end <= length; end += BLOCK_BYTES) {
    if (end % (SLICE_BLOCKS * BLOCK_BYTES) === 0) yield;
    const least = end - BLOCK_BYTES - LENGTH_BYTES;
    // The padding is 72 bytes long at most: three values of the length’s last byte but one can fit.
    const over = (at(end - 2) - ((least >> 5) & 0xff)) & 0xff;
    if (over > 2 || (at(end - 1) & 7) !== 0) continue;
    let bits = 0;
    for (let i = end - LENGTH_BYTES; i < end; i++) bits = bits * 256 + at(i);
    const padded = bits / 8;
    if (padded < Math.max(least, secretBytes) || padded > end - LENGTH_BYTES - 1 || at(padded) !== 0x80)
      continue;
    let zeros = padded + 1;
    while (zeros < end - LENGTH_BYTES && at(zeros) === 0) zeros++;
    if (zeros === end - LENGTH_BYTES) return true;
  }
  return false;
}

/** One byte of the pieces joined; -1 before them and beyond. */
function byteAt(pieces: readonly (string | Uint8Array)[], index: number): number {
  let start = 0;
  for (const piece of pieces) {
    const at = index - start;
    if (at < 0) return -1;
    if (at < piece.length) return typeof piece === 'string' ? piece.charCodeAt(at) : (piece[at] as number);
    start += piece.length;
  }
  return -1;
}
