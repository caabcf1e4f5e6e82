/** Options of tokens and detached signatures that cannot be meant. */
import { P256 } from '../tokens/mint.ts';
import { gateOf, SECRET } from './refusal-case.ts';
import type { SetupCase } from './setup-cases.ts';

const jwt =
  (options: object, keys: readonly string[] = [SECRET]) =>
  () =>
    gateOf({ scheme: { type: 'jwt', algorithm: 'HS256', ...options }, keys });
const plaid = (options: object) => () => gateOf({ provider: { id: 'plaid', ...options }, keys: [] });
const asked = (keyUrl: object, more: object = {}) =>
  jwt({ algorithm: 'ES256', keyUrl: { url: 'https://a.example/{kid}', ...keyUrl }, ...more }, []);

export const tokenSetups: readonly SetupCase[] = [
  {
    when: 'an origin for no URL',
    act: jwt({ bodyClaim: 'hash', origin: 'https://a.example' }),
    says: 'scheme.origin: no claim holds a URL that it could be for. Give urlClaim, or leave origin out.',
  },
  {
    when: 'one claim for body and URL',
    act: jwt({ bodyClaim: 'hash', urlClaim: 'hash' }),
    says: 'scheme.bodyClaim: the claim hash cannot hold two things. Give each what its own claim holds.',
  },
  {
    when: 'a claim of the body without a name',
    act: jwt({ bodyClaim: { encoding: 'hex' } }),
    says: 'scheme.bodyClaim.name: it is not given. Give the name of the token’s claim.',
  },
  {
    when: 'a base path that ends with a slash',
    act: jwt({ queryHashClaim: { name: 'qsh', basePath: '/a/' } }),
    says: 'scheme.queryHashClaim.basePath: "/a/" is not the path of a base URL. Begin with a slash, end without one, and leave out host and query, e.g. /connect.',
  },
  {
    when: 'values of claims in a list',
    act: jwt({ requiredValues: ['a'] }),
    says: 'scheme.requiredValues: it is an array. Give an object of claims, e.g. { iss: shop }.',
  },
  {
    when: 'a value of a claim that is null',
    act: jwt({ requiredValues: { a: null } }),
    says: 'scheme.requiredValues.a: it is null. Give a text, a whole number, true or false, or a list of them.',
  },
  {
    when: 'a set of keys and an address of each',
    act: asked({}, { jwks: 'https://a.example/jwks' }),
    says: 'scheme.keyUrl: there is jwks as well. Give one of them.',
  },
  {
    when: 'an address of public keys for a secret’s algorithm',
    act: jwt({ keyUrl: { url: 'https://a.example/{kid}' } }, []),
    says: 'scheme.keyUrl: HS256 takes a shared secret, and an address gives public keys. Leave keyUrl out, or set algorithm to what the issuer signs with, e.g. RS256.',
  },
  {
    when: 'keys beside an address of each',
    act: jwt({ algorithm: 'ES256', keyUrl: { url: 'https://a.example/{kid}' } }, [P256.pem]),
    says: 'keys: the gate has keys and an address of keys. Give one of them.',
  },
  {
    when: 'signing with keys that are asked for',
    act: () => asked({})().sign({ method: 'POST', url: '/hook', headers: {}, body: '{}' }),
    says: 'keys: the keys of an address are public. To sign, give the gate a private key as its key.',
  },
  {
    when: 'no address of a key',
    act: asked({ url: undefined }),
    says: 'scheme.keyUrl.url: it is not given. Give the address that answers with a key.',
  },
  {
    when: 'an address of keys whose host the token names',
    act: asked({ url: 'https://{kid}.example/' }),
    says: 'scheme.keyUrl.url: {kid} stands in its host: whoever sends a token would choose whom its key is asked of. Put {kid} into the path or the query.',
  },
  {
    when: 'an address of one key that names none',
    act: asked({ url: 'https://a.example/' }),
    says: 'scheme.keyUrl.url: {kid} stands neither in it nor in the body. Put it where the id of the key belongs; of an address that answers with all keys give jwks.',
  },
  {
    when: 'a question that is no JSON',
    act: asked({ body: 'kid={kid}' }),
    says: 'scheme.keyUrl.body: it is not JSON. Give JSON, such as {"key_id":"{kid}"}.',
  },
  {
    when: 'headers of a question in a list',
    act: asked({ headers: ['a'] }),
    says: 'scheme.keyUrl.headers: it is an array. Give an object of names and values.',
  },
  {
    when: 'a header of a question with a line end in it',
    act: asked({ headers: { 'x-a': 'a\nb' } }),
    says: 'scheme.keyUrl.headers: one of them is no header. Give names and values of printable ASCII.',
  },
  {
    when: 'a time-out of a question that is too short',
    act: asked({ timeoutMs: 1 }),
    says: 'scheme.keyUrl.timeoutMs: 1 is not taken. Give 10 to 60000, or leave it out: 5000.',
  },
  {
    when: 'half of Plaid’s credentials',
    act: plaid({ clientId: 'a' }),
    says: 'provider.secret: it is not given, and the other one is. Give both, or neither and Plaid’s keys as the gate’s.',
  },
  {
    when: 'a secret of Plaid that no header can hold',
    act: plaid({ clientId: 'a', secret: 'b\n' }),
    says: 'provider.secret: it holds a character that no header can. Copy it anew.',
  },
  {
    when: 'a push subscription without its service account',
    act: () => gateOf({ provider: { id: 'google-pubsub', audience: 'a' }, keys: [] }),
    says: 'provider.email: it is not given. Give the service account’s e-mail address.',
  },
  {
    when: 'parameters of a signature that are no texts',
    act: () =>
      gateOf({
        scheme: {
          type: 'detached-jws',
          algorithm: 'ES256',
          header: 'x-sig',
          headersParameter: 'signed',
          parameters: { version: 2 },
        },
        keys: [P256.pem],
      }),
    says: 'scheme.parameters: it is no object of texts. Give texts by the names of parameters, e.g. { tl_version: "2" }.',
  },
];
