/** Attacks on the bytes of a text: flips, cuts, repeats, and bytes that readers disagree about. */

import type { Attack } from '../engine/model.ts';
import { inserting, onTexts, overwriting, respelling, rewriting } from './text-attack.ts';

const flipChar = (char: string, bit: number): string => String.fromCharCode(char.charCodeAt(0) ^ (1 << bit));

/** `from…` as a byte string, so that no encoder makes valid UTF-8 of it. */
const raw = (...bytes: number[]): string => String.fromCharCode(...bytes);

const OVERLONG = [
  raw(0xc0, 0xaf),
  raw(0xe0, 0x80, 0xaf),
  raw(0xf0, 0x80, 0x80, 0xaf),
  raw(0xc1, 0xa1),
  raw(0xc0, 0x80),
  raw(0xff),
  raw(0xfe, 0xff),
  raw(0x80),
  raw(0xed, 0xa0, 0x80),
  raw(0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80),
  raw(0xf4, 0x90, 0x80, 0x80),
  raw(0xe2, 0x82),
];

function insertingBytes(id: string, summary: string, pieces: readonly string[]): Attack {
  return onTexts({
    id,
    summary,
    count: (text) => (text.length + 1) * pieces.length,
    change(text, n) {
      const at = n % (text.length + 1);
      return text.slice(0, at) + pieces[Math.floor(n / (text.length + 1))] + text.slice(at);
    },
  });
}

const LOW_BYTE = onTexts({
  id: 'low-byte',
  summary:
    'each character replaced by one with the same low byte: a program may pass a text that cannot come over a network',
  count: (text) => text.length * 2,
  change(text, n) {
    const at = n >> 1;
    const page = n % 2 === 0 ? 0x100 : 0x4e00;
    return text.slice(0, at) + String.fromCharCode(page + (text.charCodeAt(at) & 0xff)) + text.slice(at + 1);
  },
});

