/**
 * Public and private keys in DER (SubjectPublicKeyInfo of RFC 5280, PKCS#8 of RFC 5958): judged without the runtime, so
 * that each runtime takes the same ones and a wrong one is found at set-up.
 */
import { type CurveName, coordinateBytes } from './curve-points.ts';
import { isEd25519Point, isPrivateNumber, isSmallOrder, readPoint } from './curves.ts';
import {
  BIT_STRING,
  contextTag,
  type DerElement,
  derChildren,
  derElement,
  derElements,
  derNatural,
  INTEGER,
  NULL,
  OBJECT_ID,
  OCTET_STRING,
  SEQUENCE,
} from './der.ts';
import { ecHalvesFault, rsaHalvesFault } from './key-halves.ts';
import { hex } from './numbers.ts';
import { type PssLimits, readPssParameters } from './pss-parameters.ts';
import { bitLength, rsaFault } from './rsa.ts';

/** The type of a key, in a JWK's words. */
export interface KeyType {
  readonly kty: 'RSA' | 'EC' | 'OKP';
  readonly crv?: string;
}

/** A key that is sound. */
export interface AsymmetricKey {
  readonly type: KeyType;
  /** RSA only. */
  readonly modulusBits?: number;
  /** The public key as SubjectPublicKeyInfo; absent where a private key does not hold it. */
  readonly spki?: Uint8Array;
  /** The private key as PKCS#8; absent for a public key. Whether an Ed25519 one belongs to `spki` only signing tells. */
  readonly pkcs8?: Uint8Array;
  /** What a key that is for RSASSA-PSS only says of its use (RFC 4055 §3.1). */
  readonly pss?: PssLimits;
}

const TYPE_NAMES: Readonly<Record<string, KeyType | 'RSA-PSS' | 'EC'>> = {
  // RFC 8017, RFC 4055, RFC 5480, RFC 8410.
  '2a864886f70d010101': { kty: 'RSA' },
  '2a864886f70d01010a': 'RSA-PSS',
  '2a8648ce3d0201': 'EC',
  '2b6570': { kty: 'OKP', crv: 'Ed25519' },
};

const CURVE_NAMES: Readonly<Record<string, CurveName>> = {
  '2a8648ce3d030107': 'P-256',
  '2b81040022': 'P-384',
  '2b81040023': 'P-521',
};

/** A bit string that the context numbers 1 (RFC 5958 §2). */
const PKCS8_PUBLIC_KEY = 0x81;

const UNKNOWN = 'it is not an RSA, EC (P-256, P-384, P-521) or Ed25519 key';
const BROKEN = 'the key is cut off or damaged';

const RSA_ALGORITHM: Uint8Array = derElement(
  SEQUENCE,
  derElement(OBJECT_ID, Uint8Array.of(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1)),
  derElement(NULL),
);
const ED25519_ALGORITHM: Uint8Array = derElement(
  SEQUENCE,
  derElement(OBJECT_ID, Uint8Array.of(0x2b, 0x65, 0x70)),
);
const ZERO: Uint8Array = derElement(INTEGER, Uint8Array.of(0));

/** Reads DER of a public or a private key; a text that says why it is none. */
export function readKeyDer(der: Uint8Array): AsymmetricKey | string {
  const parts = derChildren(der, SEQUENCE);
  if (!parts) return der[0] === SEQUENCE ? BROKEN : UNKNOWN;
  const isPrivate = parts[0]?.tag === INTEGER;
  const [algorithm, key] = isPrivate ? [parts[1], parts[2]] : parts;
  if (algorithm?.tag !== SEQUENCE || key?.tag !== (isPrivate ? OCTET_STRING : BIT_STRING)) return UNKNOWN;
  if (!isPrivate && (parts.length !== 2 || key.content[0] !== 0)) return BROKEN;
  const [name, parameters, more] = derElements(algorithm.content) ?? [];
  const type = name?.tag === OBJECT_ID ? TYPE_NAMES[hex(name.content)] : undefined;
  if (type === undefined) return UNKNOWN;
  if (more !== undefined) return BROKEN;
  const content = isPrivate ? key.content : key.content.subarray(1);
  if (type === 'EC') return readEcKey(isPrivate, algorithm, parameters, content);
  if (type === 'RSA-PSS') {
    const pss = readPssParameters(parameters);
    const rsa = readRsaKey(isPrivate, content);
    return typeof pss === 'string' ? pss : typeof rsa === 'string' ? rsa : { ...rsa, pss };
  }
  if (!isNone(parameters)) return BROKEN;
  if (type.kty === 'RSA') return readRsaKey(isPrivate, content);
  if (!isPrivate) return ed25519Key(content);
  const [seed] = derElements(content) ?? [];
  if (seed?.tag !== OCTET_STRING || seed.whole.length !== content.length) return BROKEN;
  const publicKey = parts.find(({ tag }) => tag === PKCS8_PUBLIC_KEY)?.content.subarray(1);
  return ed25519PrivateKey(seed.content, publicKey);
}

/** RSA's parameters are NULL (RFC 3279 §2.3.1), Ed25519 has none (RFC 8410 §3); writers take one for the other. */
function isNone(parameters: DerElement | undefined): boolean {
  return parameters === undefined || (parameters.tag === NULL && parameters.content.length === 0);
}

/** Makes an Ed25519 public key of its 32 bytes (RFC 8032 §5.1.5). Returns a text that says what is wrong where they are no key. */
export function ed25519Key(publicKey: Uint8Array): AsymmetricKey | string {
  const fault = ed25519Fault(publicKey);
  if (fault) return fault;
  if (!isEd25519Point(publicKey))
    return 'it is not an Ed25519 public key: no point of the curve has these bytes';
  return { type: { kty: 'OKP', crv: 'Ed25519' }, spki: publicKeyInfo(ED25519_ALGORITHM, publicKey) };
}

