/** Signatures by the right key over another digest than the gate’s algorithm has: RSA and ECDSA, by WebCrypto, which knows each. */
import type { Message } from '../crypto/backend.ts';
import { derToRaw } from '../crypto/ecdsa-der.ts';
import { CURVE_BYTES, DIGEST_BYTES, PUBLIC_KEY_ALGORITHMS } from '../crypto/public-key-algorithms.ts';
import { soundKey } from '../crypto/sound-key.ts';
import { copy, joined } from '../crypto/web-bytes.ts';
import type { DigestName } from './digests.ts';
import type { GateKey } from './other-proof.ts';

const HASHES = [
  ['sha1', 'SHA-1'],
  ['sha256', 'SHA-256'],
  ['sha512', 'SHA-512'],
  ['sha384', 'SHA-384'],
] as const satisfies readonly (readonly [DigestName, string])[];

interface DigestProof {
  /** Which signature it is. */
  readonly at: number;
  readonly digest: DigestName;
}

export async function publicKeyProof(
  key: GateKey,
  message: Message,
  signatures: readonly Uint8Array[],
): Promise<DigestProof | undefined> {
  const { form, material } = key;
  if (form.kind === 'secret' || material.kind === 'secret') return undefined;
  const { spki } = soundKey(form.algorithm, material);
  const bytes = spki && (await joined(message));
  if (!spki || !bytes) return undefined;
  for (const [digest, hash] of HASHES) {
    const verify = await verifier(key, spki, hash);
    for (const [at, signature] of signatures.entries())
      if (verify && (await verify(signature, bytes))) return { at, digest };
  }
  return undefined;
}

type Verify = (signature: Uint8Array, bytes: Uint8Array<ArrayBuffer>) => Promise<boolean>;

/** Undefined where the algorithm is Ed25519, or its digest is that one. */
async function verifier({ form }: GateKey, spki: Uint8Array, hash: string): Promise<Verify | undefined> {
  if (form.kind === 'secret') return undefined;
  const parts = PUBLIC_KEY_ALGORITHMS[form.algorithm];
  if (parts.family === 'ed25519' || hash === `SHA-${8 * DIGEST_BYTES[parts.digest]}`) return undefined;
  const { subtle } = crypto;
  if (parts.family === 'ecdsa') {
    const parameters = { name: 'ECDSA', namedCurve: parts.curve };
    const key = await subtle.importKey('spki', copy(spki), parameters, false, ['verify']);
    const size = CURVE_BYTES[parts.curve];
    return async (signature, bytes) => {
      const raw = signature.length === 2 * size ? copy(signature) : derToRaw(signature, size);
      return raw !== undefined && subtle.verify({ name: 'ECDSA', hash }, key, raw, bytes);
    };
  }
  const name = 'RSASSA-PKCS1-v1_5';
  const key = await subtle.importKey('spki', copy(spki), { name, hash }, false, ['verify']);
  return (signature, bytes) => subtle.verify(name, key, copy(signature), bytes);
}
