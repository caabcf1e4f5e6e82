/** Attacks on how a text is written: other spellings of the same, and texts that programs read as something else. */
import { byteText } from '../engine/meaning.ts';
import type { Attack, Opened } from '../engine/model.ts';
import { inserting, onTexts, respelling, rewriting } from './text-attack.ts';

const hex2 = (char: string): string => char.charCodeAt(0).toString(16).padStart(2, '0');

const base64 = (text: string, form: 'base64' | 'base64url' | 'hex'): string =>
  Buffer.from(text, 'latin1').toString(form);
const unbase64 = (text: string, form: 'base64' | 'hex'): Buffer => Buffer.from(text, form);

/** The runs of digits in a text, each written as another number. */
const NUMBER_FORMS: readonly ((digits: string) => string)[] = [
  (digits) => `+${digits}`,
  (digits) => `-${digits}`,
  (digits) => `0${digits}`,
  (digits) => `${digits}.0`,
  (digits) => `${digits}.5`,
  (digits) => `${digits}e0`,
  (digits) => `${digits}E+0`,
  (digits) => `${digits}000`,
  (digits) => `0x${BigInt(digits.slice(0, 30)).toString(16)}`,
  (digits) => `${digits}n`,
  (digits) => `${digits}_0`,
  (digits) => ` ${digits}`,
  (digits) => `"${digits}"`,
  (digits) => `${BigInt(digits.slice(0, 30)) + 1n}`,
  (digits) => `${BigInt(digits.slice(0, 30)) - 1n}`,
  () => '0',
  () => '-0',
  () => '1e400',
  () => '9007199254740993',
  () => '99999999999999999999999999',
  () => 'NaN',
  () => 'Infinity',
  (digits) => `${digits}${'0'.repeat(400)}`,
  (digits) => `${'0'.repeat(400)}${digits}`,
];

const ENCODINGS: readonly ((text: string) => string)[] = [
  (text) => base64(text, 'base64'),
  (text) => base64(text, 'base64url'),
  (text) => base64(text, 'hex'),
  (text) => unbase64(text, 'hex').toString('base64'),
  (text) => unbase64(text, 'base64').toString('hex'),
  (text) => unbase64(text, 'base64').toString('base64url'),
  (text) => unbase64(text, 'base64').toString('base64'),
  (text) => unbase64(text, 'base64').toString('latin1'),
  (text) => unbase64(text, 'hex').toString('latin1'),
  (text) => text.replace(/=+$/, ''),
  (text) => `${text}=`,
  (text) => `${text}==`,
  (text) => text.replaceAll('+', '-').replaceAll('/', '_'),
  (text) => text.replaceAll('-', '+').replaceAll('_', '/'),
  (text) => spareBits(text, 1),
  (text) => spareBits(text, 2),
  (text) => spareBits(text, 3),
  (text) => byteText(text),
];

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The last digit of base64 changed in bits that decode to nothing. */
function spareBits(text: string, by: number): string {
  const match = /([A-Za-z0-9+/_-])(=*)([^A-Za-z0-9+/_=-]*)$/.exec(text);
  const value = ALPHABET.indexOf((match?.[1] ?? '').replace('-', '+').replace('_', '/'));
  return match && value >= 0 ? text.slice(0, match.index) + ALPHABET[value ^ by] + match[2] + match[3] : text;
}

const PATTERNS = [
  '$&',
  '$1',
  '$$',
  '$`',
  "$'",
  '%s',
  '%n',
  '{body}',
  '{timestamp}',
  '$' + '{1}',
  '{{1}}',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '.*',
  '(a+)+$',
  '\\1',
  '[object Object]',
  '../',
  '<!--',
  '&amp;',
  "' OR '1'='1",
];

