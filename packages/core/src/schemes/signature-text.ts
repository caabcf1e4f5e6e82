/** How a signature is written: its encodings, and how much of it is read. */

import { isMac, MAC_BYTES } from '../crypto/backend.ts';
import type { KeyForm } from '../keys.ts';
import { type Objection, objection } from '../objection.ts';
import { counted } from '../text/amounts.ts';
import { byteText, latin1 } from '../text/bytes.ts';
import {
  decodeBase64,
  decodeBase64url,
  decodeHex,
  decodeUnpaddedBase64,
  encodeBase64,
  encodeBase64url,
  encodeHex,
} from '../text/encodings.ts';
import { withoutEnd } from '../text/ends.ts';

/** `hex` is lower case; `hex-any-case` takes both; `base64-unpadded` takes no `=`; `text` is the token itself. */
export type SignatureEncoding = 'hex' | 'hex-any-case' | 'base64' | 'base64-unpadded' | 'base64url' | 'text';

export const SIGNATURE_ENCODINGS: readonly SignatureEncoding[] = [
  'hex',
  'hex-any-case',
  'base64',
  'base64-unpadded',
  'base64url',
  'text',
];

/** A longer header is refused before any of it is decoded. */
const MAX_SIGNATURE_CHARS = 8 * 1024;

/** More signatures than this in one request make a forgery expensive to refuse. */
export const MAX_SIGNATURES = 16;

/** Decodes one signature, from `start` up to `end` of the text; an objection says what is wrong with its form. */
export function decodeSignature(
  text: string,
  encoding: SignatureEncoding,
  form: KeyForm,
  start = 0,
  end: number = text.length,
): Uint8Array | Objection {
  const bytes = decodeText(text, encoding, start, end);
  if (bytes === undefined) {
    const isOdd = encoding.startsWith('hex') && (end - start) % 2 > 0;
    return objection(
      'malformed-signature',
      `the signature is not ${describe(encoding)}${isOdd ? ': it has an odd number of characters' : ''}`,
    );
  }
  const expected = signatureBytes(form);
  if (expected !== undefined && bytes.length !== expected) {
    return objection(
      'malformed-signature',
      `the signature is ${counted(bytes.length, 'byte')} long; that of ${form.algorithm} is ${expected}`,
    );
  }
  return bytes;
}

/** The same behind a prefix, which must be there. */
export function decodePrefixed(
  text: string,
  prefix: string,
  encoding: SignatureEncoding,
  form: KeyForm,
): Uint8Array | Objection {
  return text.startsWith(prefix)
    ? decodeSignature(text, encoding, form, prefix.length)
    : objection('malformed-signature', `the signature does not start with "${prefix}"`);
}

function signatureBytes(form: KeyForm): number | undefined {
  if (form.kind !== 'secret') return form.keys.signatureBytes(form.algorithm);
  return isMac(form.algorithm) ? MAC_BYTES[form.algorithm] : form.computed?.signatureBytes;
}

/** Whatever its length is; undefined where the text is not of that encoding. */
export function decodeText(
  text: string,
  encoding: SignatureEncoding,
  start = 0,
  end: number = text.length,
): Uint8Array | undefined {
  switch (encoding) {
    case 'hex':
      return decodeHex(text, { upperCase: false }, start, end);
    case 'hex-any-case':
      return decodeHex(text, { upperCase: true }, start, end);
    case 'base64':
      return decodeBase64(text, start, end);
    case 'base64-unpadded':
      return decodeUnpaddedBase64(text, start, end);
    case 'base64url':
      return decodeBase64url(text, start, end);
    case 'text':
      return latin1(text.slice(start, end));
  }
}

export function encodeSignature(bytes: Uint8Array, encoding: SignatureEncoding): string {
  switch (encoding) {
    case 'hex':
    case 'hex-any-case':
      return encodeHex(bytes);
    case 'base64':
      return encodeBase64(bytes);
    case 'base64-unpadded':
      return withoutEnd(encodeBase64(bytes), '=');
    case 'base64url':
      return encodeBase64url(bytes);
    case 'text':
      return byteText(bytes);
  }
}

function describe(encoding: SignatureEncoding): string {
  if (encoding === 'hex') return 'lower-case hex';
  if (encoding === 'hex-any-case') return 'hex';
  return encoding === 'base64-unpadded' ? 'strict base64 without padding' : `strict ${encoding}`;
}

/** Refuses a signature text or a list that is too long to look at. */
export function checkBounds(text: string, count: number): Objection | undefined {
  if (text.length > MAX_SIGNATURE_CHARS) {
    return objection(
      'malformed-signature',
      `the signature is ${text.length} characters long; at most ${MAX_SIGNATURE_CHARS} are read`,
    );
  }
  if (count > MAX_SIGNATURES) {
    return objection(
      'malformed-signature',
      `the request carries ${count} signatures; at most ${MAX_SIGNATURES} are looked at`,
      'Have the sender send fewer: one for each key that it rotates through.',
    );
  }
  return undefined;
}
