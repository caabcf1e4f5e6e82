/** Base64 with padding, strictly (RFC 4648 §4); undefined for anything else. Buffer alone would skip what it cannot read. */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  // Encoding again is the whole check, and faster than a pattern: other alphabets, white space and stray bits differ.
  return bytes.toString('base64') === text ? bytes : undefined;
}
