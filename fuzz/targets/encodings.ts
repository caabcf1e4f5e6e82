/** Decoders of bytes written as text against Node’s `Buffer`. */
import {
  decodeBase32,
  decodeBase64,
  decodeBase64url,
  decodeHex,
  encodeBase64,
  encodeBase64url,
  encodeHex,
} from '../../packages/core/src/text/encodings.ts';
import { require, target } from '../target.ts';

interface Decoded {
  readonly hex: Uint8Array | undefined;
  readonly anyHex: Uint8Array | undefined;
  readonly base64: Uint8Array | undefined;
  readonly base64url: Uint8Array | undefined;
  readonly base32: Uint8Array | undefined;
}

/** The text stands within another, as a signature in a list does. */
const BEFORE = 'v1=';
const AFTER = ',v0=ab';

export const encodings = target<Decoded>({
  about:
    'taken is what Buffer decodes, and writes again as it stood; base32 as a decoder of its own reads it',
  words: ['AA==', 'AAA=', 'ab', 'AB', '-_', '+/', 'MZXW6YTBOI======', 'MZXW6==='],
  mostBytes: 300,
  read(input) {
    const text = BEFORE + textOf(input) + AFTER;
    const [start, end] = [BEFORE.length, text.length - AFTER.length] as const;
    return {
      hex: decodeHex(text, { upperCase: false }, start, end),
      anyHex: decodeHex(text, { upperCase: true }, start, end),
      base64: decodeBase64(text, start, end),
      base64url: decodeBase64url(text, start, end, new Uint8Array(20)),
      base32: decodeBase32(textOf(input)),
    };
  },
  judge(input, { hex, anyHex, base64, base64url, base32 }) {
    const text = textOf(input);
    same('hex', hex, text, 'hex', text);
    same('hex of any case', anyHex, text, 'hex', text.toLowerCase());
    same('base64', base64, text, 'base64', text);
    same('base64url', base64url, text, 'base64url', text);
    require(hex === undefined || encodeHex(hex) === text, 'hex is written otherwise');
    require(base64 === undefined || encodeBase64(base64) === text, 'base64 is written otherwise');
    require(base64url === undefined || encodeBase64url(base64url) === text, 'base64url is written otherwise');
    const theirs = base32Of(text);
    require(theirs === undefined
      ? base32 === undefined
      : base32 !== undefined && theirs.equals(base32), 'base32 is read otherwise');
  },
});

function same(
  what: string,
  ours: Uint8Array | undefined,
  text: string,
  encoding: BufferEncoding,
  canonical: string,
): void {
  const bytes = Buffer.from(text, encoding);
  const isCanonical = bytes.toString(encoding) === canonical;
  require(isCanonical === (ours !== undefined), isCanonical
    ? `${what} is refused`
    : `what is not ${what} is taken`);
  require(ours === undefined || bytes.equals(ours), `${what} is read otherwise`);
}

/** Bit by bit. */
function base32Of(text: string): Buffer | undefined {
  const digits = text.replace(/=+$/, '').toUpperCase();
  if (digits !== text.toUpperCase() && (text.length % 8 !== 0 || text.length - digits.length > 6))
    return undefined;
  if (!/^[A-Z2-7]*$/.test(digits) || /[^\0-\x7f]/.test(text)) return undefined;
  const bits = [...digits]
    .map((digit) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(digit).toString(2).padStart(5, '0'))
    .join('');
  const spare = bits.length % 8;
  if (spare > 4 || bits.slice(bits.length - spare).includes('1')) return undefined;
  return Buffer.from(
    (bits.slice(0, bits.length - spare).match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)),
  );
}

function textOf(input: Uint8Array): string {
  // Chars beyond a byte too, as a header’s or a member’s text may have them.
  return Buffer.from(input).toString(input[0] === 0xff ? 'utf16le' : 'latin1');
}
