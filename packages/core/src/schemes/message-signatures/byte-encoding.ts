/** Bytes in structured fields that a profile writes in base64url without padding, where RFC 9651 §3.3.5 has base64. */

/** `base64url` has no padding. */
export type ByteEncoding = 'base64' | 'base64url';

/** Each byte sequence with the colons around it. */
const BYTES = /:([^:]*):/g;

/** A field of RFC 9651, as the profile writes it. */
export function writtenBytes(field: string, encoding: ByteEncoding = 'base64'): string {
  if (encoding === 'base64') return field;
  return field.replace(BYTES, (whole) => whole.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''));
}

/** The field as RFC 9651 writes it. What is not of that encoding is left as it is, where `isStrict` so that it is no byte sequence any more. */
export function plainBytes(field: string, encoding: ByteEncoding = 'base64', isStrict = true): string {
  if (encoding === 'base64') return field;
  return field.replace(BYTES, (whole, text: string) => {
    if (!/^[A-Za-z0-9_-]*$/.test(text)) return isStrict ? ':?:' : whole;
    const digits = text.replaceAll('-', '+').replaceAll('_', '/');
    return `:${digits.padEnd(Math.ceil(digits.length / 4) * 4, '=')}:`;
  });
}
