/** The keys that a configured text holds: PEM, JWK, JWKS, or DER in base64 and the like. */
import { SEQUENCE } from '../../crypto/der.ts';
import { ed25519Key, readKeyDer } from '../../crypto/key-der.ts';
import { decodeKeyText, isFault, isPem, likenessOfKey, unwrapped } from '../../keys/decode-key-text.ts';
import { isKeyJson, type Jwk, parseKeyJson } from '../../keys/jwk.ts';
import type { KeyEncoding } from '../../keys/key-spec.ts';
import { isBlankSecret } from '../../keys/key-text.ts';
import type { KeyWarning } from '../../keys/key-warning.ts';
import { pemBytes } from '../../keys/pem.ts';
import type { KeySpec } from '../../keys.ts';
import { type Sliced, withPauses } from '../../pause.ts';
import { SetupError } from '../../setup-error.ts';
import { decodeUtf8, utf8 } from '../../text/bytes.ts';
import { isObject } from '../../text/is-object.ts';
import { isPrivateJwk, publicJwk, type TokenKey, tokenKeyOf, tokenKeyOfJwk } from './token-key.ts';

export interface LeftOutMember {
  /** Counted from 1. */
  readonly place: number;
  readonly fault: string;
}

export interface KeyTextContent {
  /** What it was read as: an encoding, or `bytes`. */
  readonly readAs: string;
  readonly keys: readonly TokenKey[];
  /** What an operator should know. */
  readonly notes: readonly KeyWarning[];
  /** Members of a key set that are none of ours (RFC 7517 §5). */
  readonly leftOut: readonly LeftOutMember[];
  readonly isSet: boolean;
}

/** More keys in one set than this make it no set of one issuer, and every token without `kid` costly. */
const MAX_SET_KEYS = 32;

const REMEDY = 'Give a PEM of a PUBLIC KEY, a JWK, or a JWKS; compare it with the issuer’s page.';

/** A key of a set is a slice. @throws SetupError where the text is no key. */
export function* readKeyText({ secret, encoding }: KeySpec, option: string): Sliced<KeyTextContent> {
  if (isBlankSecret(secret)) {
    throw new SetupError(
      option,
      'the key is empty',
      'Set it; an unset environment variable is the usual cause.',
    );
  }
  const text = typeof secret === 'string' ? secret : textOfFile(secret);
  if (text === undefined) return singleKey(keyOfBytes(secret as Uint8Array), 'bytes', option);
  const bare = unwrapped(text);
  if (encoding === 'jwk' || encoding === 'jwks' || (encoding === undefined && isKeyJson(bare))) {
    return yield* readJson(bare, encoding, option);
  }
  if (encoding === 'pem' || encoding === 'prefixed' || (encoding === undefined && isPem(text))) {
    const der = pemBytes(text);
    if (!(der instanceof Uint8Array)) throw new SetupError(option, der.problem, der.remedy);
    return singleKey(tokenKeyOf(readKeyDer(der)), 'pem', option);
  }
  return readEncoded(bare, encoding, option);
}

/** A file’s bytes that were not made a text; undefined where they are the key itself. */
function textOfFile(bytes: Uint8Array): string | undefined {
  const text = bytes[0] === SEQUENCE ? undefined : decodeUtf8(bytes);
  return text !== undefined && (isPem(text) || isKeyJson(text)) ? text : undefined;
}

function readEncoded(
  text: string,
  encoding: Exclude<KeyEncoding, 'pem' | 'jwk' | 'jwks' | 'prefixed'> | undefined,
  option: string,
): KeyTextContent {
  // 32 bytes in hex are no key in base64.
  const read = encoding ?? (/^[\da-f]{64}$/i.test(text) ? 'hex' : 'base64');
  const decoded = decodeKeyText(text, read);
  if (isFault(decoded)) throw new SetupError(option, decoded.problem, `${decoded.remedy} ${REMEDY}`);
  const key = keyOfBytes(decoded.bytes);
  if (typeof key !== 'string') return { ...singleKey(key, read, option), notes: decoded.notes };
  const likeness = likenessOfKey(text, read);
  throw new SetupError(option, likeness?.problem ?? key, likeness?.remedy ?? REMEDY);
}