/** An Ed25519 private key from its seed of 32 bytes, and its public key where that came along. */
export function ed25519PrivateKey(seed: Uint8Array, publicKey?: Uint8Array): AsymmetricKey | string {
  if (seed.length !== 32) return `an Ed25519 private key has 32 bytes, and this has ${seed.length}`;
  const spki = publicKey && ed25519Key(publicKey);
  if (typeof spki === 'string') return spki;
  const pkcs8 = derElement(
    SEQUENCE,
    ZERO,
    ED25519_ALGORITHM,
    derElement(OCTET_STRING, derElement(OCTET_STRING, seed)),
  );
  return { type: { kty: 'OKP', crv: 'Ed25519' }, ...spki, pkcs8 };
}

/** Why 32 bytes must not be an Ed25519 public key; undefined where they may. */
export function ed25519Fault(publicKey: Uint8Array): string | undefined {
  if (publicKey.length !== 32) return `an Ed25519 public key has 32 bytes, and this has ${publicKey.length}`;
  return isSmallOrder(publicKey)
    ? 'an Ed25519 key of small order is not taken: anybody can sign for it'
    : undefined;
}

function readRsaKey(isPrivate: boolean, content: Uint8Array): AsymmetricKey | string {
  // RSAPublicKey is { n, e }; RSAPrivateKey { 0, n, e, d, p, q, dp, dq, qi } (RFC 8017, appendix A.1).
  const numbers = derChildren(content, SEQUENCE)?.map(derNatural);
  if (numbers?.length !== (isPrivate ? 9 : 2) || numbers.includes(undefined)) return BROKEN;
  const [modulus, exponent, ...more] = numbers.slice(isPrivate ? 1 : 0) as Uint8Array[];
  if (!modulus || !exponent || (isPrivate && numbers[0]?.length !== 0)) return BROKEN;
  const fault =
    rsaFault(modulus, exponent) ?? (isPrivate ? privateRsaFault(modulus, exponent, more) : undefined);
  if (fault) return fault;
  const spki = publicKeyInfo(RSA_ALGORITHM, derElement(SEQUENCE, derInteger(modulus), derInteger(exponent)));
  const pkcs8 = derElement(SEQUENCE, ZERO, RSA_ALGORITHM, derElement(OCTET_STRING, content));
  return { type: { kty: 'RSA' }, modulusBits: bitLength(modulus), spki, ...(isPrivate && { pkcs8 }) };
}

function privateRsaFault(n: Uint8Array, e: Uint8Array, more: readonly Uint8Array[]): string | undefined {
  const [d, p, q, dp, dq, qi] = more as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  return rsaHalvesFault({ n, e, d, p, q, dp, dq, qi });
}

function readEcKey(
  isPrivate: boolean,
  algorithm: DerElement,
  parameters: DerElement | undefined,
  content: Uint8Array,
): AsymmetricKey | string {
  // Parameters that are written out could name a generator that somebody chose (CVE-2020-0601).
  if (parameters?.tag !== OBJECT_ID) return 'an EC key must name its curve';
  const crv = CURVE_NAMES[hex(parameters.content)];
  if (!crv) return UNKNOWN;
  const type = { kty: 'EC', crv } as const;
  if (!isPrivate) {
    const point = readPoint(crv, content);
    return point ? { type, spki: publicKeyInfo(algorithm.whole, point) } : `it is not a point of ${crv}`;
  }
  // ECPrivateKey (RFC 5915) is { 1, number, [0] curve?, [1] public key? }.
  const [version, number, ...rest] = derChildren(content, SEQUENCE) ?? [];
  if (hex(version?.whole ?? new Uint8Array(0)) !== '020101' || number?.tag !== OCTET_STRING) return BROKEN;
  const size = coordinateBytes(crv) ?? 0;
  if (!isPrivateNumber(crv, padded(number.content, size))) return `it is not a private key of ${crv}`;
  const [bits] =
    derElements(rest.find(({ tag }) => tag === contextTag(1))?.content ?? new Uint8Array(0)) ?? [];
  const point = bits && (bits.content[0] === 0 ? readPoint(crv, bits.content.subarray(1)) : undefined);
  if (bits && !point) return `it is not a point of ${crv}`;
  const halves = point && { d: number.content, x: point.subarray(1, 1 + size), y: point.subarray(1 + size) };
  const fault = halves && ecHalvesFault(crv, halves);
  if (fault) return fault;
  const pkcs8 = derElement(SEQUENCE, ZERO, algorithm.whole, derElement(OCTET_STRING, content));
  return { type, ...(point && { spki: publicKeyInfo(algorithm.whole, point) }), pkcs8 };
}

/** RFC 5915 §3 wants leading zeros; some writers leave them out. */
function padded(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length >= length) return bytes;
  const out = new Uint8Array(length);
  out.set(bytes, length - bytes.length);
  return out;
}

function publicKeyInfo(algorithm: Uint8Array, key: Uint8Array): Uint8Array {
  return derElement(SEQUENCE, algorithm, derElement(BIT_STRING, Uint8Array.of(0), key));
}

function derInteger(natural: Uint8Array): Uint8Array {
  const isNegative = (natural[0] ?? 0x80) >= 0x80;
  return derElement(INTEGER, Uint8Array.of(...(isNegative ? [0] : [])), natural);
}
