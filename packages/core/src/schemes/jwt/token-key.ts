/** A public or private key that proves tokens, from a JWK (RFC 7517) or DER: judged at once, imported by jose when it is used. */
import type { CryptoKey, JWK, JWSHeaderParameters } from 'jose';
import { KeyFault, type Message, type ProofKey } from '../../crypto/backend.ts';
import { coordinateBytes, isOnCurve } from '../../crypto/curve-points.ts';
import { type AsymmetricKey, ed25519Fault, type KeyType } from '../../crypto/key-der.ts';
import { strengthOf } from '../../crypto/key-strength.ts';
import type { PssLimits } from '../../crypto/pss-parameters.ts';
import { bitLength, rsaFault } from '../../crypto/rsa.ts';
import { type Jwk, jwkUseFault } from '../../keys/jwk.ts';
import type { KeyWarning } from '../../keys/key-warning.ts';
import { SetupError } from '../../setup-error.ts';
import { decodeBase64url, encodeBase64, encodeBase64url } from '../../text/encodings.ts';
import { MOST_RSA_BITS, PUBLIC_KEY_JWT, type PublicKeyJwtAlgorithm } from './algorithms.ts';
import { derHalvesFault, type HalvesFault, jwkHalvesFault } from './token-key-halves.ts';
import { parseSegment } from './token-text.ts';

export interface TokenKey {
  readonly type: KeyType;
  /** The JWK's own id; a token that names another is not tried with this key. */
  readonly kid?: string;
  readonly isPrivate: boolean;
  readonly strengthBits: number;
  /** Whether it may prove tokens of that algorithm: its type, and what its JWK says of `alg`, `use`, `key_ops`. */
  fits(algorithm: PublicKeyJwtAlgorithm): boolean;
  /** @param report is told once where the runtime does not take the key, which then proves nothing. */
  proof(algorithm: PublicKeyJwtAlgorithm, report?: (warning: KeyWarning) => void): ProofKey;
}

/** Of a key that comes with a request, in a DPoP proof: whoever holds a token chooses what it costs. */
const MOST_SENDERS_RSA_BITS = 4096;

const PUBLIC_MEMBERS = ['kty', 'crv', 'n', 'e', 'x', 'y'];
const PRIVATE_HALF = ['d', 'p', 'q', 'dp', 'dq', 'qi'];
const PRIVATE_MEMBERS = [...PUBLIC_MEMBERS, ...PRIVATE_HALF];

/** What the private members of each type must be, beside those of the public key (RFC 7518 §6). */
const PRIVATE_NUMBERS: Readonly<Record<KeyType['kty'], readonly string[]>> = {
  RSA: PRIVATE_HALF,
  EC: ['d'],
  OKP: ['d'],
};

/**
 * A key from a JWK; a text that says why it is none.
 * @param isSenders whether it came with a request: whether a point is on its curve is left to the import then.
 */
export function tokenKeyOfJwk(jwk: Jwk, isSenders = false): TokenKey | string {
  const type = typeOfJwk(jwk, isSenders);
  if (typeof type === 'string') return type;
  const { kid, alg } = jwk;
  const isPrivate = isPrivateJwk(jwk);
  if (isPrivate && !PRIVATE_NUMBERS[type.kty].every((name) => bytesOf(jwk[name]))) {
    return `its private members are not all there: ${PRIVATE_NUMBERS[type.kty].join(', ')} in base64url`;
  }
  if (jwk['key_ops'] !== undefined && !Array.isArray(jwk['key_ops'])) return 'its key_ops is not a list';
  const halves = isPrivate && !isSenders ? jwkHalvesFault(type.kty, type.crv, numbersOf(jwk)) : undefined;
  if (typeof halves === 'string') return halves;
  const mayProve = jwkUseFault(jwk) === undefined;
  return {
    type,
    ...(typeof kid === 'string' && { kid }),
    isPrivate,
    strengthBits: strengthOf(type, bitLength(bytesOf(jwk['n']) ?? NO_BYTES)),
    fits: (algorithm) =>
      mayProve && (alg === undefined || sameName(alg) === sameName(algorithm)) && isOfType(type, algorithm),
    proof(algorithm, report) {
      const importers = {
        publicKey: async () => importJwk(pick(jwk, PUBLIC_MEMBERS), algorithm),
        ...(isPrivate && { privateKey: async () => importJwk(pick(jwk, PRIVATE_MEMBERS), algorithm) }),
      };
      return createProof(algorithm, importers, halves, report);
    },
  };
}

const NO_BYTES: Uint8Array = new Uint8Array(0);

