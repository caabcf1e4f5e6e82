/** What a public or private key is, read from its DER (X.509 SubjectPublicKeyInfo, PKCS#8) without importing it. */
import type { KeyType } from './algorithms.ts';

export interface KeyDerInfo extends KeyType {
  readonly kind: 'public' | 'private';
  /** RSA only. */
  readonly modulusBits?: number;
}

const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const OBJECT_ID = 0x06;
const SEQUENCE = 0x30;

/** Object identifiers (RFC 8017, RFC 5480, RFC 8410), in hex; of an EC key its curve’s. */
const TYPES: Readonly<Record<string, KeyType>> = {
  '2a864886f70d010101': { kty: 'RSA' },
  '2a8648ce3d030107': { kty: 'EC', crv: 'P-256' },
  '2b81040022': { kty: 'EC', crv: 'P-384' },
  '2b81040023': { kty: 'EC', crv: 'P-521' },
  '2b6570': { kty: 'OKP', crv: 'Ed25519' },
};

const EC_KEY = '2a8648ce3d0201';

/** Undefined where the bytes are no key of a type that tokens are signed with. */
export function readKeyDer(der: Uint8Array): KeyDerInfo | undefined {
  const parts = children(der, SEQUENCE);
  const isPrivate = parts?.[0]?.tag === INTEGER;
  const [algorithm, key] = isPrivate ? [parts?.[1], parts?.[2]] : [parts?.[0], parts?.[1]];
  if (algorithm?.tag !== SEQUENCE || key?.tag !== (isPrivate ? OCTET_STRING : BIT_STRING)) return undefined;
  const [oid, parameter] = elements(algorithm.content) ?? [];
  if (oid?.tag !== OBJECT_ID) return undefined;
  const name = hex(oid.content) === EC_KEY ? parameter : oid;
  const type = name?.tag === OBJECT_ID ? TYPES[hex(name.content)] : undefined;
  if (!type) return undefined;
  const kind = isPrivate ? 'private' : 'public';
  if (type.kty !== 'RSA') return { kind, ...type };
  // RSAPublicKey is { n, e }, inside a bit string’s first byte; RSAPrivateKey { version, n, e, … }.
  const numbers = isPrivate ? children(key.content, SEQUENCE) : children(key.content.subarray(1), SEQUENCE);
  const modulus = numbers?.[isPrivate ? 1 : 0];
  return modulus?.tag === INTEGER ? { kind, ...type, modulusBits: bitLength(modulus.content) } : undefined;
}

/** The number of bits of a number, highest byte first. */
export function bitLength(bytes: Uint8Array): number {
  const first = bytes.findIndex((byte) => byte !== 0);
  return first < 0 ? 0 : (bytes.length - first) * 8 - (Math.clz32(bytes[first] as number) - 24);
}

interface Element {
  readonly tag: number;
  readonly content: Uint8Array;
}

function children(bytes: Uint8Array, tag: number): readonly Element[] | undefined {
  const [only, more] = elements(bytes) ?? [];
  return only?.tag === tag && more === undefined ? elements(only.content) : undefined;
}

/** The elements that bytes are made of, undefined where they are not made of whole ones. */
function elements(bytes: Uint8Array): readonly Element[] | undefined {
  const found: Element[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at] as number;
    let length = bytes[at + 1] ?? 0;
    let start = at + 2;
    if (length > 0x80) {
      const lengthEnd = start + (length & 0x7f);
      if (lengthEnd - start > 3) return undefined;
      length = 0;
      while (start < lengthEnd) length = length * 256 + (bytes[start++] ?? 0);
    }
    at = start + length;
    if (at > bytes.length) return undefined;
    found.push({ tag, content: bytes.subarray(start, at) });
  }
  return found;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
