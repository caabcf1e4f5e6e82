/** Refusals of detached signatures. */
import { sign } from 'node:crypto';
import { base64url, P521 } from '../tokens/mint.ts';
import type { RefusalCase } from './refusal-case.ts';

const gate = (options: object = {}, more: object = {}): RefusalCase['gate'] => ({
  scheme: {
    type: 'detached-jws',
    algorithm: 'ES512',
    header: 'x-sig',
    headersParameter: 'signed',
    parameters: { version: '2' },
    ...options,
  },
  keys: [P521.pem],
  ...more,
});

const GOOD = { alg: 'ES512', version: '2', signed: '' };

/** Signed as the sender would, over `POST /hook` and `{}`. */
function signed(
  header: object,
  lines = '',
  headers: RefusalCase['request']['headers'] = {},
): RefusalCase['request'] {
  const segment = base64url(JSON.stringify(header));
  const payload = base64url(`POST /hook\n${lines}{}`);
  const signature = sign('sha512', Buffer.from(`${segment}.${payload}`), {
    key: P521.privateKey,
    dsaEncoding: 'ieee-p1363',
  });
  return { headers: { ...headers, 'x-sig': `${segment}..${base64url(signature)}` } };
}

const written = (value: string): RefusalCase['request'] => ({ headers: { 'x-sig': value } });
const COMPARE =
  'Compare it with what the sender’s page says; look for a proxy that cuts or changes the header.';
const DROPPED = 'Look for a proxy that drops or doubles the part, and at what the sender signs.';
const HEAD = base64url(JSON.stringify(GOOD));

export const detachedCases: readonly RefusalCase[] = [
  {
    when: 'no detached signature',
    gate: gate(),
    request: {},
    says: 'the request has no x-sig header',
    remedy: 'The sender does not sign, signs for another provider, or a proxy dropped the signature.',
  },
  {
    when: 'two detached signatures',
    gate: gate(),
    request: { headers: { 'x-sig': ['a..b', 'a..b'] } },
    says: 'the header x-sig occurs twice',
    remedy: COMPARE,
  },
  {
    when: 'a detached signature that is too long',
    gate: gate(),
    request: written('a'.repeat(8193)),
    says: 'the signature is 8193 characters long; at most 8192 are read',
    remedy: COMPARE,
  },
  {
    when: 'a detached signature of two segments',
    gate: gate(),
    request: written('a.b'),
    says: 'the signature does not have three segments with a dot between each',
    remedy: COMPARE,
  },
  {
    when: 'a signature that brings its own payload',
    gate: gate(),
    request: written(`${HEAD}.e30.AA`),
    says: 'the signature has a payload of its own in place of the request',
    remedy: COMPARE,
  },
  {
    when: 'a detached signature whose header is no JSON',
    gate: gate(),
    request: written(`${base64url('{')}..AA`),
    says: 'the signature’s header cannot be read: the text ends too soon, at byte 1',
    remedy: COMPARE,
  },
  {
    when: 'a detached signature of another algorithm',
    gate: gate(),
    request: written(`${base64url('{"alg":"HS256"}')}..AA`),
    says: 'the signature’s alg is "HS256", not ES512',
    remedy: 'Look at who sends it: the gate takes no other algorithm, whatever a signature names.',
  },
  {
    when: 'a detached signature that is cut',
    gate: gate(),
    request: written(`${HEAD}..AAAA`),
    says: 'its last segment is not base64url of a signature’s length',
    remedy: COMPARE,
  },
  {
    when: 'a detached signature of another version',
    gate: gate(),
    request: signed({ ...GOOD, version: '1' }),
    says: 'the signature’s version is "1", not "2"',
    remedy: COMPARE,
  },
  {
    when: 'a list of headers that is no text',
    gate: gate(),
    request: signed({ ...GOOD, signed: ['a'] }),
    says: 'the signature’s signed is not text',
    remedy: COMPARE,
  },
  {
    when: 'a list of very many headers',
    gate: gate(),
    request: signed({ ...GOOD, signed: Array.from({ length: 33 }, (_, i) => `h${i}`).join(',') }),
    says: 'the signature covers 33 headers; at most 32 are looked for',
    remedy: COMPARE,
  },
  {
    when: 'a list with a blank in it',
    gate: gate(),
    request: signed({ ...GOOD, signed: 'a, b' }),
    says: 'the signature’s signed names " b", which is no header',
    remedy: COMPARE,
  },
  {
    when: 'a list that names a header in two spellings',
    gate: gate(),
    request: signed({ ...GOOD, signed: 'X-A,x-a' }),
    says: 'the signature’s signed names a header twice',
    remedy: COMPARE,
  },
  {
    when: 'a signature that leaves out a header that the gate demands',
    gate: gate({ requiredHeaders: ['x-time'] }),
    request: signed(GOOD),
    says: 'the signature does not cover the header x-time, which the gate demands',
    remedy: 'Have the sender sign it, or take it out of the gate’s requiredHeaders.',
  },
  {
    when: 'a header that is signed and absent',
    gate: gate(),
    request: signed({ ...GOOD, signed: 'X-A' }, 'X-A: 1\n'),
    says: 'the signature covers the header x-a, which is absent',
    remedy: DROPPED,
  },
  {
    when: 'a header that is signed and repeated',
    gate: gate(),
    request: signed({ ...GOOD, signed: 'X-A' }, 'X-A: 1\n', { 'x-a': ['1', '2'] }),
    says: 'the signature covers the header x-a, which is repeated',
    remedy: DROPPED,
  },
  {
    when: 'a signed Host field beside a target of another host',
    gate: gate(),
    request: {
      ...signed({ ...GOOD, signed: 'Host' }, 'Host: a.example\n', { host: 'a.example' }),
      url: 'https://b.example/hook',
    },
    says: 'the signature covers the Host field, and the request’s target names another host',
    remedy: 'Look for a proxy that writes the target anew; set the gate’s origin to what the sender calls.',
  },
  {
    when: 'a signature that says that its keys are elsewhere',
    gate: gate(
      { jwks: 'https://keys.example/jwks' },
      {
        keys: [],
        fetch: async () => new Response(JSON.stringify({ keys: [P521.jwk] })),
      },
    ),
    request: signed({ ...GOOD, jku: 'https://evil.example/jwks' }),
    says: 'the signature names another address of keys than the gate’s, https://keys.example/jwks',
    remedy:
      'Where the sender has several environments, set jwks to the address of the one that this gate is for; no other address is asked.',
  },
];