export function isPrivateJwk(jwk: Jwk): boolean {
  return jwk['d'] !== undefined;
}

/** The same key without its private half. */
export function publicJwk(jwk: Jwk): Jwk {
  return Object.fromEntries(Object.entries(jwk).filter(([name]) => !PRIVATE_HALF.includes(name)));
}

/** The names EdDSA and Ed25519 mean the same here (RFC 9864 §2.2), because no key of Ed448 is taken. */
function sameName(algorithm: unknown): unknown {
  return algorithm === 'EdDSA' ? 'Ed25519' : algorithm;
}

/** Makes a key for tokens of one read from SubjectPublicKeyInfo or PKCS#8. Returns a text that says why where it cannot be one. */
export function tokenKeyOf(key: AsymmetricKey | string): TokenKey | string {
  if (typeof key === 'string') return key;
  const { type, pss, modulusBits = 0 } = key;
  if (modulusBits > MOST_RSA_BITS) return tooCostly(modulusBits);
  const halves = derHalvesFault(key);
  if (typeof halves === 'string') return halves;
  return {
    type,
    isPrivate: key.pkcs8 !== undefined,
    strengthBits: strengthOf(type, modulusBits),
    fits: (algorithm) => isOfType(type, algorithm) && allows(pss, algorithm),
    proof: (algorithm, report) => createProof(algorithm, importersOf(key, algorithm), halves, report),
  };
}

/** Whether a key for RSASSA-PSS only is for that algorithm: `PS512` has SHA-512, and a salt as long. */
function allows(pss: PssLimits | undefined, algorithm: PublicKeyJwtAlgorithm): boolean {
  if (!pss) return true;
  const bits = algorithm.slice(2);
  return (
    algorithm.startsWith('PS') &&
    pss.saltBytes <= Number(bits) / 8 &&
    (pss.digest ?? `sha${bits}`) === `sha${bits}`
  );
}

function tooCostly(bits: number): string {
  return `an RSA key of ${bits} bits is too costly: at most ${MOST_RSA_BITS}`;
}

function typeOfJwk(jwk: Jwk, isSenders: boolean): KeyType | string {
  const { kty, crv, n, e, x, y } = jwk;
  if (kty === 'RSA') {
    const modulus = bytesOf(n);
    const exponent = bytesOf(e);
    if (!modulus || !exponent) return 'its n or e is not base64url';
    return rsaFault(modulus, exponent, isSenders ? MOST_SENDERS_RSA_BITS : MOST_RSA_BITS) ?? { kty };
  }
  if (kty === 'EC') {
    const length = coordinateBytes(crv);
    if (length === undefined) return 'its curve is none of P-256, P-384, P-521';
    const [xBytes, yBytes] = [bytesOf(x), bytesOf(y)];
    if (xBytes?.length !== length || yBytes?.length !== length)
      return `its x or y is not base64url of ${length} bytes`;
    return isSenders || isOnCurve(crv as string, xBytes, yBytes)
      ? { kty, crv: crv as string }
      : `its x and y are not a point of ${crv as string}`;
  }
  if (kty === 'OKP') {
    if (crv !== 'Ed25519') return 'its curve is not Ed25519';
    const xBytes = bytesOf(x);
    if (xBytes?.length !== 32) return 'its x is not base64url of 32 bytes';
    return ed25519Fault(xBytes) ?? { kty, crv };
  }
  return 'its kty is none of RSA, EC, OKP';
}

function bytesOf(value: unknown): Uint8Array | undefined {
  return typeof value === 'string' && value !== '' ? decodeBase64url(value) : undefined;
}

/** The numbers that a JWK has, decoded. */
function numbersOf(jwk: Jwk): Readonly<Record<string, Uint8Array>> {
  const members = PRIVATE_MEMBERS.map((name) => [name, bytesOf(jwk[name])] as const);
  return Object.fromEntries(members.filter(([, bytes]) => bytes !== undefined)) as Record<string, Uint8Array>;
}

function isOfType({ kty, crv }: KeyType, algorithm: PublicKeyJwtAlgorithm): boolean {
  const type = PUBLIC_KEY_JWT[algorithm];
  return kty === type.kty && crv === type.crv;
}

