/** What must hold of a point that a public key is: a runtime may not look, and then anybody can sign. */

interface Curve {
  readonly bytes: number;
  readonly prime: bigint;
  /** Of y² = x³ − 3x + b (FIPS 186-5, SP 800-186 §3.2.1). */
  readonly b: bigint;
  readonly order: bigint;
}

export type CurveName = 'P-256' | 'P-384' | 'P-521';

const CURVES: Readonly<Record<CurveName, Curve>> = {
  'P-256': {
    bytes: 32,
    prime: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  },
  'P-384': {
    bytes: 48,
    prime: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
    order:
      0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  },
  'P-521': {
    bytes: 66,
    prime: 2n ** 521n - 1n,
    b: 0x51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
    order:
      0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
  },
};

/** The length of one coordinate; undefined for any other curve. */
export function coordinateBytes(curve: unknown): number | undefined {
  return isCurve(curve) ? CURVES[curve].bytes : undefined;
}

function isCurve(name: unknown): name is CurveName {
  return typeof name === 'string' && Object.hasOwn(CURVES, name);
}

/**
 * A point (SEC 1 §2.3.3) without compression: 4, x, y. Undefined where the bytes are no point of the curve.
 * A compressed one takes a few hundred microseconds.
 */
export function readPoint(name: CurveName, bytes: Uint8Array): Uint8Array | undefined {
  const { bytes: size, prime } = CURVES[name];
  const form = bytes[0];
  const x = bytes.subarray(1, 1 + size);
  if (form === 4 && bytes.length === 1 + 2 * size) {
    return isOnCurve(name, x, bytes.subarray(1 + size)) ? bytes : undefined;
  }
  if ((form !== 2 && form !== 3) || bytes.length !== 1 + size) return undefined;
  const square = rightSide(name, numberOf(x));
  // Each of the primes is 3 modulo 4.
  let y = power(square, (prime + 1n) / 4n, prime);
  if ((y * y - square) % prime !== 0n) return undefined;
  if (Number(y & 1n) !== (form & 1)) y = prime - y;
  const point = new Uint8Array(1 + 2 * size);
  point.set([4]);
  point.set(x, 1);
  point.set(bytesOf(y, size), 1 + size);
  return isOnCurve(name, x, point.subarray(1 + size)) ? point : undefined;
}

/** Whether x and y are a point of the curve. */
export function isOnCurve(name: string, xBytes: Uint8Array, yBytes: Uint8Array): boolean {
  if (!isCurve(name)) return false;
  const { prime, bytes } = CURVES[name];
  if (xBytes.length !== bytes || yBytes.length !== bytes) return false;
  const x = numberOf(xBytes);
  const y = numberOf(yBytes);
  return x < prime && y < prime && (y * y - rightSide(name, x)) % prime === 0n;
}

/** Whether a private number is between 1 and the curve's order. */
export function isPrivateNumber(name: string, bytes: Uint8Array): boolean {
  if (!isCurve(name) || bytes.length !== CURVES[name].bytes) return false;
  const number = numberOf(bytes);
  return number > 0n && number < CURVES[name].order;
}

function rightSide(name: CurveName, x: bigint): bigint {
  const { prime, b } = CURVES[name];
  return ((((x * x - 3n) * x + b) % prime) + prime) % prime;
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let factor = base;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * factor) % modulus;
    factor = (factor * factor) % modulus;
  }
  return result;
}

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x0${hex(bytes)}`);
}

function bytesOf(value: bigint, length: number): Uint8Array {
  const text = value.toString(16).padStart(2 * length, '0');
  return Uint8Array.from({ length }, (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16));
}

/** The y of each Ed25519 point of order 1, 2, 4 or 8, below 2²⁵⁵, in the spellings that a reduction modulo p allows. */
const SMALL_ORDER: readonly string[] = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
];

/** Whether an Ed25519 public key is of small order: it proves signatures that anybody can make (RFC 8032 §8.9 leaves it to us). */
export function isSmallOrder(publicKey: Uint8Array): boolean {
  const unsigned = Uint8Array.from(publicKey);
  unsigned[31] = (unsigned[31] ?? 0) & 0x7f;
  return SMALL_ORDER.includes(hex(unsigned));
}

const ED25519_PRIME = 2n ** 255n - 19n;
const ED25519_D = 0x52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3n;

/** Whether 32 bytes are a point of Ed25519 (RFC 8032 §5.1.3): half of all are not. Takes some hundred microseconds. */
export function isEd25519Point(publicKey: Uint8Array): boolean {
  if (publicKey.length !== 32) return false;
  const y = numberOf(Uint8Array.from(publicKey).reverse()) & (2n ** 255n - 1n);
  const square = (y * y) % ED25519_PRIME;
  const ratio = ((square - 1n + ED25519_PRIME) * (ED25519_D * square + 1n)) % ED25519_PRIME;
  // Euler’s criterion: x² = u/v has a root where u·v has one.
  return y < ED25519_PRIME && (ratio === 0n || power(ratio, (ED25519_PRIME - 1n) / 2n, ED25519_PRIME) === 1n);
}

/** Lower-case hexadecimal digits. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
