/** Secrets of which a sender signs with the digest, and not with the secret itself. */
import { backend } from '#crypto';
import { andThen } from '../and-then.ts';
import { MAC_BYTES, type MacAlgorithm } from '../crypto/backend.ts';
import type { SecretForm } from '../keys/key-form.ts';

export type KeyDigest = 'sha1' | 'sha256';

export const KEY_DIGESTS: readonly KeyDigest[] = ['sha1', 'sha256'];

/** A secret whose digest, in bytes, is the key of an HMAC. */
export function digestedKeyForm(
  form: Omit<SecretForm, 'algorithm' | 'computed'> & { readonly algorithm: MacAlgorithm },
  digest: KeyDigest,
): SecretForm {
  const { algorithm } = form;
  return {
    ...form,
    computed: {
      signatureBytes: MAC_BYTES[algorithm],
      createProofKey: (secret) =>
        andThen(digest === 'sha1' ? backend.sha1([secret]) : backend.sha256([secret]), (key) =>
          backend.createSecretKey(algorithm, key),
        ),
    },
  };
}
