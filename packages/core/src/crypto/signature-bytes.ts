/** How long signatures are. */
import { type Algorithm, MAC_BYTES } from './backend.ts';
import {
  PUBLIC_KEY_ALGORITHMS,
  type PublicKeyAlgorithm,
  publicKeySignatureBytes,
} from './public-key-algorithms.ts';

/** By algorithm, in bytes; undefined where the length varies. */
export const SIGNATURE_BYTES: Readonly<Record<Algorithm, number | undefined>> = {
  ...MAC_BYTES,
  ...(Object.fromEntries(
    (Object.keys(PUBLIC_KEY_ALGORITHMS) as PublicKeyAlgorithm[]).map((name) => [
      name,
      publicKeySignatureBytes(name),
    ]),
  ) as Record<PublicKeyAlgorithm, number | undefined>),
  'shared-token': undefined,
};
