/** Refusals of gates whose keys a function finds. */
import type { KeyFunction } from '../../src/index.ts';
import { hmacHex, NO_SIGNATURE, type RefusalCase, SECRET } from './refusal-case.ts';

const finding = (keys: KeyFunction | (() => unknown)): RefusalCase['gate'] => ({
  provider: 'github',
  keys,
  keyLookup: { timeoutMs: 10 },
});
const signed: RefusalCase['request'] = { headers: { 'x-hub-signature-256': `sha256=${hmacHex('{}')}` } };
const LOOK_AT_IT =
  'Look at what it reads the keys from; it is asked again in a moment, and the sender should retry.';
const AS_A_LIST =
  'Have it return a list of keys, as the gate’s option keys takes it: an empty one where there is none.';

export const lookupCases: readonly RefusalCase[] = [
  {
    when: 'a name that has no keys',
    gate: finding(async () => []),
    request: signed,
    says: 'the function of keys has none for what the request names',
    remedy:
      'If this sender should be accepted, have the function return keys for that id; a request that names no id is looked up without one.',
  },
  {
    when: 'a store of keys that is down',
    gate: finding(async () => {
      throw Object.assign(new Error('connect postgres://user:password@db'), { code: 'ECONNREFUSED' });
    }),
    request: signed,
    says: 'the function of keys failed (ECONNREFUSED)',
    remedy: LOOK_AT_IT,
  },
  {
    when: 'a store of keys that hangs',
    gate: finding(() => new Promise(() => {})),
    request: signed,
    says: 'the function of keys did not answer within 10 ms',
    remedy: LOOK_AT_IT,
  },
  {
    when: 'no list where keys are due',
    gate: finding(async () => undefined),
    request: signed,
    says: 'the function of keys returned undefined',
    remedy: AS_A_LIST,
  },
  {
    when: 'a list of keys whose members throw',
    gate: finding(async () => [
      Object.defineProperty({}, 'secret', {
        enumerable: true,
        get: () => {
          throw new TypeError('no');
        },
      }),
    ]),
    request: signed,
    says: 'the function of keys returned what cannot be read',
    remedy: AS_A_LIST,
  },
  {
    when: 'more keys than are tried',
    gate: finding(async () => Array.from({ length: 17 }, (_, i) => `${SECRET}${i}`)),
    request: signed,
    says: 'the function of keys returned 17 keys; at most 16 are tried',
    remedy: 'Have it return those alone that the sender may use.',
  },
  {
    when: 'a key that a list would be refused for',
    gate: finding(async () => [{ secret: 'abc', encoding: 'hex' }]),
    request: signed,
    says: 'what the function of keys returned is not taken: keys[0].secret: the text has 3 digits of hex, and two make a byte',
    remedy: 'Look for a digit that is missing.',
  },
  {
    when: 'a signature of none of the keys that were found',
    gate: finding(async () => [SECRET]),
    request: { headers: { 'x-hub-signature-256': `sha256=${NO_SIGNATURE}` } },
    says: 'none of the keys proves the request',
    remedy:
      'The key differs, or the request was changed on its way. Compare the gate’s key with the sender’s; `countersign explain` shows the bytes that must be signed.',
  },
];
