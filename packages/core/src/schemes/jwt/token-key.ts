/** A public or private key that proves tokens, from a JWK (RFC 7517) or DER: judged at once, imported by jose when it is used. */
import type { CryptoKey, JWK, JWSHeaderParameters } from 'jose';
import type { ProofKey } from '../../crypto/backend.ts';
import { SetupError } from '../../setup-error.ts';
import { decodeBase64url, encodeBase64, encodeBase64url } from '../../text/bytes.ts';
import { type KeyType, PUBLIC_KEY_JWT, type PublicKeyJwtAlgorithm } from './algorithms.ts';
import { bitLength, type KeyDerInfo, readKeyDer } from './key-info.ts';
import { parseSegment } from './token-text.ts';

export interface TokenKey {
  readonly type: KeyType;
  /** The JWK's own id; a token that names another is not tried with this key. */
  readonly kid?: string;
  readonly isPrivate: boolean;
  /** Whether it may prove tokens of that algorithm: its type, and what its JWK says of `alg`, `use`, `key_ops`. */
  fits(algorithm: PublicKeyJwtAlgorithm): boolean;
  proof(algorithm: PublicKeyJwtAlgorithm): ProofKey;
}

/** RFC 7518 §3.3: at least 2048. Above 8192 a verification costs a millisecond and more. */
const RSA_BITS = { least: 2048, most: 8192 };

/** 65537 takes 3; a large one makes a verification as costly as a signature. */
const MAX_EXPONENT_BYTES = 8;

const CURVE_BYTES: Readonly<Record<string, number>> = { 'P-256': 32, 'P-384': 48, 'P-521': 66 };

const PUBLIC_MEMBERS = ['kty', 'crv', 'n', 'e', 'x', 'y'];
const PRIVATE_MEMBERS = [...PUBLIC_MEMBERS, 'd', 'p', 'q', 'dp', 'dq', 'qi'];

/** A key from a JWK; a text that says why it is none. */
export function tokenKeyOfJwk(jwk: Readonly<Record<string, unknown>>): TokenKey | string {
  const type = typeOfJwk(jwk);
  if (typeof type === 'string') return type;
  const { kid, alg, use, key_ops: operations } = jwk;
  const isPrivate = jwk['d'] !== undefined;
  const fault = judgeOperations(operations);
  if (fault) return fault;
  const mayProve =
    (use === undefined || use === 'sig') &&
    (!Array.isArray(operations) || operations.includes('verify') || operations.includes('sign'));
  return {
    type,
    ...(typeof kid === 'string' && { kid }),
    isPrivate,
    fits: (algorithm) => mayProve && (alg === undefined || alg === algorithm) && isOfType(type, algorithm),
    proof: (algorithm) =>
      createProof(algorithm, {
        publicKey: async () => importJwk(pick(jwk, PUBLIC_MEMBERS), algorithm),
        ...(isPrivate && { privateKey: async () => importJwk(pick(jwk, PRIVATE_MEMBERS), algorithm) }),
      }),
  };
}

/** A key from SubjectPublicKeyInfo or PKCS#8; a text that says why it is none. */
export function tokenKeyOfDer(der: Uint8Array): TokenKey | string {
  const info = readKeyDer(der);
  if (!info) return 'it is no RSA, EC (P-256, P-384, P-521) or Ed25519 key';
  const fault = info.modulusBits === undefined ? undefined : judgeModulus(info.modulusBits);
  if (fault) return fault;
  return {
    type: info,
    isPrivate: info.kind === 'private',
    fits: (algorithm) => isOfType(info, algorithm),
    proof: (algorithm) => createProof(algorithm, importersOfDer(der, info, algorithm)),
  };
}

function typeOfJwk(jwk: Readonly<Record<string, unknown>>): KeyType | string {
  const { kty, crv, n, e, x, y } = jwk;
  if (kty === 'RSA') {
    const modulus = bytesOf(n);
    const exponent = bytesOf(e);
    if (!modulus || !exponent) return 'its n or e is no base64url';
    if (exponent.length > MAX_EXPONENT_BYTES) return 'its e is too large';
    return judgeModulus(bitLength(modulus)) ?? { kty };
  }
  if (kty === 'EC') {
    const length = typeof crv === 'string' ? CURVE_BYTES[crv] : undefined;
    if (length === undefined) return 'its curve is none of P-256, P-384, P-521';
    if (bytesOf(x)?.length !== length || bytesOf(y)?.length !== length)
      return `its x or y is no base64url of ${length} bytes`;
    return { kty, crv: crv as string };
  }
  if (kty === 'OKP') {
    if (crv !== 'Ed25519') return 'its curve is not Ed25519';
    return bytesOf(x)?.length === 32 ? { kty, crv } : 'its x is no base64url of 32 bytes';
  }
  return 'its kty is none of RSA, EC, OKP';
}

