/** The key that signs: derived from the secret by date, region and service, and kept while its date is asked for. */
import { backend } from '#crypto';
import { andThen } from '../../and-then.ts';
import type { Message, ProofKey } from '../../crypto/backend.ts';
import { dropOldest } from '../../drop-oldest.ts';
import type { MaybePromise } from '../../model.ts';
import { concatBytes, utf8 } from '../../text/bytes.ts';
import { SCOPE_END, SIGV4_ALGORITHM } from './authorization.ts';

/** What a key signs for, besides its date. */
export interface KeyScope {
  readonly region: string;
  readonly service: string;
}

/** Around midnight two dates are in use; more are of forgers. */
const KEPT_KEYS = 4;

/** Where the date of the scope stands in a text to sign: behind the algorithm and the time, each of which has a line. */
const DATE_AT = `${SIGV4_ALGORITHM}\n20150830T123600Z\n`.length;

/** A text to sign as the scheme makes it. */
export type StringToSign = readonly [text: string];

/** A key of one secret that proves texts to sign, whatever their date is. */
export function createSigV4Key(secret: Uint8Array, scope: KeyScope): ProofKey {
  const keys = new Map<string, MaybePromise<ProofKey>>();
  const keyOf = (message: Message): MaybePromise<ProofKey> => {
    const date = (message[0] as StringToSign[0]).slice(DATE_AT, DATE_AT + 8);
    const ready = keys.get(date);
    if (ready !== undefined) return ready;
    const key = deriveKey(secret, date, scope);
    keys.set(date, key);
    dropOldest(keys, KEPT_KEYS);
    return key;
  };
  return {
    isSlow: false,
    find: (message, signatures) => andThen(keyOf(message), (key) => key.find(message, signatures)),
    sign: (message) => andThen(keyOf(message), (key) => key.sign(message)),
  };
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#derive-signing-key */
function deriveKey(secret: Uint8Array, date: string, { region, service }: KeyScope): MaybePromise<ProofKey> {
  let key: MaybePromise<Uint8Array> = concatBytes([utf8('AWS4'), secret]);
  for (const part of [date, region, service, SCOPE_END]) key = andThen(key, macOf, part);
  return andThen(key, proofKeyOf);
}

function macOf(secret: Uint8Array, text: string): MaybePromise<Uint8Array> {
  return andThen(proofKeyOf(secret), signText, text);
}

function proofKeyOf(secret: Uint8Array): MaybePromise<ProofKey> {
  return backend.createSecretKey('hmac-sha256', secret);
}

function signText(key: ProofKey, text: string): MaybePromise<Uint8Array> {
  return key.sign([text]);
}