function keyOfBytes(bytes: Uint8Array): TokenKey | string {
  return tokenKeyOf(bytes.length === 32 ? ed25519Key(bytes) : readKeyDer(bytes));
}

function singleKey(key: TokenKey | string, readAs: string, option: string): KeyTextContent {
  if (typeof key === 'string') throw new SetupError(option, key, REMEDY);
  return { readAs, keys: [key], notes: [], leftOut: [], isSet: false };
}

function* readJson(text: string, encoding: KeySpec['encoding'], option: string): Sliced<KeyTextContent> {
  const object = parseKeyJson(utf8(text));
  if (!object) throw new SetupError(option, 'the text is not a JSON object', REMEDY);
  const isSet = 'keys' in object;
  if (encoding !== undefined && isSet !== (encoding === 'jwks')) {
    throw new SetupError(
      option,
      `the text is not ${encoding}`,
      'A JWK has the member kty, a JWKS the member keys.',
    );
  }
  if (!isSet) return singleKey(tokenKeyOfJwk(object), 'jwk', option);
  const set = yield* readKeySet(object);
  if (typeof set === 'string') throw new SetupError(option, set, REMEDY);
  return set;
}

/** The keys of a configured JWKS (RFC 7517 §5), private halves included; a text that says why it is none. */
function* readKeySet(set: Readonly<Record<string, unknown>>): Sliced<KeyTextContent | string> {
  const members = membersOf(set);
  if (typeof members === 'string') return members;
  const { keys, leftOut } = yield* readMembers(members, (member) => member);
  return { readAs: 'jwks', keys, notes: [], leftOut, isSet: true };
}

/** Each member of a set, as the key that `kept` leaves of it. */
function* readMembers(
  members: readonly unknown[],
  kept: (member: Jwk) => Jwk,
): Sliced<Pick<KeyTextContent, 'keys' | 'leftOut'>> {
  const keys: TokenKey[] = [];
  const leftOut: LeftOutMember[] = [];
  for (const [i, member] of members.entries()) {
    if (i > 0) yield;
    const key = isObject(member) ? tokenKeyOfJwk(kept(member)) : NO_OBJECT;
    if (typeof key === 'string') leftOut.push({ place: i + 1, fault: key });
    else keys.push(key);
  }
  return { keys, leftOut };
}

/** A set that its issuer publishes: it proves tokens, and signs none. */
export interface PublishedKeySet extends Pick<KeyTextContent, 'keys' | 'leftOut'> {
  /** Places, counted from 1, of members whose private half is published as well. */
  readonly withPrivateHalf: readonly number[];
}

/**
 * The public keys of a JWKS that was fetched (RFC 7517 §5); a text that says why it is none. Private halves are neither
 * read nor kept. What waits has its turn between two keys: a set is judged while requests are answered.
 */
export async function readPublishedKeySet(
  set: Readonly<Record<string, unknown>>,
): Promise<PublishedKeySet | string> {
  const members = membersOf(set);
  if (typeof members === 'string') return members;
  const withPrivateHalf = members.flatMap((member, i) =>
    isObject(member) && isPrivateJwk(member) ? [i + 1] : [],
  );
  return { ...(await withPauses(readMembers(members, publicJwk))), withPrivateHalf };
}

const NO_OBJECT = 'it is not an object';

function membersOf({ keys }: Readonly<Record<string, unknown>>): readonly unknown[] | string {
  if (!Array.isArray(keys)) return 'the key set has no list of keys';
  return keys.length > MAX_SET_KEYS
    ? `the key set has ${keys.length} keys; at most ${MAX_SET_KEYS} are taken`
    : keys;
}

/** A sentence without its dot. */
export function leftOutText({ place, fault }: LeftOutMember): string {
  return `key ${place} of the set is left out: ${fault}`;
}
