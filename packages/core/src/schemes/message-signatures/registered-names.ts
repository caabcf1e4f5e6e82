/** The names that the registries of RFC 9421 give algorithms and parameters. */
import type { MacAlgorithm, PublicKeyAlgorithm } from '../../crypto/backend.ts';

/** The names of the HTTP Signature Algorithms registry. */
export type MessageSignatureAlgorithm =
  | 'hmac-sha256'
  | 'ed25519'
  | 'ecdsa-p256-sha256'
  | 'ecdsa-p384-sha384'
  | 'rsa-pss-sha512'
  | 'rsa-v1_5-sha256';

/** The engine's name of each. */
export const MESSAGE_SIGNATURE_ALGORITHMS: Readonly<
  Record<MessageSignatureAlgorithm, MacAlgorithm | PublicKeyAlgorithm>
> = {
  'hmac-sha256': 'hmac-sha256',
  ed25519: 'ed25519',
  'ecdsa-p256-sha256': 'ecdsa-p256-sha256',
  'ecdsa-p384-sha384': 'ecdsa-p384-sha384',
  'rsa-pss-sha512': 'rsa-pss-sha512',
  'rsa-v1_5-sha256': 'rsa-pkcs1-sha256',
};

export type SignatureParameterName = 'created' | 'expires' | 'nonce' | 'alg' | 'keyid' | 'tag';

export const SIGNATURE_PARAMETERS: readonly SignatureParameterName[] = [
  'created',
  'expires',
  'nonce',
  'alg',
  'keyid',
  'tag',
];