export const SPELLING_ATTACKS: readonly Attack[] = [
  onTexts(
    respelling(
      'percent',
      'each character percent-encoded, in both cases and twice; each escape decoded',
      (char) => [
        `%${hex2(char)}`,
        `%${hex2(char).toUpperCase()}`,
        `%25${hex2(char)}`,
        ...(char === ' ' ? ['+'] : char === '+' ? [' ', '%20'] : []),
      ],
    ),
  ),
  onTexts({
    id: 'number',
    summary: 'each number in every other notation, and absurd numbers',
    count: (text) => runsOfDigits(text).length * NUMBER_FORMS.length,
    change(text, n) {
      const runs = runsOfDigits(text);
      const { at, digits } = runs[n % runs.length] as { at: number; digits: string };
      const form = NUMBER_FORMS[Math.floor(n / runs.length)] as (digits: string) => string;
      return text.slice(0, at) + form(digits) + text.slice(at + digits.length);
    },
  }),
  onTexts(
    respelling('escape', 'each character escaped as in JSON, HTML and programs', (char) => [
      `\\u00${hex2(char)}`,
      `\\u00${hex2(char).toUpperCase()}`,
      `\\${char}`,
      `\\x${hex2(char)}`,
      `&#x${hex2(char)};`,
    ]),
  ),
  onTexts(
    rewriting('quote', 'quotes and brackets added around it or removed', [
      (text) => `"${text}"`,
      (text) => `'${text}'`,
      (text) => `<${text}>`,
      (text) => `[${text}]`,
      (text) => `{${text}}`,
      (text) => `(${text})`,
      (text) => `:${text}:`,
      (text) => text.replace(/^["']|["']$/g, ''),
      (text) => text.replaceAll('"', "'"),
      (text) => JSON.stringify(text),
    ]),
  ),
  onTexts(
    inserting('pattern', 'placeholders of replacement, formatting and templates, at each place', PATTERNS),
  ),
  onTexts(rewriting('encode', 'the whole text in other encodings; padding and spare bits', ENCODINGS)),
  onTexts({
    id: 'long',
    summary:
      'very long: one of its characters, the whole text, or a separator repeated, for one to sixty thousand characters',
    count: () => LONG.length * LENGTHS.length,
    change(text, n, draw) {
      const piece = LONG[n % LONG.length] as string;
      const unit =
        piece === 'char'
          ? text[draw(Math.max(1, text.length))] || 'a'
          : piece === 'whole'
            ? text || 'a'
            : piece;
      const times = Math.ceil(
        (LENGTHS[Math.floor(n / LONG.length)] as number) / (unit === WIDE ? 1 : unit.length),
      );
      const at = draw(text.length + 1);
      return text.slice(0, at) + unit.repeat(times) + text.slice(at);
    },
  }),
  onTexts({
    id: 'deep',
    summary: 'deep nesting: brackets of all kinds, ten to fifty thousand, closed or not',
    count: () => NESTS.length * 4,
    change(text, n, draw) {
      const [open, close] = NESTS[n % NESTS.length] as readonly [string, string];
      const times = [10, 200, 5000, 50_000][Math.floor(n / NESTS.length)] as number;
      const deep = open.repeat(times) + (draw(2) === 0 ? close.repeat(times) : '');
      const at = draw(text.length + 1);
      return draw(3) === 0 ? deep : text.slice(0, at) + deep + text.slice(at);
    },
  }),
  onTexts({
    id: 'dictionary',
    summary: 'a word with a special meaning for some parser, in its place',
    count: () => WORDS.length,
    change: (_text, n) => WORDS[n] as string,
  }),
  foreign(),
];

/** The second fits into a head, and the third does not. */
const LENGTHS = [1000, 12_000, 60_000];
/** Its bytes are three times as many as its chars. */
const WIDE = byteText('\u{4e00}');
const LONG = [WIDE, 'char', 'whole', ' ', ',', '=', '&', 'a=1&', ';a', '.', '%41', '\n', '0', '\\', '"'];
const NESTS: readonly (readonly [string, string])[] = [
  ['[', ']'],
  ['{"a":', '}'],
  ['(', ')'],
  ['"', '"'],
  ['a[', ']'],
];
const WORDS = [
  'true',
  'false',
  'none',
  'None',
  '*',
  '.',
  '..',
  '-',
  '1',
  '-1',
  'localhost',
  '[::1]',
  '127.0.0.1',
  'GET',
  'POST',
  'TRACE',
  'CONNECT',
  '/',
  '//',
  '/%2e%2e/',
  '?',
  '#',
  '[]',
  '{"__proto__":{}}',
  'a=b',
  '\0',
];

function runsOfDigits(text: string): readonly { readonly at: number; readonly digits: string }[] {
  return [...text.matchAll(/\d+/g)].map((match) => ({ at: match.index, digits: match[0] }));
}

/** What stands at the same place of every other subject. */
function foreign(): Attack {
  const base = onTexts({ id: 'foreign', summary: '', count: () => 1, change: (text) => text });
  return {
    id: 'foreign',
    summary: 'the same part of each other genuine request',
    count(subject, place) {
      const reason = base.count(subject, place);
      return typeof reason === 'string' ? reason : reason * foreignTexts(subject, place).length;
    },
    variant(subject, place, n) {
      const places = subject.places.get(place) ?? [];
      const texts = foreignTexts(subject, place);
      const at = places[n % places.length];
      const text = texts[Math.floor(n / Math.max(1, places.length))];
      return at && text !== undefined && text !== at.text
        ? { request: at.put(subject.request, text) }
        : undefined;
    },
  };
}

const foreignAt = new WeakMap<Opened['others'], Map<string, readonly string[]>>();

function foreignTexts({ others }: Opened, place: string): readonly string[] {
  const texts = foreignAt.get(others) ?? new Map<string, readonly string[]>();
  foreignAt.set(others, texts);
  const earlier = texts.get(place) ?? textsAt(others, place);
  texts.set(place, earlier);
  return earlier;
}

function textsAt(others: Opened['others'], place: string): readonly string[] {
  const texts = others.flatMap(({ request }) => {
    if (place === 'method') return [request.method];
    if (place === 'body') return [Buffer.from(request.body).toString('latin1')];
    if (place === 'path' || place === 'query')
      return [request.url.replace(/^https?:\/\/[^/]*/i, '').split('?')[place === 'path' ? 0 : 1] ?? ''];
    if (place === 'host') return [request.headers.get('host') ?? ''];
    return [...request.headers].map(([, value]) => value);
  });
  return [...new Set(texts)];
}
