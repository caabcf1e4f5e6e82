/** What random declarations of every form are made of: words, keys, values of two requests. */
import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { RSA_PAIR } from '../support/rsa-pairs.ts';

export interface RandomRequest {
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Text for JSON and form bodies alike. */
  readonly values: readonly string[];
  readonly id: string;
  readonly nonce: string;
  readonly timestampMs: number;
}

export interface Pair {
  readonly publicPem: string;
  readonly privatePem: string;
}

interface KeyLike {
  export(options: { readonly type: 'spki' | 'pkcs8'; readonly format: 'pem' }): string | Buffer;
}

const pem = (pair: { readonly publicKey: KeyLike; readonly privateKey: KeyLike }): Pair => ({
  publicPem: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  privatePem: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
});

export const PAIRS = {
  ed25519: pem(generateKeyPairSync('ed25519')),
  'ecdsa-p256-sha256': pem(generateKeyPairSync('ec', { namedCurve: 'P-256' })),
  'ecdsa-p384-sha384': pem(generateKeyPairSync('ec', { namedCurve: 'P-384' })),
  rsa: pem(RSA_PAIR),
} as const;

export const word: fc.Arbitrary<string> = fc.constantFrom(
  'acme',
  'hook',
  'partner',
  'pay',
  'northwind',
  'zephyr',
  'x',
  'corp',
);

export const hex: fc.Arbitrary<string> = fc.string({
  minLength: 16,
  maxLength: 32,
  unit: fc.constantFrom(...'0123456789abcdef'),
});

export const text: fc.Arbitrary<string> = fc.string({
  minLength: 3,
  maxLength: 24,
  unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz0123456789é -'),
});

export const secretText: fc.Arbitrary<string> = fc.string({
  minLength: 20,
  maxLength: 40,
  unit: fc.constantFrom(...'abcdefghijkLMNOPQRST0123456789!_'),
});

/** What differs between two requests of one sender. */
export const randomRequest: fc.Arbitrary<RandomRequest> = fc.record({
  query: fc.record({ b: hex, a: fc.nat({ max: 999 }) }).map(({ a, b }) => `page=${a}&from=${b}`),
  headers: fc.record({ 'x-topic': text.map((topic) => `topic-${topic.replace(/[^a-z0-9]/g, '')}`) }),
  values: fc.array(text, { minLength: 1, maxLength: 4 }),
  id: fc.oneof(fc.uuid(), hex),
  nonce: hex,
  timestampMs: fc.integer({ min: 1_600_000_000_000, max: 1_900_000_000_000 }),
});
