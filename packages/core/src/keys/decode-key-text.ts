/** A key's text to bytes, as people hold it; and what a text is that is not what it is said to be. */

import { counted } from '../text/amounts.ts';
import { utf8 } from '../text/bytes.ts';
import { decodeBase32, decodeHex } from '../text/encodings.ts';
import { withoutEnd } from '../text/ends.ts';
import { unquoted } from '../text/quotes.ts';
import { base64Bytes } from './base64-text.ts';
import type { KeyTextFault } from './key-form.ts';
import { DER_SHAPE, PEM_SHAPE, publicKeyShape } from './key-shape.ts';
import type { KeyEncoding } from './key-spec.ts';
import type { KeyWarning } from './key-warning.ts';

/** The encodings of which a text is bytes, and nothing else. */
export type TextEncoding = Exclude<KeyEncoding, 'prefixed' | 'pem' | 'jwk' | 'jwks'>;

export interface DecodedKeyText {
  readonly bytes: Uint8Array;
  /** What an operator should know. */
  readonly notes: readonly KeyWarning[];
}

/** Without white space, byte order mark, `\n` in two letters and quotes around it. */
export function unwrapped(text: string): string {
  const bare = text.replace(/\\[rnt]/g, '\n').trim();
  return unquoted(bare)?.trim() ?? bare;
}

/** Whether a text holds a PEM of any label. */
export function isPem(text: string): boolean {
  return /-----\s*BEGIN /.test(text);
}

export function isFault(decoded: DecodedKeyText | KeyTextFault): decoded is KeyTextFault {
  return 'problem' in decoded;
}

/**
 * The bytes that a text stands for. `utf8` is taken to the letter. In the others white space, quotes around the text,
 * missing padding and spare bits do not matter; base64 and base64url are taken for each other.
 */
export function decodeKeyText(text: string, encoding: TextEncoding): DecodedKeyText | KeyTextFault {
  if (encoding === 'utf8') return { bytes: utf8(text), notes: [] };
  const bare = unwrapped(text);
  const lines = bare.split(/\s+/);
  const compact = lines.join('');
  const bytes = decodeCompact(compact, encoding);
  if (bytes === undefined || bytes.length === 0) return faultOf(bare, encoding);
  return { bytes, notes: [...notesOf(text, compact, encoding), ...joinNote(lines)] };
}

function decodeCompact(text: string, encoding: Exclude<TextEncoding, 'utf8'>): Uint8Array | undefined {
  switch (encoding) {
    case 'hex':
      return hexBytes(text);
    case 'base64':
    case 'base64url':
      return base64Bytes(text);
    case 'base32':
      return base32Bytes(text);
  }
}

/** Either case, `0x` before it, pairs set apart by colons. */
function hexBytes(text: string): Uint8Array | undefined {
  const digits = /^[\da-f]{2}(?::[\da-f]{2})+$/i.test(text)
    ? text.replaceAll(':', '')
    : text.replace(/^0x/i, '');
  return decodeHex(digits, { upperCase: true });
}

