/** Node's cryptography: signatures by public and private keys. */
import { constants, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import type { MaybePromise } from '../model.ts';
import { pause, withPauses } from '../pause.ts';
import {
  isChunks,
  joining,
  joinMessage,
  KeyFault,
  type Message,
  type ProofKey,
  type PublicKeyAlgorithm,
  type PublicKeyMaterial,
} from './backend.ts';
import { NO_PAIR } from './key-halves.ts';
import { PUBLIC_KEY_ALGORITHMS } from './public-key-algorithms.ts';
import { soundKey, TRIAL } from './sound-key.ts';

interface SignatureOptions {
  readonly digest: string | null;
  readonly options: {
    readonly dsaEncoding?: 'ieee-p1363' | 'der';
    readonly padding?: number;
    readonly saltLength?: number;
  };
}

function signatureOptions(algorithm: PublicKeyAlgorithm): SignatureOptions {
  const parts = PUBLIC_KEY_ALGORITHMS[algorithm];
  switch (parts.family) {
    case 'ed25519':
      return { digest: null, options: {} };
    case 'ecdsa':
      return {
        digest: parts.digest,
        options: { dsaEncoding: parts.form === 'der' ? 'der' : 'ieee-p1363' },
      };
    case 'rsa-pkcs1':
      return { digest: parts.digest, options: { padding: constants.RSA_PKCS1_PADDING } };
    case 'rsa-pss': {
      const { RSA_PKCS1_PSS_PADDING: padding, RSA_PSS_SALTLEN_DIGEST: saltLength } = constants;
      return { digest: parts.digest, options: { padding, saltLength } };
    }
  }
}

/** @throws KeyFault where the key is none of the algorithm, or its two halves do not belong together. */
export function createSignatureKey(algorithm: PublicKeyAlgorithm, material: PublicKeyMaterial): ProofKey {
  const { digest, options } = signatureOptions(algorithm);
  const { spki, pkcs8 } = soundKey(algorithm, material);
  const privateKey = pkcs8 && createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' });
  const publicKey = spki
    ? createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
    : createPublicKey(privateKey as KeyObject);
  if (privateKey && spki) {
    const signature = sign(digest, TRIAL, { key: privateKey, ...options });
    if (!verify(digest, TRIAL, { key: publicKey, ...options }, signature)) throw new KeyFault(NO_PAIR);
  }
  const proves = (bytes: Uint8Array, signature: Uint8Array): boolean =>
    verify(digest, bytes, { key: publicKey, ...options }, signature);

  return {
    isSlow: true,
    find(message, signatures) {
      const find = (bytes: Uint8Array | undefined): MaybePromise<number> => {
        const [first] = signatures;
        if (!bytes || !first) return -1;
        if (proves(bytes, first)) return 0;
        return signatures.length === 1 ? -1 : findRest(signatures, (signature) => proves(bytes, signature));
      };
      const joined = joinInSlices(message);
      return joined instanceof Promise ? joined.then(find) : find(joined);
    },
    sign(message) {
      if (privateKey === undefined) throw new KeyFault('a public key cannot sign');
      const signBytes = (bytes: Uint8Array | undefined): Uint8Array =>
        Uint8Array.from(sign(digest, bytes as Uint8Array, { key: privateKey, ...options }));
      const joined = joinInSlices(message);
      return joined instanceof Promise ? joined.then(signBytes) : signBytes(joined);
    },
  };
}

/** All bytes; what is made in chunks, with a pause after each. */
function joinInSlices(message: Message): MaybePromise<Uint8Array | undefined> {
  return message.some(isChunks) ? withPauses(joining(message)) : joinMessage(message);
}

/** The first that proves, from the second on, each in a turn of its own. */
async function findRest(
  signatures: readonly Uint8Array[],
  proves: (signature: Uint8Array) => boolean,
): Promise<number> {
  for (let i = 1; i < signatures.length; i++) {
    await pause();
    if (proves(signatures[i] as Uint8Array)) return i;
  }
  return -1;
}
