/** Whether bytes begin as gzip does (RFC 1952 §2.3.1), whatever a header says of their coding. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}