function bytesOf(value: unknown): Uint8Array | undefined {
  return typeof value === 'string' && value !== '' ? decodeBase64url(value) : undefined;
}

function judgeOperations(operations: unknown): string | undefined {
  return operations === undefined || Array.isArray(operations) ? undefined : 'its key_ops is no list';
}

function judgeModulus(bits: number): string | undefined {
  if (bits < RSA_BITS.least)
    return `an RSA key must have at least ${RSA_BITS.least} bits, and it has ${bits}`;
  return bits > RSA_BITS.most
    ? `an RSA key of ${bits} bits is too costly: at most ${RSA_BITS.most}`
    : undefined;
}

function isOfType({ kty, crv }: KeyType, algorithm: PublicKeyJwtAlgorithm): boolean {
  const wanted = PUBLIC_KEY_JWT[algorithm];
  return kty === wanted.kty && crv === wanted.crv;
}

function pick(jwk: Readonly<Record<string, unknown>>, members: readonly string[]): JWK {
  return Object.fromEntries(members.flatMap((name) => (jwk[name] === undefined ? [] : [[name, jwk[name]]])));
}

interface Importers {
  readonly publicKey: () => Promise<CryptoKey>;
  readonly privateKey?: () => Promise<CryptoKey>;
}

async function importJwk(jwk: JWK, algorithm: PublicKeyJwtAlgorithm): Promise<CryptoKey> {
  const { importJWK } = await import('jose');
  return (await importJWK(jwk, algorithm)) as CryptoKey;
}

function importersOfDer(der: Uint8Array, { kind }: KeyDerInfo, algorithm: PublicKeyJwtAlgorithm): Importers {
  const label = kind === 'public' ? 'PUBLIC KEY' : 'PRIVATE KEY';
  const pem = `-----BEGIN ${label}-----\n${encodeBase64(der)}\n-----END ${label}-----`;
  if (kind === 'public') {
    return { publicKey: async () => (await import('jose')).importSPKI(pem, algorithm) };
  }
  return {
    privateKey: async () => (await import('jose')).importPKCS8(pem, algorithm),
    // WebCrypto verifies with a public key only, and derives none: the private key’s JWK holds it.
    async publicKey() {
      const { exportJWK, importPKCS8 } = await import('jose');
      const jwk = await exportJWK(await importPKCS8(pem, algorithm, { extractable: true }));
      return importJwk(pick({ ...jwk }, PUBLIC_MEMBERS), algorithm);
    },
  };
}

/** Imports at the first use, once; jose is loaded then, so that a gate of secrets never waits for it. */
function createProof(algorithm: PublicKeyJwtAlgorithm, importers: Importers): ProofKey {
  let publicKey: Promise<CryptoKey> | undefined;
  let privateKey: Promise<CryptoKey> | undefined;
  const imported = (load: () => Promise<CryptoKey>): Promise<CryptoKey> =>
    load().catch(() => {
      // The runtime’s own words may quote the key: only our own pass.
      throw new SetupError('keys', `a key is none for ${algorithm}`, 'Compare it with the issuer’s page.');
    });
  return {
    async find(message, signatures) {
      publicKey ??= imported(importers.publicKey);
      const key = await publicKey;
      const { flattenedVerify } = await import('jose');
      const [protectedHeader = '', payload = ''] = String(message[0]).split('.');
      for (const [i, one] of signatures.entries()) {
        const token = { protected: protectedHeader, payload, signature: encodeBase64url(one) };
        try {
          await flattenedVerify(token, key, { algorithms: [algorithm] });
          return i;
        } catch (error) {
          if ((error as { code?: unknown }).code !== 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED') throw error;
        }
      }
      return -1;
    },
    async sign(message) {
      if (!importers.privateKey) throw new Error('a public key cannot sign');
      privateKey ??= imported(importers.privateKey);
      const key = await privateKey;
      const { FlattenedSign } = await import('jose');
      const [header = '', payload = ''] = String(message[0]).split('.');
      // jose writes the header anew, by JSON.stringify, as the scheme did: the same text.
      const { signature } = await new FlattenedSign(decodeBase64url(payload) as Uint8Array)
        .setProtectedHeader(parseSegment(header) as JWSHeaderParameters & { alg: string })
        .sign(key);
      return decodeBase64url(signature) as Uint8Array;
    },
  };
}
