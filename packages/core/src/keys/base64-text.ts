/** Base64 as people hold it: a key's text is the operator's, so that two texts of one value are no danger. */
import { decodeBase64url } from '../text/encodings.ts';
import { withoutEnd } from '../text/ends.ts';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/**
 * The bytes of base64 or base64url, with or without padding and with any spare bits. Undefined for another letter, for
 * letters of both alphabets in one text, and for a length that neither has.
 */
export function base64Bytes(text: string): Uint8Array | undefined {
  const digits = withoutEnd(text, '=');
  if (/[+/]/.test(digits) && /[-_]/.test(digits)) return undefined;
  const url = digits.replaceAll('+', '-').replaceAll('/', '_');
  const spareBits = ((url.length % 4) * 6) % 8;
  const last = LETTERS.indexOf(url.at(-1) ?? '');
  if (last < 0 || spareBits === 0) return decodeBase64url(url);
  return decodeBase64url(url.slice(0, -1) + LETTERS[last & ~((1 << spareBits) - 1)]);
}