function base32Bytes(text: string): Uint8Array | undefined {
  const digits = withoutEnd(text, '=').replaceAll('-', '').toUpperCase();
  const spareBits = (digits.length * 5) % 8;
  const last = BASE32.indexOf(digits.at(-1) ?? '');
  if (last < 0) return undefined;
  return decodeBase32(digits.slice(0, -1) + BASE32[last & ~((1 << spareBits) - 1)]);
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** OpenSSL wraps at 64 letters, MIME at 76. */
const WRAPS = [64, 76];

function joinNote(lines: readonly string[]): readonly KeyWarning[] {
  const isWrapped = lines
    .slice(0, -1)
    .every(({ length }) => length === lines[0]?.length && WRAPS.includes(length));
  return isWrapped || lines.every(({ length }) => length <= 8) ? [] : [{ code: 'white-space-inside' }];
}

function notesOf(text: string, compact: string, encoding: TextEncoding): readonly KeyWarning[] {
  const notes: KeyWarning[] = [];
  if (unquoted(text.trim()) !== undefined) {
    notes.push({ code: 'quotes-left-out' });
  }
  if (encoding.startsWith('base64') && looksHex(compact)) {
    notes.push({ code: 'hex-too', bytes: compact.length / 2, encoding });
  }
  return notes;
}

function looksHex(text: string): boolean {
  return /^(?:[\da-f]{2}){16,}$/i.test(text);
}

/** What a text looks like whose bytes are no public key; undefined where it is DER, of which more is known. */
export function likenessOfKey(text: string, encoding: KeyEncoding): KeyTextFault | undefined {
  const likeness = faultOf(unwrapped(text), encoding);
  return likeness.isOther ? likeness : undefined;
}

/** Whether it has the letters of base64, and a number of them that no bytes have. */
export function isCutBase64(text: string): boolean {
  const digits = withoutEnd(text.replace(/\s+/g, ''), '=');
  return digits.length % 4 === 1 && /^[\w+/-]+$/.test(digits);
}

/** What is wrong with a text that is no `encoding`, by what it looks like. */
function faultOf(text: string, encoding: KeyEncoding): KeyTextFault {
  const looks = likenessOf(text);
  if (looks) return looks;
  const compact = text.replace(/\s+/g, '');
  const digits = withoutEnd(compact, '=');
  if (digits.includes('=') && base64Bytes(digits.replaceAll('=', ''))) {
    return {
      problem: 'the text holds padding in its middle: it is two keys or more',
      remedy: 'Give each key its own entry.',
    };
  }
  if (encoding === 'hex' && /^[\da-f]+$/i.test(compact)) {
    return {
      problem: `the text has ${counted(compact.length, 'digit')} of hex, and two make a byte`,
      remedy: 'Look for a digit that is missing.',
    };
  }
  if (encoding !== 'hex' && looksHex(compact)) {
    return {
      problem: `it looks like ${compact.length / 2} bytes of hex`,
      remedy: 'Set encoding: hex.',
      isOther: true,
    };
  }
  if (!encoding.startsWith('base64') && compact.length >= 16 && base64Bytes(compact)) {
    const alphabet = /[-_]/.test(digits) ? 'base64url' : 'base64';
    return {
      problem: `the text is not ${encoding}: it looks like ${alphabet}`,
      remedy: `Set encoding: ${alphabet}.`,
    };
  }
  if (encoding.startsWith('base64') && /[+/]/.test(digits) && /[-_]/.test(digits)) {
    return {
      problem: 'the text mixes the letters of base64 (+ /) and base64url (- _)',
      remedy: 'Copy it anew.',
    };
  }
  if (encoding.startsWith('base64') && isCutBase64(digits)) {
    return {
      problem: `the text is cut off: no base64 has ${counted(digits.length, 'letter')}`,
      remedy: 'Copy it anew, whole.',
    };
  }
  return {
    problem: `the text is not ${encoding}`,
    remedy: 'Set keys[].encoding to the text’s real encoding.',
  };
}

function likenessOf(text: string): KeyTextFault | undefined {
  const label = /^(v1a?,|whsec_|whsk_|whpk_|sha256=|Bearer )/i.exec(text)?.[1];
  if (label)
    return {
      problem: `the text begins with "${label}"`,
      remedy: 'Leave that out, or set encoding: utf8 where all of it is the key.',
    };
  const shape = publicKeyShape(text);
  if (shape === PEM_SHAPE) {
    return { problem: 'it is a PEM', remedy: 'Leave encoding out, or set encoding: pem.', isOther: true };
  }
  if (shape)
    return {
      problem: `it is ${shape}`,
      remedy: 'Set encoding to what it is, or give a PEM of a PUBLIC KEY.',
      isOther: shape !== DER_SHAPE,
    };
  return /^\s*\{/.test(text)
    ? { problem: 'it is JSON', remedy: 'Set encoding: jwk.', isOther: true }
    : undefined;
}
