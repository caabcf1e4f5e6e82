/** Signatures of RSA are as long as keys may be: what is longer or shorter is refused before a key is asked, and nothing else is. */
import { describe, expect, it } from 'vitest';
import { isRsaSignatureLength, rsaFault } from '../../src/crypto/rsa.ts';
import { MOST_RSA_BITS } from '../../src/schemes/jwt/algorithms.ts';

const EXPONENT = Uint8Array.of(1, 0, 1);

/** An odd number whose first bit is set. */
function modulusOf(bytes: number): Uint8Array {
  return new Uint8Array(bytes).fill(0xff);
}

describe.each([
  { kind: 'any key', mostBits: undefined, least: 256, most: 2048 },
  { kind: 'a key of tokens', mostBits: MOST_RSA_BITS, least: 256, most: 1024 },
])('of $kind', ({ mostBits, least, most }) => {
  it.each([1, least - 1, least, least + 1, most - 1, most, most + 1, 4 * most])('%i bytes', (bytes) => {
    const isLength = bytes >= least && bytes <= most;
    expect(isRsaSignatureLength(bytes, mostBits)).toBe(isLength);
    expect(rsaFault(modulusOf(bytes), EXPONENT, mostBits) === undefined).toBe(isLength);
  });
});
