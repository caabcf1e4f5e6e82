/** Base64 of what a stranger has sent. */
import { base64Bytes } from '../keys/base64-text.ts';

const WHOLE = /^[\w+/-]*={0,2}$/;

/** The bytes of base64 or base64url as people hold it. Padding stands at its end only. */
export function bytesOfBase64(text: string): Uint8Array | undefined {
  return WHOLE.test(text) ? base64Bytes(text) : undefined;
}
