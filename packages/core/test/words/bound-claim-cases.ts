/** Refusals of tokens that are for another request, too old, or of a key that is asked for by its id. */
import { createHash } from 'node:crypto';
import { mint, P256, SECONDS, type Token } from '../tokens/mint.ts';
import { type RefusalCase, SECRET } from './refusal-case.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const declared = (options: object): RefusalCase['gate'] => ({
  scheme: { type: 'jwt', algorithm: 'HS256', ...options },
});
const bearing = (claims: object, more: object = {}): RefusalCase['request'] => ({
  ...more,
  headers: {
    host: 'api.example',
    authorization: `Bearer ${mint('HS256', SECRET, { claims: { ...claims } })}`,
  },
});

const CHANGED =
  'The body was changed on its way, or the sender hashed another: look for a proxy or a framework that parses the body and writes it anew.';

/** At a gate that asks for each key. */
const asking = (answer: () => Response): RefusalCase['gate'] => ({
  scheme: {
    type: 'jwt',
    algorithm: 'ES256',
    keyUrl: { url: 'https://id.example/keys/{kid}', member: 'key', until: 'ends' },
  },
  keys: [],
  fetch: async () => answer(),
});
const ofKey = (header: Token['header'] = { kid: 'k-1' }): RefusalCase['request'] => ({
  headers: { authorization: `Bearer ${mint('ES256', P256.privateKey, { header: { ...header } })}` },
});
const json = (value: unknown) => () => new Response(JSON.stringify(value));
const LOOK_AT_ANSWER = 'Look at what the address of keys answers: it must be one public key as a JWK.';

export const boundClaimCases: readonly RefusalCase[] = [
  {
    when: 'a token without the hash of its body',
    gate: declared({ bodyClaim: 'hash' }),
    request: bearing({}),
    says: 'the token has no claim hash, which binds it to its request',
    remedy:
      'Have the issuer put the SHA-256 of the body in hex into it: without it the token would be good for any request.',
  },
  {
    when: 'a hash of the body that is a number',
    gate: declared({ bodyClaim: 'hash' }),
    request: bearing({ hash: 7 }),
    says: 'the claim hash is not text',
    remedy: 'It must be the SHA-256 of the body in hex.',
  },
  {
    when: 'the hash of another body',
    gate: declared({ bodyClaim: { name: 'hash', encoding: 'base64url' } }),
    request: bearing({ hash: sha256('{ }') }),
    says: 'the token is for another request: its claim hash is not the SHA-256 of the body in base64url',
    remedy: CHANGED,
  },
  {
    when: 'a token for another URL',
    gate: declared({ urlClaim: 'sub' }),
    request: bearing({ sub: 'https://api.example/other' }),
    says: 'the token is for another request: its claim sub is not the request’s URL',
    remedy:
      'Have the sender call the address that its token names. Behind a proxy that writes the target anew, set the gate’s origin, or listen.trustedProxies.',
  },
  {
    when: 'a token for a URL, in a request that names no host',
    gate: declared({ urlClaim: 'sub' }),
    request: { headers: { authorization: `Bearer ${mint('HS256', SECRET, { claims: { sub: '/hook' } })}` } },
    says: 'the token covers the host; there is none',
    remedy: 'Hand the request over with its Host header or an absolute URL, or set the gate’s origin.',
  },
  {
    when: 'a hash of the address in a request whose query cannot be read',
    gate: declared({ queryHashClaim: 'qsh' }),
    request: bearing({ qsh: sha256('POST&/hook&') }, { url: '/hook?a=%zz' }),
    says: 'the token covers the query, which cannot be read: a field has a broken percent escape or is not UTF-8',
    remedy: 'Have the sender write its query as forms are written.',
  },
  {
    when: 'a hash of an address that is not below the base URL',
    gate: declared({ queryHashClaim: { name: 'qsh', basePath: '/connect' } }),
    request: bearing({ qsh: sha256('POST&/hook&') }),
    says: 'the token covers the path below the gate’s basePath, and the request’s path is not below it',
    remedy: 'Have the sender call an address below its base URL; or correct basePath.',
  },
  {
    when: 'the hash of another address',
    gate: declared({ queryHashClaim: 'qsh' }),
    request: bearing({ qsh: sha256('GET&/hook&') }),
    says: 'the token is for another request: its claim qsh is not the SHA-256 of the canonical method, path and query in hex',
    remedy:
      'Compare method, path and query with what the sender calls: look for a proxy that writes them anew. Where the sender’s base URL has a path, set basePath to it.',
  },
  {
    when: 'a token that is older than the gate takes',
    gate: declared({ maxAgeMs: 60_000 }),
    request: bearing({ iat: SECONDS - 61 }),
    says: 'the token is 61 s old by its iat; at most 60 s are allowed',
    remedy:
      'The sender must make a token for each request, as it sends it. If it does, look for a queue or retry on the way, and at both clocks.',
  },
  {
    when: 'a claim of another value',
    gate: declared({ requiredValues: { role: ['admin', true] } }),
    request: bearing({ role: 'guest' }),
    says: 'the token’s role, "guest", is none that the gate takes',
    remedy: 'Compare it with what the gate’s options say of role: "admin" or true.',
  },
  {
    when: 'an address of a key set that answers an error',
    gate: {
      scheme: { type: 'jwt', algorithm: 'ES256', jwks: 'https://id.example/jwks' },
      keys: [],
      fetch: async () => new Response('', { status: 500 }),
    },
    request: ofKey(),
    says: 'the key set cannot be used: it answered 500',
    remedy:
      'The keys’ address could not be read, now or before. Look at the address and the network; tokens are taken again once it answers.',
  },
  {
    when: 'a token that names no key, where keys are asked for by it',
    gate: asking(json({})),
    request: ofKey({}),
    says: 'the token names no key that could be asked for',
    remedy:
      'The issuer must name its key in the token’s header: kid, of letters, digits and . _ ~ -, at most 128.',
  },
  {
    when: 'a token of a key that is not known where it is asked for',
    gate: asking(() => new Response('', { status: 404 })),
    request: ofKey(),
    says: 'the address of keys has none of the id that the token names',
    remedy:
      'Look at who sends the token. If it is genuine, compare the address, and what the gate sends there, with the issuer’s page.',
  },
  {
    when: 'an address of keys that answers an error',
    gate: asking(() => new Response('', { status: 500 })),
    request: ofKey(),
    says: 'the source of keys answered 500',
    remedy: LOOK_AT_ANSWER,
  },
  {
    when: 'an address of keys that answers something else',
    gate: asking(json({ error: 'no' })),
    request: ofKey(),
    says: 'the source of keys answered without a key',
    remedy: LOOK_AT_ANSWER,
  },
  {
    when: 'an address that answers with another key than was asked for',
    gate: asking(json({ key: { ...P256.jwk, kid: 'k-2' } })),
    request: ofKey(),
    says: 'the source of keys answered with a key of another id',
    remedy: LOOK_AT_ANSWER,
  },
  {
    when: 'a key whose end is no time',
    gate: asking(json({ key: { ...P256.jwk, ends: 'soon' } })),
    request: ofKey(),
    says: 'the source of keys answered with a key whose ends is no time',
    remedy: LOOK_AT_ANSWER,
  },
];