export const BYTE_ATTACKS: readonly Attack[] = [
  onTexts({
    id: 'bit-flip',
    summary: 'each bit of each byte',
    count: (text) => text.length * 8,
    change(text, n) {
      const at = n >> 3;
      return text.slice(0, at) + flipChar(text[at] as string, n & 7) + text.slice(at + 1);
    },
  }),
  onTexts({
    id: 'truncate',
    summary: 'cut at each length, from the end and from the beginning',
    count: (text) => text.length * 2,
    change: (text, n) => (n < text.length ? text.slice(0, n) : text.slice(n - text.length + 1)),
  }),
  onTexts({
    id: 'extend',
    summary: 'each byte, each separator and the text itself added before and after',
    count: () => 512 + 4,
    change(text, n) {
      if (n >= 512)
        return [text + text, `${text},${text}`, `${text} ${text}`, `${text}&${text}`][n - 512] as string;
      const piece = String.fromCharCode(n & 255);
      return n < 256 ? text + piece : piece + text;
    },
  }),
  onTexts({
    id: 'remove',
    summary: 'each character removed, and each run of two to nine',
    count: (text) => text.length * 9,
    change(text, n) {
      const at = n % text.length;
      return text.slice(0, at) + text.slice(at + 1 + Math.floor(n / text.length));
    },
  }),
  onTexts({
    id: 'double',
    summary: 'each character, and each run of two to nine, doubled',
    count: (text) => text.length * 9,
    change(text, n) {
      const at = n % text.length;
      return text.slice(0, at) + text.slice(at, at + 1 + Math.floor(n / text.length)) + text.slice(at);
    },
  }),
  onTexts({
    id: 'swap',
    summary: 'two neighbours swapped, two halves swapped at each place, two runs at random',
    count: (text) => text.length * 3,
    change(text, n, draw) {
      const at = n % text.length;
      const kind = Math.floor(n / text.length);
      if (kind === 0) return text.slice(0, at) + (text[at + 1] ?? '') + text[at] + text.slice(at + 2);
      if (kind === 1) return text.slice(at) + text.slice(0, at);
      const other = draw(text.length + 1);
      const [first, second] = at < other ? [at, other] : [other, at];
      const third = second + draw(text.length - second + 1);
      return text.slice(0, first) + text.slice(second, third) + text.slice(first, second) + text.slice(third);
    },
  }),
  onTexts(
    respelling('case', 'each letter in the other case, and all of them', (char) => {
      const other = char === char.toUpperCase() ? char.toLowerCase() : char.toUpperCase();
      return other === char || char > '\x7f' ? [] : [other];
    }),
  ),
  onTexts(inserting('nul', 'NUL, written out and escaped, at each place', ['\0', '%00', '\\u0000', '\\0'])),
  insertingBytes('utf-8', 'overlong, surrogate, cut-off and stray bytes at each place', OVERLONG),
  insertingBytes('bom', 'byte order marks at each place', [
    raw(0xef, 0xbb, 0xbf),
    raw(0xfe, 0xff),
    raw(0xff, 0xfe),
  ]),
  onTexts(
    inserting('line-end', 'CR, LF, CR LF and other line ends at each place', [
      '\r',
      '\n',
      '\r\n',
      '\u0085',
      '\u2028',
      '\v',
    ]),
  ),
  onTexts(
    inserting('white-space', 'white space, visible and invisible, at each place', [
      ' ',
      '\t',
      '\u00a0',
      '\u200b',
      '\f',
      '+',
      '%20',
    ]),
  ),
  onTexts(inserting('separator', 'each separator at each place', [...'.,;:=&|/?#@\\"\'()[]{}<>!*~^`$%-_'])),
  onTexts(
    overwriting('overwrite', 'separators, digits and letters in place of each character', [
      ...'.,;:=&|/?#\\" 0azA%',
    ]),
  ),
  onTexts(
    respelling(
      'look-alike',
      'letters, digits and symbols of other scripts that look the same',
      (char) => LOOK_ALIKES[char] ?? [],
    ),
  ),
  {
    ...LOW_BYTE,
    count: (subject, place) => (place === 'body' ? 'a body is bytes' : LOW_BYTE.count(subject, place)),
  },
  onTexts(
    rewriting('empty', 'nothing, a space, or words such as null in its place', [
      () => '',
      () => ' ',
      () => '""',
      () => 'null',
      () => 'undefined',
      () => '0',
      () => '{}',
      () => 'NaN',
    ]),
  ),
];

const LOOK_ALIKES: Readonly<Record<string, readonly string[]>> = {
  a: ['а', 'ａ', 'ɑ'],
  c: ['с', 'ｃ'],
  d: ['ԁ'],
  e: ['е', 'ｅ', 'é'],
  h: ['һ'],
  i: ['і', 'ı'],
  k: ['\u212a'],
  o: ['о', 'ο', '0'],
  p: ['р'],
  s: ['ѕ', 'ſ'],
  v: ['ν'],
  x: ['х'],
  y: ['у'],
  A: ['А', 'Α', 'Ａ'],
  E: ['Е'],
  K: ['K'],
  O: ['О', '0'],
  S: ['Ѕ'],
  0: ['٠', '０', 'O', 'o'],
  1: ['١', '１', 'l', 'I'],
  2: ['٢', '２'],
  3: ['٣', '３'],
  4: ['٤', '４'],
  5: ['٥', '５'],
  6: ['٦', '６'],
  7: ['٧', '７'],
  8: ['٨', '８'],
  9: ['٩', '９'],
  '.': ['․', '。', '．'],
  '/': ['⁄', '∕', '／'],
  ':': ['：', '∶'],
  '=': ['＝'],
  ',': ['，', '‚'],
  '&': ['＆'],
  '-': ['‐', '−', '–'],
  '"': ['“', '″'],
  '{': ['｛'],
  ' ': ['\u00a0', '\u3000'],
};
