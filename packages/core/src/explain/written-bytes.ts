/** Bytes as programs write them that were not asked for hex or base64. Each undefined where the text is none of that. */
import { base64Bytes } from '../keys/base64-text.ts';
import { decodeUtf8, latin1 } from '../text/bytes.ts';
import { decoded } from '../text/decoded.ts';
import { decodeBase32, decodeHex } from '../text/encodings.ts';

/** Longer texts are no signature’s. */
const MAX_CHARS = 8 * 1024;

/** Fewer bytes are no signature. */
const MIN_BYTES = 16;

/** Groups of one length may be of any; those of several, as where the last is shorter, are words of 32 bits at most. */
const MAX_GROUP_DIGITS = 8;

export function base32Text(text: string): Uint8Array | undefined {
  return /^[A-Z2-7]{24,}=*$/i.test(text) ? decodeBase32(text) : undefined;
}

/** Digits of hex with signs between the bytes or around them: `78:e6`, `78-E6`, `0x78, 0xe6`, `\x78\xe6`, `<Buffer 78 e6>`. */
export function separatedHex(text: string): Uint8Array | undefined {
  if (text.length > MAX_CHARS) return undefined;
  const bare = text.trim().replace(/^[<[{(]\s*(?:Buffer\s+)?|[>\]})]$/gi, '');
  const [first = ''] = /^(?:0x|\\x)/i.exec(bare) ?? [];
  const digits = first === '' ? bare : bare.replaceAll(new RegExp(first.replace('\\', '\\\\'), 'gi'), '');
  const pairs = digits.split(/[\s:,;_-]+/).filter((part) => part !== '');
  const isSeparated =
    pairs.length > 1 &&
    pairs.every((part) => part.length === pairs[0]?.length || part.length <= MAX_GROUP_DIGITS);
  if (!isSeparated && (first === '' || pairs.length !== 1)) return undefined;
  return decodeHex(pairs.join(''), { upperCase: true });
}

/** Numbers of 0 to 255, or of -128 to 127: Go’s `[120 230]`, Java’s `[120, -26]`, a Buffer’s JSON, `120,230`. */
export function numbersText(text: string): Uint8Array | undefined {
  if (text.length > MAX_CHARS) return undefined;
  const [, list = text] = /"data"\s*:\s*(\[[^\]]*\])/.exec(text) ?? [];
  const bare = list.trim().replace(/^[[({<]|[\])}>]$/g, '');
  const values = bare.split(/[\s,;]+/).map((part) => part.replace(/^"\d+":/, '').trim());
  if (values.length < MIN_BYTES || !values.every((value) => /^-?\d{1,3}$/.test(value))) return undefined;
  const numbers = values.map(Number);
  return numbers.every((number) => number >= -128 && number <= 255) ? Uint8Array.from(numbers) : undefined;
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  a: '\x07',
  b: '\b',
  v: '\v',
  f: '\f',
  e: '\x1b',
  '0': '\0',
};

/** What `repr` of Python’s bytes and `inspect` of Ruby’s text print: letters, and `\x78` for what is none. */
export function escapedText(text: string): Uint8Array | undefined {
  const [, , inner] = /^b?(["'])(.*)\1$/s.exec(text.trim()) ?? [];
  if (inner === undefined || !/\\x[\da-f]{2}/i.test(inner) || inner.length > MAX_CHARS) return undefined;
  return latin1(
    inner.replace(/\\(?:x([\da-f]{2})|(.))/gis, (_, code: string | undefined, letter: string) =>
      code === undefined ? (ESCAPES[letter] ?? letter) : String.fromCharCode(Number.parseInt(code, 16)),
    ),
  );
}

/** The bytes behind two encodings, e.g. base64 of base64, hex of base64, or base64 of bytes that were taken for letters. */
export function* encodedTwice(text: string): Generator<Uint8Array> {
  if (text.length > MAX_CHARS) return;
  for (const outer of [decodeHex(text, { upperCase: true }), base64Bytes(text)]) {
    const inner = outer && decodeUtf8(outer);
    if (inner === undefined) continue;
    const isText = /^[\w+/=-]+\s*$/.test(inner);
    const bare = inner.trimEnd();
    const candidates = isText ? [decodeHex(bare, { upperCase: true }), base64Bytes(bare)] : [latin1(inner)];
    for (const bytes of candidates) if (bytes && bytes.length >= MIN_BYTES) yield bytes;
  }
}

/** What `openssl dgst` prints before a digest, such as `SHA2-256(stdin)= `. */
const OPENSSL_LABEL = /^[\w-]*\([\w.-]*\)= */;

export function withoutLabel(text: string): string {
  return text.replace(OPENSSL_LABEL, '');
}

/** Each way to read a text as bytes, and what it is without quotes, blanks, a label or percent-encoding. */
export function* bytesReadFrom(text: string): Generator<Uint8Array> {
  const bare = text.trim();
  const unquoted = bare.replace(/^b?(["'])(.*)\1$/s, '$2');
  const forms = [bare, unquoted, withoutLabel(bare), bare.replace(/\s+/g, ''), decoded(bare)];
  for (const form of new Set(forms)) {
    const own = form === text ? undefined : base64Bytes(form);
    const plain = [decodeHex(form, { upperCase: true }), own, base32Text(form), separatedHex(form)];
    for (const bytes of [...plain, numbersText(form), escapedText(form), ...encodedTwice(form)])
      if (bytes && bytes.length >= MIN_BYTES) yield bytes;
  }
}
