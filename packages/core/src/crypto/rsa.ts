/** What an RSA public key must be, whatever the runtime takes. */

/** RFC 7518 §3.3: at least 2048. At 16384 one verification takes 4 ms. */
const MODULUS_BITS = { least: 2048, most: 16384 };

/** 65537 takes 17; a large one makes a verification as costly as a signature. */
const MOST_EXPONENT_BITS = 32;

/**
 * Why the numbers must not be an RSA public key (RFC 8017 §3.1); undefined where they may.
 * @param mostBits of the modulus, where less is taken than elsewhere.
 */
export function rsaFault(
  modulus: Uint8Array,
  exponent: Uint8Array,
  mostBits: number = MODULUS_BITS.most,
): string | undefined {
  const bits = bitLength(modulus);
  if (bits < MODULUS_BITS.least)
    return `an RSA key must have at least ${MODULUS_BITS.least} bits, and it has ${bits}`;
  if (bits > mostBits) return `an RSA key of ${bits} bits is too costly: at most ${mostBits}`;
  const exponentBits = bitLength(exponent);
  if (exponentBits > MOST_EXPONENT_BITS)
    return `an RSA exponent of ${exponentBits} bits is too costly: at most ${MOST_EXPONENT_BITS}`;
  if (exponentBits < 2) return 'an RSA key whose exponent is 1 is not taken: anybody can sign for it';
  if (((exponent.at(-1) ?? 0) & 1) === 0 || ((modulus.at(-1) ?? 0) & 1) === 0)
    return 'it is not an RSA key: modulus and exponent must be odd';
  return undefined;
}

/**
 * Whether a signature of so many bytes may be one: it is as long as the modulus (RFC 8017 §8.1.1, §8.2.1).
 * @param mostBits of the modulus, where less is taken than elsewhere.
 */
export function isRsaSignatureLength(bytes: number, mostBits: number = MODULUS_BITS.most): boolean {
  return 8 * bytes >= MODULUS_BITS.least && 8 * bytes <= mostBits;
}

/** The number of bits of a number, highest byte first. */
export function bitLength(bytes: Uint8Array): number {
  const first = bytes.findIndex((byte) => byte !== 0);
  return first < 0 ? 0 : (bytes.length - first) * 8 - (Math.clz32(bytes[first] as number) - 24);
}
