/** The keys that a configured text holds: PEM, JWK, JWKS, or DER in base64 and the like. */
import { decodeKeyText, type KeySpec, pemBytes } from '../../keys.ts';
import { SetupError } from '../../setup-error.ts';
import { decodeUtf8, utf8 } from '../../text/bytes.ts';
import { isJsonFault, scanJsonObject } from '../../text/json-text.ts';
import { type TokenKey, tokenKeyOfDer, tokenKeyOfJwk } from './token-key.ts';

export interface KeyTextContent {
  readonly keys: readonly TokenKey[];
  /** Why members of a key set are left out (RFC 7517 §5), one sentence each. */
  readonly leftOut: readonly string[];
  readonly isSet: boolean;
}

/** More keys in one set than this make it no set of one issuer, and every token without `kid` costly. */
const MAX_SET_KEYS = 32;

const REMEDY = 'Give a PEM of a PUBLIC KEY, a JWK, or a JWKS; compare it with the issuer’s page.';

/** @throws SetupError where the text is no key. */
export function readKeyText({ secret, encoding }: KeySpec, option: string): KeyTextContent {
  const text = typeof secret === 'string' ? secret.trim() : secret;
  if (text === undefined || text.length === 0) {
    throw new SetupError(
      option,
      'the key is empty',
      'Set it; an unset environment variable is the usual cause.',
    );
  }
  if (typeof text !== 'string') return one(tokenKeyOfDer(text), option);
  if (encoding === 'jwk' || encoding === 'jwks' || (encoding === undefined && text.startsWith('{'))) {
    return readJson(text, encoding, option);
  }
  if (text.startsWith('-----BEGIN CERTIFICATE')) {
    throw new SetupError(
      option,
      'a certificate is not taken: its validity and chain would go unchecked',
      'Take its key: `openssl x509 -in cert.pem -pubkey -noout`.',
    );
  }
  const isPem = encoding === 'pem' || (encoding === undefined && text.startsWith('-----BEGIN '));
  const der =
    isPem || encoding === 'prefixed' ? pemBytes(text)?.der : decodeKeyText(text, encoding ?? 'base64');
  if (!der) throw new SetupError(option, 'the text is no key', REMEDY);
  return one(tokenKeyOfDer(der), option);
}

function one(key: TokenKey | string, option: string): KeyTextContent {
  if (typeof key === 'string') throw new SetupError(option, key, REMEDY);
  return { keys: [key], leftOut: [], isSet: false };
}

function readJson(text: string, encoding: KeySpec['encoding'], option: string): KeyTextContent {
  const object = parseKeyJson(utf8(text));
  if (!object) throw new SetupError(option, 'the text is no JSON object', REMEDY);
  const isSet = 'keys' in object;
  if (encoding !== undefined && isSet !== (encoding === 'jwks')) {
    throw new SetupError(
      option,
      `the text is no ${encoding}`,
      'A JWK has the member kty, a JWKS the member keys.',
    );
  }
  if (!isSet) return one(tokenKeyOfJwk(object), option);
  const set = readKeySet(object);
  if (typeof set === 'string') throw new SetupError(option, set, REMEDY);
  return set;
}

/** The JSON object that bytes are; undefined where they are none, or an ambiguous one. */
export function parseKeyJson(bytes: Uint8Array): Record<string, unknown> | undefined {
  if (isJsonFault(scanJsonObject(bytes))) return undefined;
  const text = decodeUtf8(bytes);
  return text === undefined ? undefined : (JSON.parse(text) as Record<string, unknown>);
}

/** The keys of a JWKS (RFC 7517 §5); a text that says why it is none. */
export function readKeySet({ keys }: Readonly<Record<string, unknown>>): KeyTextContent | string {
  if (!Array.isArray(keys)) return 'the key set has no list of keys';
  if (keys.length > MAX_SET_KEYS)
    return `the key set has ${keys.length} keys; at most ${MAX_SET_KEYS} are taken`;
  const found: TokenKey[] = [];
  const leftOut: string[] = [];
  for (const [i, member] of (keys as readonly unknown[]).entries()) {
    const isObject = typeof member === 'object' && member !== null && !Array.isArray(member);
    const key = isObject ? tokenKeyOfJwk(member as Record<string, unknown>) : 'it is no object';
    if (typeof key === 'string') leftOut.push(`key ${i + 1} of the set is left out: ${key}`);
    else found.push(key);
  }
  return { keys: found, leftOut, isSet: true };
}
