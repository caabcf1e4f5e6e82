/** Prevents: a digest that recognises nothing: RFC 1321 §A.5 and RFC 2202 §2 say what MD5 and HMAC-MD5 make. */
import { expect, it } from 'vitest';
import { hmacMd5, md5 } from '../../src/explain/md5.ts';
import { utf8 } from '../../src/text/bytes.ts';
import { encodeHex } from '../../src/text/encodings.ts';

it.each([
  ['', 'd41d8cd98f00b204e9800998ecf8427e'],
  ['a', '0cc175b9c0f1b6a831c399e269772661'],
  ['abc', '900150983cd24fb0d6963f7d28e17f72'],
  ['message digest', 'f96b697d7cb7938d525a2f31aaf161d0'],
  ['abcdefghijklmnopqrstuvwxyz', 'c3fcd3d76192e4007dfb496cca67e13b'],
  ['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', 'd174ab98d277d9f5a5611c2c9f419d9f'],
  ['1234567890'.repeat(8), '57edf4a22be3c955ac49da2e2107b67a'],
])('MD5 of %j', (text, digest) => {
  expect(encodeHex(md5(utf8(text)))).toBe(digest);
});

it.each([
  [new Uint8Array(16).fill(0x0b), 'Hi There', '9294727a3638bb1c13f48ef8158bfc9d'],
  [utf8('Jefe'), 'what do ya want for nothing?', '750c783e6ab0b503eaa86e310a5db738'],
  [
    new Uint8Array(80).fill(0xaa),
    'Test Using Larger Than Block-Size Key - Hash Key First',
    '6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd',
  ],
])('HMAC-MD5 of test case %#', (key, text, mac) => {
  expect(encodeHex(hmacMd5(key, utf8(text)))).toBe(mac);
});
