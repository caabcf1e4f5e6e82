/** An ECDSA signature as ASN.1 DER and as r‖s: WebCrypto knows the second only. */
import { derChildren, derElement, derNatural, INTEGER, SEQUENCE } from './der.ts';

/**
 * From DER to r‖s; undefined where it is no strict DER of two numbers of that size.
 * @param size bytes of each number
 */
export function derToRaw(der: Uint8Array, size: number): Uint8Array<ArrayBuffer> | undefined {
  const integers = derChildren(der, SEQUENCE);
  if (integers?.length !== 2) return undefined;
  const raw = new Uint8Array(2 * size);
  for (const [i, integer] of integers.entries()) {
    const value = derNatural(integer);
    if (!value || value.length > size) return undefined;
    raw.set(value, (i + 1) * size - value.length);
  }
  return raw;
}

/** From r‖s to DER. */
export function rawToDer(raw: Uint8Array): Uint8Array {
  const size = raw.length / 2;
  return derElement(SEQUENCE, integer(raw.subarray(0, size)), integer(raw.subarray(size)));
}

function integer(number: Uint8Array): Uint8Array {
  const first = number.findIndex((byte) => byte !== 0);
  const digits = first < 0 ? Uint8Array.of(0) : number.subarray(first);
  const sign = (digits[0] as number) > 0x7f ? Uint8Array.of(0) : new Uint8Array(0);
  return derElement(INTEGER, sign, digits);
}
