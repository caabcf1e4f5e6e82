/** What must hold of a point that a public key is: a runtime may not look, and then anybody can sign. */

import { CURVES, type CurveName, isOnCurve, rightSide } from './curve-points.ts';
import { bytesOf, hex, numberOf, power } from './numbers.ts';

interface Group {
  readonly order: bigint;
  readonly generator: { readonly x: bigint; readonly y: bigint };
}

const GROUPS: Readonly<Record<CurveName, Group>> = {
  'P-256': {
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    generator: {
      x: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
      y: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
    },
  },
  'P-384': {
    order:
      0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
    generator: {
      x: 0xaa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7n,
      y: 0x3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5fn,
    },
  },
  'P-521': {
    order:
      0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
    generator: {
      x: 0xc6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66n,
      y: 0x11839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650n,
    },
  },
};

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

/** Whether a private number is between 1 and the curve's order. */
export function isPrivateNumber(name: CurveName, bytes: Uint8Array): boolean {
  if (bytes.length !== CURVES[name].bytes) return false;
  const number = numberOf(bytes);
  return number > 0n && number < GROUPS[name].order;
}

/**
 * Whether a point of the curve is the one of a private number, which may lack leading zeros. Takes a few milliseconds, in
 * a time that depends on the number: for set-up, where nobody measures it.
 */
export function isPublicPoint(name: CurveName, number: Uint8Array, x: Uint8Array, y: Uint8Array): boolean {
  const { prime } = CURVES[name];
  const { order } = GROUPS[name];
  const scalar = numberOf(number);
  if (scalar < 1n || scalar >= order) return false;
  const point = multipleOfGenerator(name, scalar);
  const square = (point.z * point.z) % prime;
  return (
    (point.x - numberOf(x) * square) % prime === 0n &&
    (point.y - numberOf(y) * square * point.z) % prime === 0n
  );
}

/** In Jacobian coordinates: x/z² and y/z³ are the point. */
interface JacobianPoint {
  readonly x: bigint;
  readonly y: bigint;
  readonly z: bigint;
}

/** Bit by bit from the highest. Below the order, no sum on the way is of a point and itself or its opposite. */
function multipleOfGenerator(name: CurveName, scalar: bigint): JacobianPoint {
  const { prime } = CURVES[name];
  const { generator } = GROUPS[name];
  let point: JacobianPoint = { ...generator, z: 1n };
  for (const bit of scalar.toString(2).slice(1)) {
    point = doubled(point, prime);
    if (bit === '1') point = plus(point, generator, prime);
  }
  return point;
}

/** 2P on a curve whose a is −3 (Explicit-Formulas Database, dbl-2001-b). */
function doubled({ x, y, z }: JacobianPoint, prime: bigint): JacobianPoint {
  const delta = (z * z) % prime;
  const gamma = (y * y) % prime;
  const beta = (x * gamma) % prime;
  const alpha = (3n * (x - delta) * (x + delta)) % prime;
  const x3 = (alpha * alpha - 8n * beta) % prime;
  return { x: x3, y: (alpha * (4n * beta - x3) - 8n * gamma * gamma) % prime, z: (2n * y * z) % prime };
}

/** P + Q, where they are neither equal nor opposite (Guide to Elliptic Curve Cryptography, algorithm 3.22). */
function plus(p: JacobianPoint, q: { readonly x: bigint; readonly y: bigint }, prime: bigint): JacobianPoint {
  const square = (p.z * p.z) % prime;
  const h = (q.x * square - p.x) % prime;
  const r = (q.y * square * p.z - p.y) % prime;
  const h2 = (h * h) % prime;
  const h3 = (h2 * h) % prime;
  const v = (p.x * h2) % prime;
  const x = (r * r - h3 - 2n * v) % prime;
  return { x, y: (r * (v - x) - p.y * h3) % prime, z: (p.z * h) % prime };
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
