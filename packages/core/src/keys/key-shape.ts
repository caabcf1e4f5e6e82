/** Public (and private) keys by their shape: such a text must never become a shared secret, for anybody may know it. */
import { isOnCurve } from '../crypto/curve-points.ts';
import { type DerElement, derElements, derNatural, SEQUENCE } from '../crypto/der.ts';
import { decodeUtf8 } from '../text/bytes.ts';
import { decodeBase32, decodeHex, encodeHex } from '../text/encodings.ts';
import { bareText } from '../text/quotes.ts';
import { base64Bytes } from './base64-text.ts';

/** The shapes of which more is known elsewhere. */
export const PEM_SHAPE = 'a PEM';
export const DER_SHAPE = 'a public or private key in DER';

interface TextShape {
  readonly pattern: RegExp;
  readonly name: string;
}

const TEXT_SHAPES: readonly TextShape[] = [
  // RFC 7468, whatever the label; also inside JSON, where a line end is \n.
  { pattern: /-----\s*(?:BEGIN|END)\b/i, name: PEM_SHAPE },
  { pattern: /---- BEGIN SSH2 /i, name: 'an SSH key (RFC 4716)' },
  { pattern: /PuTTY-User-Key-File-/i, name: 'a PuTTY key' },
  {
    pattern:
      /(?:^|\s|")(?:sk-)?(?:ssh-(?:rsa|dss|ed25519|ed448)|ecdsa-sha2-nistp\d+)(?:-cert-v01)?(?:@openssh\.com)?\s+[A-Za-z0-9+/]{16}/,
    name: 'an SSH key',
  },
  { pattern: /^untrusted comment:/i, name: 'a minisign or signify key' },
  { pattern: /^(?:age1|AGE-SECRET-KEY-1)[a-z0-9]{50,}$/i, name: 'an age key' },
  { pattern: /^wh[ps]k_[A-Za-z0-9+/_=-]{16}/, name: 'a key of Standard Webhooks for Ed25519' },
  { pattern: /^k[1-4]\.(?:public|secret)\./, name: 'a PASERK key' },
  { pattern: /^did:(?:key|jwk):/, name: 'a public key (did:key)' },
  {
    pattern: /<(?:\w+:)?(?:RSAKeyValue|DSAKeyValue|ECKeyValue|X509Certificate)\b/,
    name: 'a key in XML',
  },
];

/** Object identifiers that name a key's type inside any DER of it: RSA, DSA, EC and its curves, X25519 to Ed448. */
const KEY_IDS =
  /06092a864886f70d0101|06072a8648ce3804|06(?:07|08)2a8648ce3d|06052b810400|300506032b65(?:6e|6f|70|71)/;

/** Every SSH key begins with its type’s name, the length before it. */
const SSH_BYTES = /^0000.{4}(?:7373682d|65636473612d|736b2d)/;

/** Where a text decodes to a text, such as a PEM in base64. */
const MAX_DEPTH = 3;

/**
 * What public or private key a text or bytes are, in words (`a PEM`); undefined where they are none that can be told.
 * Looks through white space, quotes, byte order marks and base64, base64url, hex and base32. A JSON Web Key of type
 * `oct` is no public key. Raw Ed25519 keys and compressed points cannot be told from secrets.
 */
export function publicKeyShape(secret: string | Uint8Array, depth = 0): string | undefined {
  if (depth > MAX_DEPTH) return undefined;
  return typeof secret === 'string' ? shapeOfText(secret, depth) : shapeOfBytes(secret, depth);
}

function shapeOfText(written: string, depth: number): string | undefined {
  const text = bareText(written);
  const named = TEXT_SHAPES.find(({ pattern }) => pattern.test(text));
  if (named) return named.name;
  const json = shapeOfJson(text, depth);
  if (json) return json;
  const compact = text.replace(/\s+|\\[nrt]/g, '');
  const decoded = [
    base64Bytes(compact),
    decodeHex(compact.replace(/^0x/i, '').replaceAll(':', '').toLowerCase(), { upperCase: false }),
    decodeBase32(compact),
  ];
  for (const bytes of decoded) {
    const shape = bytes && bytes.length >= 16 ? shapeOfBytes(bytes, depth + 1) : undefined;
    if (shape) return shape;
  }
  return undefined;
}

function shapeOfBytes(bytes: Uint8Array, depth: number): string | undefined {
  const digits = encodeHex(bytes.subarray(0, 8 * 1024));
  if (SSH_BYTES.test(digits)) return 'an SSH key';
  // Aligned to bytes by the search itself: a match at half a byte is as unlikely as one by chance.
  if (bytes[0] === SEQUENCE && (KEY_IDS.test(digits) || isPkcs1(bytes))) return DER_SHAPE;
  if (isPoint(bytes)) return 'a public key (a point of a curve)';
  const text = bytes[0] === 0xff && bytes[1] === 0xfe ? utf16(bytes) : decodeUtf8(bytes);
  return text === undefined ? undefined : publicKeyShape(text, depth + 1);
}

/** RSAPublicKey or RSAPrivateKey, which hold no object identifier: a large number first, or after a 0. */
function isPkcs1(bytes: Uint8Array): boolean {
  const numbers = inner(bytes)?.map(derNatural) ?? [];
  const modulus = numbers[0]?.length === 0 ? numbers[1] : numbers[0];
  return numbers.length >= 2 && !numbers.includes(undefined) && (modulus?.length ?? 0) >= 32;
}

function inner(bytes: Uint8Array): readonly DerElement[] | undefined {
  const only = derElements(bytes)?.[0];
  return only && derElements(only.content);
}

/** An uncompressed point: of random bytes one in 2²⁵⁶ lies on its curve. */
function isPoint(bytes: Uint8Array): boolean {
  const size = (bytes.length - 1) / 2;
  const curve = ({ 32: 'P-256', 48: 'P-384', 66: 'P-521' } as const)[size];
  return (
    bytes[0] === 4 &&
    curve !== undefined &&
    isOnCurve(curve, bytes.subarray(1, 1 + size), bytes.subarray(1 + size))
  );
}

function shapeOfJson(text: string, depth: number): string | undefined {
  if (!/^[[{]/.test(text)) return undefined;
  try {
    return shapeOfValue(JSON.parse(text), depth);
  } catch {
    // Cut off or not quite JSON: still no secret that anybody chose.
    return /"?kty"?\s*[:=]\s*["']?(?:RSA|EC|OKP|AKP)\b/.test(text) ? 'a JSON Web Key' : undefined;
  }
}

/** Looks into what holds keys too: a list of them, an issuer’s certificates by id, an answer of some API. */
function shapeOfValue(value: unknown, depth: number): string | undefined {
  if (depth > MAX_DEPTH + 1) return undefined;
  if (typeof value === 'string') return value.length < 40 ? undefined : publicKeyShape(value, depth + 1);
  if (typeof value !== 'object' || value === null) return undefined;
  if ('kty' in value && value.kty !== 'oct') return 'a JSON Web Key';
  if ('keys' in value && Array.isArray(value.keys)) return 'a JSON Web Key Set';
  if ('kty' in value) return undefined;
  for (const member of Object.values(value)) {
    const shape = shapeOfValue(member, depth + 1);
    if (shape) return shape;
  }
  return undefined;
}

function utf16(bytes: Uint8Array): string {
  return new TextDecoder('utf-16le').decode(bytes);
}
