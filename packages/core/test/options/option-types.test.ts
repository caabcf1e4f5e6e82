/**
 * What TypeScript refuses. Each line below an `@ts-expect-error` must not compile: the check of types (`npm run check`)
 * fails where one does. What it refuses is refused at run time as well.
 */
import { describe, expect, it } from 'vitest';
import { signedFetch } from '../../src/client/index.ts';
import {
  createGate,
  type GateOptions,
  providerIds,
  SetupError,
  sign,
  verify,
  withOptions,
} from '../../src/index.ts';
import { firebaseAppCheck } from '../../src/providers/firebase-app-check.ts';
import { github } from '../../src/providers/github.ts';
import { stripe } from '../../src/providers/stripe.ts';
import { RIGHT_PROVIDERS, RIGHT_SCHEMES } from './right-declarations.ts';

const keys = [Buffer.alloc(64, 7).toString('base64')];
const request = { method: 'POST', url: '/' };
const secret = 'a-secret-of-20-bytes!';
const declared = { algorithm: 'sha256', signature: 'x-sig', message: '{body}' } as const;

const WRONG: Readonly<Record<string, () => unknown>> = {
  // @ts-expect-error a misspelt provider
  provider: () => createGate({ provider: 'githb', keys }),
  // @ts-expect-error a misspelt provider, in a mapping
  'provider, in a mapping': () => createGate({ provider: { id: 'slak' }, keys }),
  // @ts-expect-error a provider that does not do without its option
  'bare provider': () => createGate({ provider: 'firebase-app-check' }),
  // @ts-expect-error a provider that does not do without its option, in a mapping
  'required option': () => createGate({ provider: { id: 'firebase-app-check' } }),
  // @ts-expect-error the name of other providers’ option
  header: () => createGate({ provider: { id: 'github', header: 'x-sig' }, keys }),
  // @ts-expect-error a time where none is signed
  tolerance: () => createGate({ provider: { id: 'github', toleranceMs: 1000 }, keys }),
  // @ts-expect-error a part that has no header of its own
  headers: () => createGate({ provider: { id: 'stripe', headers: { timestamp: 'x-t' } }, keys }),
  // @ts-expect-error an imported provider that does not do without its option
  'bare import': () => createGate({ provider: firebaseAppCheck }),
  // @ts-expect-error another provider’s option, for one that is imported
  'import, other option': () => createGate({ provider: withOptions(github, { binding: 'x' }), keys }),
  // @ts-expect-error the same beside one of its own
  'import, two options': () => withOptions(stripe, { toleranceMs: 5000, binding: 'x' }),
  // @ts-expect-error a time where none is signed, for one that is imported
  'import, time': () => createGate({ provider: withOptions(github, { toleranceMs: 5000 }), keys }),
  // @ts-expect-error an id where a provider is due
  'id as an import': () => withOptions('stripe', { toleranceMs: 5000 }),
  // @ts-expect-error another provider’s option
  'option of another': () => createGate({ provider: { id: 'incode', binding: 'x' }, keys }),
  // @ts-expect-error a misspelt option
  option: () => createGate({ provider: { id: 'approov', bindng: ['authorization'] }, keys }),
  // @ts-expect-error a misspelt word
  word: () => createGate({ provider: { id: 'approov', binding: 'x-a', bindingMode: 'optionl' }, keys }),
  // @ts-expect-error a number as a text
  number: () => createGate({ provider: { id: 'hmac', toleranceMs: '60000' }, keys }),
  // @ts-expect-error an algorithm of tokens in small letters
  algorithm: () => createGate({ provider: { id: 'jwt-bearer', algorithm: 'hs256' }, keys }),
  // @ts-expect-error an HMAC for a proof
  'proof algorithm': () => createGate({ provider: { id: 'dpop', proofAlgorithm: 'HS256' }, keys }),
  // @ts-expect-error a misspelt member of an option
  'member of an option': () => createGate({ provider: { id: 'hmac', signature: { heder: 'x-sig' } }, keys }),
  // @ts-expect-error a misspelt word in a member
  member: () => createGate({ provider: { id: 'hmac', signature: { encoding: 'base-64' } }, keys }),
  // @ts-expect-error a misspelt unit
  unit: () => createGate({ provider: { id: 'hmac', timestamp: { header: 'x-t', unit: 'sec' } }, keys }),
  // @ts-expect-error a key set without its address
  'key set': () => createGate({ provider: { id: 'jwt-bearer', algorithm: 'RS256', jwks: { maxAgeMs: 1 } } }),
  // @ts-expect-error a parameter that no signature has
  parameter: () => createGate({ provider: { id: 'http-message-signatures', required: ['creatd'] }, keys }),
  // @ts-expect-error an option beside the provider
  'option of the gate': () => createGate({ provider: 'hmac', keys, toleranceMs: 1000 }),
  // @ts-expect-error a misspelt type of scheme
  type: () => createGate({ scheme: { type: 'jwd', algorithm: 'HS256' }, keys }),
  // @ts-expect-error a misspelt part of a scheme
  part: () => createGate({ scheme: { ...declared, mesage: '{body}' }, keys }),
  // @ts-expect-error a scheme without a message
  'no message': () => createGate({ scheme: { algorithm: 'sha256', signature: 'x-sig' }, keys }),
  // @ts-expect-error an algorithm that there is not
  'scheme algorithm': () => createGate({ scheme: { ...declared, algorithm: 'md5' }, keys }),
  // @ts-expect-error a token scheme without an algorithm
  'token scheme': () => createGate({ scheme: { type: 'jwt' }, keys }),
  // @ts-expect-error a template’s part of a token scheme
  another: () => createGate({ scheme: { type: 'jwt', algorithm: 'HS256', message: '{body}' }, keys }),
  // @ts-expect-error a misspelt part of a part
  'part of a part': () => createGate({ scheme: { ...declared, id: { memer: 'id' } }, keys }),
  // @ts-expect-error a misspelt form
  form: () => createGate({ scheme: { type: 'shared-token', form: 'bear' }, keys }),
  // @ts-expect-error a misspelt provider
  verify: () => verify(request, { provider: 'strip', keys }),
  // @ts-expect-error a misspelt option
  sign: () => sign(request, { provider: { id: 'hmac', mesage: '{body}' }, keys }),
  // @ts-expect-error a misspelt provider
  signedFetch: () => signedFetch('hamc', secret),
  // @ts-expect-error a misspelt part of a scheme
  signedFetchBy: () => signedFetch({ scheme: { ...declared, singature: 'x' } }, secret),
};

describe('what does not compile', () => {
  it.each(Object.entries(WRONG))('is refused at run time as well: %s', (_, run) => {
    expect(run).toThrow(SetupError);
  });
});

describe('what compiles', () => {
  it('is there for every provider, by its id', () => {
    expect(Object.keys(RIGHT_PROVIDERS).sort()).toEqual([...providerIds].sort());
  });

  it.each([
    ...Object.values(RIGHT_PROVIDERS).flatMap((choices) => choices.map((provider) => ({ provider }))),
    ...Object.values(RIGHT_SCHEMES).flatMap((declarations) => declarations.map((scheme) => ({ scheme }))),
  ])('makes a gate, or lacks a key of its kind: %j', (options: GateOptions) => {
    try {
      createGate({ ...options, keys });
    } catch (error) {
      expect(error).toMatchObject({ option: expect.stringMatching(/^keys/) });
    }
  });

  it('a choice that is known by its id only', () => {
    for (const provider of ['github', 'stripe'] as const) {
      expect(createGate({ provider, keys: ['whsec_a-secret-of-30-bytes-here'] }).provider).toBe(provider);
    }
  });
});
