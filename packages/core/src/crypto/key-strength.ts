/** How much work it takes to find a private key by its public half. */
import type { KeyType } from './key-der.ts';

/** NIST SP 800-57 part 1, table 2. */
const RSA_STRENGTHS: readonly (readonly [modulusBits: number, strengthBits: number])[] = [
  [15_360, 256],
  [7680, 192],
  [3072, 128],
];

const CURVE_STRENGTHS: Readonly<Record<string, number>> = { 'P-384': 192, 'P-521': 256 };

/** In bits. @param modulusBits of an RSA key, of which less than 2048 are not taken */
export function strengthOf({ kty, crv = '' }: KeyType, modulusBits: number): number {
  if (kty !== 'RSA') return CURVE_STRENGTHS[crv] ?? 128;
  return RSA_STRENGTHS.find(([least]) => modulusBits >= least)?.[1] ?? 112;
}