function pick(jwk: Jwk, members: readonly string[]): JWK {
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

function importersOf({ spki, pkcs8 }: AsymmetricKey, algorithm: PublicKeyJwtAlgorithm): Importers {
  const privateKey = pkcs8 && pemOf('PRIVATE KEY', pkcs8);
  return {
    ...(privateKey !== undefined && {
      privateKey: async () => (await import('jose')).importPKCS8(privateKey, algorithm),
    }),
    // WebCrypto verifies with a public key only, and derives none: the private key’s JWK holds it.
    async publicKey() {
      const { exportJWK, importPKCS8, importSPKI } = await import('jose');
      if (spki) return importSPKI(pemOf('PUBLIC KEY', spki), algorithm);
      const jwk = await exportJWK(await importPKCS8(privateKey as string, algorithm, { extractable: true }));
      return importJwk(pick({ ...jwk }, PUBLIC_MEMBERS), algorithm);
    },
  };
}

function pemOf(label: string, der: Uint8Array): string {
  return `-----BEGIN ${label}-----\n${encodeBase64(der)}\n-----END ${label}-----`;
}

/** A public key's proof: each half of the key is imported at its first use, once. */
interface ImportedKey {
  readonly algorithm: PublicKeyJwtAlgorithm;
  readonly importers: Importers;
  readonly halves: HalvesFault;
  readonly report: (warning: KeyWarning) => void;
  publicKey: Promise<CryptoKey | string> | undefined;
  privateKey: Promise<CryptoKey | string> | undefined;
}

/** jose is loaded at the first use, so that a gate of secrets never waits for it. */
function createProof(
  algorithm: PublicKeyJwtAlgorithm,
  importers: Importers,
  halves: HalvesFault,
  report: (warning: KeyWarning) => void = () => {},
): ProofKey {
  const key: ImportedKey = {
    algorithm,
    importers,
    halves,
    report,
    publicKey: undefined,
    privateKey: undefined,
  };
  return {
    isSlow: true,
    find: (message, signatures) => findSignature(key, message, signatures),
    sign: (message) => signToken(key, message),
  };
}

/** The key, or why it is none. */
async function importHalf(
  { algorithm, halves, report }: ImportedKey,
  load: () => Promise<CryptoKey>,
): Promise<CryptoKey | string> {
  // What cannot be loaded says nothing of the key: such a failure is the program's, and goes on.
  await import('jose');
  // The runtime’s own words may quote the key: only our own pass.
  const half =
    (await halves) ?? (await load().catch(() => `this runtime takes the key as none for ${algorithm}`));
  if (typeof half === 'string') report({ code: 'unusable', fault: half });
  return half;
}

async function findSignature(
  key: ImportedKey,
  message: Message,
  signatures: readonly Uint8Array[],
): Promise<number> {
  key.publicKey ??= importHalf(key, key.importers.publicKey);
  const publicKey = await key.publicKey;
  if (typeof publicKey === 'string') return -1;
  // A token is one text; what a detached signature covers comes in pieces.
  if (message.length > 1) {
    const { findByWebCrypto } = await import('./verify-bytes.ts');
    return findByWebCrypto(key.algorithm, publicKey, message, signatures);
  }
  const { flattenedVerify } = await import('jose');
  const text = String(message[0]);
  const dot = text.indexOf('.');
  const signed = { protected: text.slice(0, dot), payload: text.slice(dot + 1) };
  for (const [i, signature] of signatures.entries()) {
    const token = { ...signed, signature: encodeBase64url(signature) };
    try {
      await flattenedVerify(token, publicKey, { algorithms: [key.algorithm] });
      return i;
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED') throw error;
    }
  }
  return -1;
}

async function signToken(key: ImportedKey, message: Message): Promise<Uint8Array> {
  const { algorithm, importers } = key;
  if (!importers.privateKey) throw new KeyFault('a public key cannot sign');
  key.privateKey ??= importHalf(key, importers.privateKey);
  const privateKey = await key.privateKey;
  if (typeof privateKey === 'string')
    throw new SetupError('keys', privateKey, 'Compare it with the issuer’s page.');
  const { FlattenedSign } = await import('jose');
  const text = String(message[0]);
  const dot = text.indexOf('.');
  // jose writes the header anew, by JSON.stringify, as the scheme did: the same text.
  const { signature } = await new FlattenedSign(decodeBase64url(text, dot + 1) as Uint8Array)
    .setProtectedHeader(writtenHeader(text.slice(0, dot), algorithm))
    .sign(privateKey);
  return decodeBase64url(signature) as Uint8Array;
}

/** The header of a token that the scheme has written. */
function writtenHeader(segment: string, alg: string): JWSHeaderParameters & { alg: string } {
  const header = parseSegment({ text: segment, start: 0, end: segment.length });
  if (typeof header === 'string') throw new Error(`the token’s header ${header}`);
  return { ...header, alg };
}
