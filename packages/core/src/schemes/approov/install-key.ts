/** The installation’s public key, which Approov vouches for in the token’s claim `ipk`. */
import { createSignatureKey } from '#signatures';
import { KeyFault, type ProofKey } from '../../crypto/backend.ts';
import { type Objection, objection } from '../../objection.ts';
import { decodeBase64 } from '../../text/encodings.ts';

export interface InstallKey {
  readonly proof: ProofKey;
  /** Keeps one installation’s nonces apart from another’s. */
  readonly scope: string;
}

const ASK_FOR_KEY =
  'Turn installation message signing on in the Approov account, or set the gate’s signer to account.';

/** A P-256 key takes 124 characters; a longer text is refused before it is decoded. */
const MAX_KEY_CHARS = 256;

/** Reads base64 of a DER SubjectPublicKeyInfo of a P-256 key. */
export async function readInstallKey(claim: unknown): Promise<InstallKey | Objection> {
  if (claim === undefined) return objection('missing-claim', 'the token has no claim ipk', ASK_FOR_KEY);
  const bytes = typeof claim === 'string' && claim.length <= MAX_KEY_CHARS ? decodeBase64(claim) : undefined;
  if (!bytes) return malformed();
  try {
    const material = { kind: 'public', format: 'der', bytes } as const;
    return { proof: await createSignatureKey('ecdsa-p256-sha256', material), scope: `install\0${claim}` };
  } catch (error) {
    if (error instanceof KeyFault) return malformed();
    throw error;
  }
}

function malformed(): Objection {
  return objection(
    'malformed-token',
    'the token’s claim ipk is not a P-256 key as base64 of its DER',
    ASK_FOR_KEY,
  );
}
