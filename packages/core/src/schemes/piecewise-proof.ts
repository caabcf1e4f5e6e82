/** Signatures of several pieces in one: each piece of a message has its own part of the signature, and all must hold. */
import { backend } from '#crypto';
import { andThen } from '../and-then.ts';
import { MAC_BYTES, type MacAlgorithm, type Message, type ProofKey } from '../crypto/backend.ts';
import type { ComputedProof } from '../keys/key-form.ts';
import type { MaybePromise } from '../model.ts';
import { concatBytes } from '../text/bytes.ts';

/** The pieces are proved one by one, by the same key. */
export function piecewiseProof(algorithm: MacAlgorithm): ComputedProof {
  const size = MAC_BYTES[algorithm];
  return {
    signatureBytes: size,
    createProofKey: (secret) => {
      const key = backend.createSecretKey(algorithm, secret);
      return key instanceof Promise ? key.then((ready) => provesEach(ready, size)) : provesEach(key, size);
    },
  };
}

function provesEach(key: ProofKey, size: number): ProofKey {
  return {
    isSlow: false,
    find: (message, signatures) => findFrom(key, size, message, signatures, 0),
    sign: (message) => signFrom(key, message, []),
  };
}

function findFrom(
  key: ProofKey,
  size: number,
  message: Message,
  signatures: readonly Uint8Array[],
  at: number,
): MaybePromise<number> {
  const joined = signatures[at];
  if (joined === undefined) return -1;
  return andThen(holds(key, size, message, joined, 0), (isProved) =>
    isProved ? at : findFrom(key, size, message, signatures, at + 1),
  );
}

/** Whether the pieces from one on are proved, and there are as many signatures as pieces. */
function holds(
  key: ProofKey,
  size: number,
  message: Message,
  joined: Uint8Array,
  at: number,
): MaybePromise<boolean> {
  const piece = message[at];
  if (piece === undefined) return at > 0 && joined.length === at * size;
  return andThen(key.find([piece], [joined.subarray(at * size, (at + 1) * size)]), (position) =>
    position === 0 ? holds(key, size, message, joined, at + 1) : false,
  );
}

function signFrom(key: ProofKey, message: Message, signed: readonly Uint8Array[]): MaybePromise<Uint8Array> {
  const piece = message[signed.length];
  if (piece === undefined) return concatBytes(signed);
  return andThen(key.sign([piece]), (bytes) => signFrom(key, message, [...signed, bytes]));
}
