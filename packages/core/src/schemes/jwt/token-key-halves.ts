/** Whether the private half of a key for tokens belongs to its public half. */
import { createSignatureKey } from '#signatures';
import { KeyFault } from '../../crypto/backend.ts';
import type { CurveName } from '../../crypto/curve-points.ts';
import type { AsymmetricKey } from '../../crypto/key-der.ts';
import { ecHalvesFault, type RsaNumbers, rsaHalvesFault } from '../../crypto/key-halves.ts';
import type { MaybePromise } from '../../model.ts';
import { concatBytes } from '../../text/bytes.ts';

/** Why the halves do not belong together; undefined where they do. A promise where this runtime cannot tell at once. */
export type HalvesFault = MaybePromise<string | undefined>;

/**
 * The same for a private JWK.
 * @param crv of EC and OKP
 * @param numbers its members, decoded.
 */
export function jwkHalvesFault(
  kty: AsymmetricKey['type']['kty'],
  crv: string | undefined,
  numbers: Readonly<Record<string, Uint8Array>>,
): HalvesFault {
  if (kty === 'RSA') return rsaHalvesFault(numbers as RsaNumbers);
  const { d, x, y } = numbers as Readonly<Record<'d' | 'x' | 'y', Uint8Array>>;
  return kty === 'EC' ? ecHalvesFault(crv as CurveName, { d, x, y }) : ed25519HalvesFault(d, x);
}

/** For a key that `readKeyDer` has read, which has judged RSA and EC. */
export function derHalvesFault({ type, spki, pkcs8 }: AsymmetricKey): HalvesFault {
  // Either ends with its 32 bytes (RFC 8410 §4, §7).
  return type.kty === 'OKP' && spki && pkcs8
    ? ed25519HalvesFault(pkcs8.subarray(-32), spki.subarray(-32))
    : undefined;
}

function ed25519HalvesFault(seed: Uint8Array, publicKey: Uint8Array): HalvesFault {
  if (seed.length !== 32) return `an Ed25519 private key has 32 bytes, and this has ${seed.length}`;
  try {
    const key = createSignatureKey('ed25519', {
      kind: 'private',
      format: 'raw',
      bytes: concatBytes([seed, publicKey]),
    });
    return key instanceof Promise ? key.then(() => undefined, faultOf) : undefined;
  } catch (error) {
    return faultOf(error);
  }
}

/** What else a runtime has against a key shows when it is imported. */
function faultOf(error: unknown): string | undefined {
  return error instanceof KeyFault ? error.message : undefined;
}
