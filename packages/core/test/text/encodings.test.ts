import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { utf8 } from '../../src/text/bytes.ts';
import {
  decodeBase32,
  decodeBase64,
  decodeBase64url,
  decodeHex,
  encodeBase64,
  encodeBase64url,
  encodeHex,
  hexValue,
} from '../../src/text/encodings.ts';

const bytes = (...values: readonly number[]) => Uint8Array.from(values);
const plain = (value: Uint8Array | undefined) => value && Uint8Array.from(value);

describe('hex', () => {
  it('decodes lower case, and upper case where that is asked for', () => {
    expect(decodeHex('00ff1a', { upperCase: false })).toEqual(bytes(0, 0xff, 0x1a));
    expect(decodeHex('00Ff1A', { upperCase: true })).toEqual(bytes(0, 0xff, 0x1a));
    expect(decodeHex('00Ff1A', { upperCase: false })).toBeUndefined();
    expect(decodeHex('', { upperCase: false })).toEqual(bytes());
  });

  it.each([
    '0',
    '0g',
    'g0',
    '0x00',
    ' 00',
    '00 ',
    '00\n',
    '0\u00b2',
    '\u0130\u0131',
    '٣٣',
    '00\ud800',
    ':0',
    '@0',
    '`0',
  ])('refuses %j', (text) => expect(decodeHex(text, { upperCase: true })).toBeUndefined());
});

describe('base64', () => {
  // RFC 4648 §10.
  it.each([
    ['', '', ''],
    ['f', 'Zg==', 'MY======'],
    ['fo', 'Zm8=', 'MZXQ===='],
    ['foo', 'Zm9v', 'MZXW6==='],
    ['foob', 'Zm9vYg==', 'MZXW6YQ='],
    ['fooba', 'Zm9vYmE=', 'MZXW6YTB'],
    ['foobar', 'Zm9vYmFy', 'MZXW6YTBOI======'],
  ])('agrees with the RFC, as base32 does: %j', (text, base64, base32) => {
    expect(encodeBase64(utf8(text))).toBe(base64);
    expect(encodeBase64url(utf8(text))).toBe(base64.replaceAll('=', ''));
    for (const written of [base32, base32.toLowerCase(), base32.replaceAll('=', '')]) {
      expect(plain(decodeBase32(written))).toEqual(plain(utf8(text)));
    }
  });

  it.each([
    'A',
    'AA',
    'AAA',
    'A===',
    'AA=A',
    '=AAA',
    'AA==AA==',
    'AAAA=',
    'AAAA==',
    'AAAA====',
    '====',
    '==',
    '=',
    'AAA\n',
    'AA A',
    ' AAAA',
    'AAAA ',
    'AA-_',
    'AAA\u0141',
    'AAA\ud800',
    'AB==',
    'AP==',
    'AAB=',
    'AAD=',
  ])('refuses the base64 %j', (text) => expect(decodeBase64(text)).toBeUndefined());

  it.each(['A', 'AA==', 'AAA=', 'AB', 'AAB', 'AA+/', 'AAAA\n', ' AA', 'AAAAA', 'AA.A', 'AAA\u0141'])(
    'refuses the base64url %j',
    (text) => expect(decodeBase64url(text)).toBeUndefined(),
  );

  it.each([
    'A',
    'AAA',
    'AAAAAA',
    'A=======',
    'AAA=====',
    'AAAAAA==',
    '========',
    'AA=====',
    'AA==',
    'AA=======',
    'AAAAAAAA========',
    'AB',
    'AAAB====',
    'AAAAB===',
    'AAAAAAB=',
    'A1',
    'A8',
    'A0',
    'A A=====',
    'A\u0131',
    'AA\n',
  ])('refuses the base32 %j', (text) => expect(decodeBase32(text)).toBeUndefined());
});

describe('every codec', () => {
  it('agrees with Node and goes there and back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (value) => {
        const node = Buffer.from(value);
        expect(encodeHex(value)).toBe(node.toString('hex'));
        expect(encodeBase64(value)).toBe(node.toString('base64'));
        expect(encodeBase64url(value)).toBe(node.toString('base64url'));
        expect(decodeHex(encodeHex(value), { upperCase: false })).toEqual(value);
        expect(decodeBase64(encodeBase64(value))).toEqual(value);
        expect(decodeBase64url(encodeBase64url(value))).toEqual(value);
      }),
    );
  });

  it('takes one text only for each value', () => {
    const near = fc.oneof(
      fc.string({ unit: fc.constantFrom(...'ABab019+/-_=f '), maxLength: 12 }),
      fc.string({ maxLength: 12 }),
    );
    fc.assert(
      fc.property(near, (text) => {
        const hex = decodeHex(text, { upperCase: false });
        const base64 = decodeBase64(text);
        const base64url = decodeBase64url(text);
        const base32 = decodeBase32(text);
        if (hex) expect(encodeHex(hex)).toBe(text);
        if (base64) expect(encodeBase64(base64)).toBe(text);
        if (base64url) expect(encodeBase64url(base64url)).toBe(text);
        if (base32) expect(base32Text(base32)).toBe(text.toUpperCase().replace(/=+$/, ''));
      }),
      { numRuns: runs(20_000) },
    );
  });

  it('takes every text of the right form', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (value) => {
        expect(decodeBase32(base32Text(value))).toEqual(value);
      }),
    );
  });
});

describe('a text within a text', () => {
  it('is decoded as it is alone, whatever stands around it', () => {
    for (const text of ['', 'AA==', 'AAA=', 'AAAA', 'A', 'AA', 'AAA', 'AAAAA', 'ab', '0a0', '0a0b']) {
      for (const around of ['=', 'A', '0', ' ']) {
        const whole = around.repeat(2) + text + around.repeat(2);
        const end = 2 + text.length;
        expect(decodeBase64(whole, 2, end)).toEqual(decodeBase64(text));
        expect(decodeBase64url(whole, 2, end)).toEqual(decodeBase64url(text));
        expect(decodeHex(whole, { upperCase: false }, 2, end)).toEqual(decodeHex(text, { upperCase: false }));
      }
    }
  });

  it('is decoded into the memory that is given where it has room there, and else into its own', () => {
    for (const room of [0, 1, 2, 3, 4]) {
      const into = new Uint8Array(room).fill(9);
      const decoded = decodeBase64url('AQID', 0, 4, into);
      expect(plain(decoded)).toEqual(bytes(1, 2, 3));
      expect(decoded?.buffer === into.buffer).toBe(room >= 3);
      expect(into).toEqual(room >= 3 ? bytes(1, 2, 3, 9).subarray(0, room) : new Uint8Array(room).fill(9));
    }
  });
});

it('a byte’s value as a hexadecimal digit is that of its char, and -1 of any other', () => {
  for (let byte = 0; byte < 300; byte++) {
    const char = String.fromCharCode(byte);
    expect(hexValue(byte)).toBe(/^[0-9a-f]$/i.test(char) ? Number.parseInt(char, 16) : -1);
  }
  expect(hexValue(undefined)).toBe(-1);
});

/** Base32 without padding, by way of a number. */
function base32Text(value: Uint8Array): string {
  const bits = Array.from(value, (byte) => byte.toString(2).padStart(8, '0')).join('');
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups
    .map((group) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number.parseInt(group.padEnd(5, '0'), 2)])
    .join('');
}
