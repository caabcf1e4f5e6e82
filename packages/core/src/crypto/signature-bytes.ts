/** How long signatures are. */
import { type Algorithm, MAC_BYTES, type SignatureAlgorithm } from './backend.ts';
import { KEYED_HASH_BYTES } from './keyed-hash-bytes.ts';
import {
  PUBLIC_KEY_ALGORITHMS,
  type PublicKeyAlgorithm,
  publicKeySignatureBytes,
} from './public-key-algorithms.ts';

/** By algorithm, in bytes; undefined where the length varies. */
export const SIGNATURE_BYTES: Readonly<Record<Algorithm, number | undefined>> = {
  ...MAC_BYTES,
  ...KEYED_HASH_BYTES,
  ...(Object.fromEntries(
    (Object.keys(PUBLIC_KEY_ALGORITHMS) as PublicKeyAlgorithm[]).map((name) => [
      name,
      publicKeySignatureBytes(name),
    ]),
  ) as Record<PublicKeyAlgorithm, number | undefined>),
  'shared-token': undefined,
};

/**
 * What a scheme may be declared with. A signature over SHA-1 is taken only where a sender can make no other, and says so in a scheme of its
 * own: whoever has a say in what is signed can make two messages of one hash.
 */
export const DECLARED_ALGORITHMS: readonly SignatureAlgorithm[] = (
  Object.keys(SIGNATURE_BYTES) as Algorithm[]
).filter((name): name is SignatureAlgorithm => name !== 'shared-token' && name !== 'rsa-pkcs1-sha1');
