/** A SHA-256 as a claim’s text. */
import { encodeBase64, encodeBase64url, encodeHex } from '../../text/encodings.ts';

/** How a hash is written. Hex may be in either case; base64 and base64url with or without `=` at the end. */
export type HashEncoding = 'hex' | 'base64' | 'base64url';

export const HASH_ENCODINGS: readonly HashEncoding[] = ['hex', 'base64', 'base64url'];

const ENCODERS: Readonly<Record<HashEncoding, (hash: Uint8Array) => string>> = {
  hex: encodeHex,
  base64: encodeBase64,
  base64url: encodeBase64url,
};

/** In its usual form: hex in lower case, base64 padded, base64url not. */
export function hashText(hash: Uint8Array, encoding: HashEncoding): string {
  return ENCODERS[encoding](hash);
}

/** Whether a claim’s text is the hash that is written so. */
export function isSameHash(text: string, value: string, encoding: HashEncoding): boolean {
  return bare(text, encoding) === bare(value, encoding);
}

/** 32 bytes leave room for one `=` at most: more of them are no padding. */
function bare(text: string, encoding: HashEncoding): string {
  return encoding === 'hex' ? text.toLowerCase() : text.replace(/=$/, '');
}
