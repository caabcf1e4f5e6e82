/** Tests of an address that cannot be declared, and what is refused where one hands over the key. */
import { gateOf, NO_SIGNATURE, overBody, type RefusalCase } from './refusal-case.ts';
import type { SetupCase } from './setup-cases.ts';

const handing = { signed: false, challenge: 'token', deliversKey: true };
const keyless = { ...overBody({ handshake: handing }), keys: [], takeKey: () => false };

export const handshakeRefusals: readonly RefusalCase[] = [
  {
    when: 'a request to a gate whose platform has not handed over its key yet',
    gate: keyless,
    request: { headers: { 'x-signature': NO_SIGNATURE } },
    says: 'the gate has no key yet: its platform hands it over in its test of the address',
    remedy: 'Open the gate for a key, and have the platform send its test; or give the gate its key by hand.',
  },
];

const declared =
  (handshake: object, changes: object = {}) =>
  () =>
    gateOf(overBody({ handshake, ...changes }));

export const handshakeSetups: readonly SetupCase[] = [
  {
    when: 'signing before the key was handed over',
    act: () => gateOf(keyless).sign({ method: 'POST', url: '/', body: '{}' }),
    says: 'keys: the gate has no key yet. Wait for the platform’s test, or give one.',
  },
  {
    when: 'a test without a proof that nothing tells',
    act: declared({ signed: false }),
    says: 'scheme.handshake.challenge: nothing tells a test from other requests that carry no proof. Give where its challenge is, e.g. { query: validationToken }.',
  },
  {
    when: 'a challenge in two places',
    act: declared({ signed: false, challenge: { header: 'a', query: 'b' } }),
    says: 'scheme.handshake.challenge: it says no place, or two. Give a name, { header: NAME } or { query: NAME }.',
  },
  {
    when: 'an answer with a header of its own',
    act: declared({ method: 'GET', headers: { location: '/' } }),
    says: 'scheme.handshake.headers.location: it is no header that a platform asks for. Name the one that it wants to see, e.g. { x-hook-secret: "{challenge}" }.',
  },
  {
    when: 'a GET that is to be signed',
    act: declared({ method: 'GET', signed: true, challenge: 'c' }),
    says: 'scheme.handshake.signed: a test by GET or HEAD is never signed. Leave it out.',
  },
  {
    when: 'a token of a test that is signed',
    act: declared({ when: { a: 'b' }, token: { query: 'a', value: 'b' } }),
    says: 'scheme.handshake.token: the test is signed, which says whose it is. Leave it out, or set signed: false.',
  },
  {
    when: 'a challenge that nobody signs, of a test that is signed',
    act: declared({ when: { a: 'b' }, challenge: { header: 'x-challenge' }, answer: '{hmac:hex}' }),
    says: 'scheme.handshake.challenge: it is in no body, and of a signed test the body is what is signed. Name a member of the body; or set signed: false, where the test has no proof.',
  },
  {
    when: 'a token without its text',
    act: declared({ method: 'GET', token: { query: 'a' } }),
    says: 'scheme.handshake.token.value: it is not given. Give { query, value }: the parameter, and the text that was given to the platform.',
  },
  {
    when: 'probes of a test without a signature',
    act: declared({ method: 'GET', challenge: 'c', probes: true }),
    says: 'scheme.handshake.probes: the test has no signature that could be wrong. Leave it out.',
  },
  {
    when: 'a key that a signed test hands over',
    act: declared({ when: { a: 'b' }, challenge: 'c', deliversKey: true }),
    says: 'scheme.handshake.deliversKey: a key is handed over by a POST without a proof. Set method: POST and signed: false.',
  },
  {
    when: 'an address to be called that is not signed',
    act: () =>
      gateOf({
        scheme: {
          type: 'certificate',
          certificate: { member: 'cert', hosts: ['a.example'], names: ['a.example'] },
          signature: 'signature',
          algorithm: 'rsa-pkcs1-sha256',
          message: ['text', 'kind'],
          confirm: { member: 'call', when: { kind: 'new' } },
        },
        keys: [],
      }),
    says: 'scheme.confirm: no message signs the address and what tells that it is to be called. Name members that the message covers: { member: SubscribeURL, when: { Type: SubscriptionConfirmation } }.',
  },
];
