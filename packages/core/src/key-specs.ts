/** The keys that a gate is handed, checked for their shape before any is read: untyped code and unset variables reach it. */
import { describeGiven, describeNumber, isPlain, memberOf } from './given.ts';
import type { KeyEncoding, KeySpec, KeyState } from './keys/key-spec.ts';
import { remedyOf, shownOption, shownWord } from './options.ts';
import { SetupError } from './setup-error.ts';
import { decodeUtf8 } from './text/bytes.ts';

export const KEY_ENCODINGS: readonly KeyEncoding[] = [
  'utf8',
  'base64',
  'base64url',
  'hex',
  'base32',
  'pem',
  'jwk',
  'jwks',
  'prefixed',
];

const MEMBERS: readonly string[] = ['id', 'secret', 'encoding', 'state', 'fromMs', 'untilMs', 'for'];
export const KEY_STATES: readonly KeyState[] = ['active', 'next', 'retiring', 'revoked'];

/**
 * @param variable the usual environment variable of a key that is alone, named where that is undefined
 * @throws SetupError for a key that is neither a text nor `{ secret }`, and for a member that is none or of the wrong kind.
 */
export function checkKeySpecs(
  keys: readonly unknown[],
  variable?: string,
): asserts keys is readonly (string | KeySpec)[] {
  for (let i = 0; i < keys.length; i++) {
    checkKeySpec(keys[i], `keys[${i}]`, keys.length === 1 ? variable : undefined);
  }
}

/** What to do about a secret that is missing, where its usual environment variable is known. */
export function setVariable(variable: string): string {
  return `Set ${variable} in the environment of this program, and give process.env.${variable} here.`;
}

/** @throws SetupError, naming the key by `path`. */
export function checkKeySpec(key: unknown, path: string, variable?: string): asserts key is string | KeySpec {
  const remedyOfMissing = (value: unknown, otherwise: string): string =>
    value === undefined && variable !== undefined
      ? setVariable(variable)
      : `${otherwise}; an unset environment variable is the usual cause.`;
  if (typeof key === 'string') return checkLength({ secret: key }, path);
  if (!isPlain(key)) {
    refusePromise(key, path);
    throw new SetupError(
      path,
      `it is ${describeGiven(key)}`,
      remedyOfMissing(key, 'Give the key’s text, or { secret }'),
    );
  }
  for (const name of Object.keys(key)) {
    if (MEMBERS.includes(name)) continue;
    throw new SetupError(
      `${path}.${shownOption(name, MEMBERS)}`,
      'a key has no such member',
      remedyOf('Members', name, MEMBERS),
    );
  }
  const { id, secret, encoding, state, fromMs, untilMs } = key;
  if (typeof secret !== 'string' && !(secret instanceof Uint8Array && ArrayBuffer.isView(secret))) {
    refusePromise(secret, `${path}.secret`);
    throw new SetupError(
      `${path}.secret`,
      `it is ${describeGiven(secret)}`,
      remedyOfMissing(secret, 'Give the key’s text or bytes'),
    );
  }
  if (id !== undefined && (typeof id !== 'string' || id === '')) {
    throw new SetupError(`${path}.id`, `it is ${describeGiven(id)}`, 'Give a text.');
  }
  checkWord(encoding, `${path}.encoding`, 'Encodings', KEY_ENCODINGS);
  checkLength({ secret, encoding } as KeySpec, `${path}.secret`);
  checkWord(state, `${path}.state`, 'States', KEY_STATES);
  for (const [name, time] of Object.entries({ fromMs, untilMs })) {
    if (time === undefined || (typeof time === 'number' && !Number.isNaN(time))) continue;
    throw new SetupError(
      `${path}.${name}`,
      `it is ${describeNumber(time)}`,
      'Give milliseconds since the epoch, e.g. Date.parse("2027-01-01").',
    );
  }
  if (typeof fromMs === 'number' && typeof untilMs === 'number' && untilMs <= fromMs) {
    throw new SetupError(`${path}.untilMs`, 'it is not after fromMs', 'Give a later time, or none.');
  }
}

function refusePromise(key: unknown, path: string): void {
  if (typeof memberOf(key, 'then') !== 'function') return;
  throw new SetupError(path, 'it is a promise', 'Await it, and give what it resolves to.');
}

/** More keys than this for one request make every forgery expensive. */
export const MAX_KEYS: number = 16;

/** A longer id is nobody’s: of a key that is published or asked for, and in a request that names one. */
export const MAX_KEY_ID_CHARS = 256;

/** @throws SetupError for more keys than that; where they are bound to actions, each action’s are counted by whoever bound them. */
export function checkCount(keys: readonly (string | Pick<KeySpec, 'for'>)[]): void {
  if (keys.length > MAX_KEYS && indexOfBound(keys) < 0) throw tooMany(keys.length);
}

export function tooMany(count: number): SetupError {
  return new SetupError(
    'keys',
    `${count} keys are too many`,
    `At most ${MAX_KEYS} are tried: remove those that are no longer in use.`,
  );
}

/** The first key that is bound to an action; -1 where none is. */
export function indexOfBound(keys: readonly (string | Pick<KeySpec, 'for'>)[]): number {
  return keys.findIndex((key) => typeof key !== 'string' && key.for !== undefined);
}

/** A private RSA key of 16384 bits is a PEM of 13,000 characters; a JWK with a chain of certificates is shorter than this, too. */
const MAX_KEY_LENGTH = 64 * 1024;
/** 32 keys with their certificates. */
const MAX_KEY_SET_LENGTH = 512 * 1024;

/** Keys are looked at in many ways, for what they may be besides. */
export function isTooLong({ secret, encoding }: KeySpec): boolean {
  if (secret.length <= MAX_KEY_LENGTH) return false;
  const text = typeof secret === 'string' ? secret : decodeUtf8(secret);
  const isSet = encoding === undefined ? text?.includes('"keys"') : encoding === 'jwks';
  return !isSet || secret.length > MAX_KEY_SET_LENGTH;
}

function checkLength(key: KeySpec, path: string): void {
  if (!isTooLong(key)) return;
  throw new SetupError(
    path,
    'it is longer than 64 KB (a JWKS: 512 KB)',
    'Give the key alone; another file was probably read in its place.',
  );
}

function checkWord(word: unknown, path: string, heading: string, words: readonly string[]): void {
  if (word === undefined || words.includes(word as string)) return;
  const description = typeof word === 'string' ? shownWord(word, words) : describeGiven(word);
  throw new SetupError(
    path,
    `it is ${description}`,
    remedyOf(heading, typeof word === 'string' ? word : '', words),
  );
}
