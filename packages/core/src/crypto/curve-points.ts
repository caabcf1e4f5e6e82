/** Curves, and whether a point lies on one: it also tells a public key from a secret that is as long. */
import { numberOf } from './numbers.ts';

interface Curve {
  /** Of one coordinate. */
  readonly bytes: number;
  readonly prime: bigint;
  /** Of y² = x³ − 3x + b (FIPS 186-5, SP 800-186 §3.2.1). */
  readonly b: bigint;
}

export type CurveName = 'P-256' | 'P-384' | 'P-521';

export const CURVES: Readonly<Record<CurveName, Curve>> = {
  'P-256': {
    bytes: 32,
    prime: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  },
  'P-384': {
    bytes: 48,
    prime: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
  },
  'P-521': {
    bytes: 66,
    prime: 2n ** 521n - 1n,
    b: 0x51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
  },
};

/** The length of one coordinate; undefined for any other curve. */
export function coordinateBytes(curve: unknown): number | undefined {
  return isCurve(curve) ? CURVES[curve].bytes : undefined;
}

function isCurve(name: unknown): name is CurveName {
  return typeof name === 'string' && Object.hasOwn(CURVES, name);
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

/** Of the curve’s equation. */
export function rightSide(name: CurveName, x: bigint): bigint {
  const { prime, b } = CURVES[name];
  return ((((x * x - 3n) * x + b) % prime) + prime) % prime;
}
