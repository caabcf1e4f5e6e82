/** Refusals of JSON Web Tokens, shared tokens and DPoP. */
import { createHash, generateKeyPairSync } from 'node:crypto';
import {
  base64url,
  ED25519,
  mint,
  P256,
  pairOf,
  pairThumbprint,
  SECONDS,
  type Token,
} from '../tokens/mint.ts';
import { type RefusalCase, SECRET } from './refusal-case.ts';

const jwt = (options: object = {}): RefusalCase['gate'] => ({ provider: { id: 'jwt-bearer', ...options } });
const bearing = (token: string): RefusalCase['request'] => ({
  headers: { authorization: `Bearer ${token}` },
});
const minted = (token: Token = {}, alg = 'HS256'): RefusalCase['request'] =>
  bearing(mint(alg, SECRET, token));
const claiming = (claims: object): RefusalCase['request'] => minted({ claims: { ...claims } });
/** Not signed by anybody: refused before a key is asked. */
const written = (header: string, payload: string): RefusalCase['request'] =>
  bearing(`${base64url(header)}.${base64url(payload)}.${base64url(Buffer.alloc(32))}`);
const HS256 = '{"alg":"HS256"}';

const shared = (form: string): RefusalCase['gate'] => ({
  scheme: { type: 'shared-token', header: 'x-token', form },
});

const hash = (text: string): string => createHash('sha256').update(text).digest('base64url');
const ACCESS = mint('HS256', SECRET, { claims: { cnf: { jkt: pairThumbprint(P256) } } });
interface DpopChange extends Token {
  readonly access?: string;
  readonly signer?: typeof P256;
}
function dpop({ access = ACCESS, signer = P256, header, claims }: DpopChange = {}): RefusalCase['request'] {
  const proof = mint('ES256', signer.privateKey, {
    header: { typ: 'dpop+jwt', jwk: P256.jwk, ...header },
    claims: {
      jti: 'j-1',
      htm: 'POST',
      htu: 'https://api.example/hook',
      iat: SECONDS,
      ath: hash(access),
      ...claims,
    },
  });
  return { headers: { host: 'api.example', authorization: `DPoP ${access}`, dpop: proof } };
}
const sent = (proof: string): RefusalCase['request'] => ({
  headers: { host: 'api.example', authorization: `DPoP ${ACCESS}`, dpop: proof },
});
const OTHER = pairOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }));
const DPOP: RefusalCase['gate'] = { provider: 'dpop' };
const dpopText = (header: string, payload: string, signature = 'YWJj'): string =>
  `${base64url(header)}.${base64url(payload)}.${signature}`;
const DPOP_HEAD = JSON.stringify({ typ: 'dpop+jwt', alg: 'ES256', jwk: P256.jwk });

const noAnswer = (): never => {
  throw new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } });
};

export const tokenCases: readonly RefusalCase[] = [
  {
    when: 'an address of keys that answers nothing',
    gate: {
      provider: { id: 'jwt-bearer', algorithm: 'ES256', jwks: 'https://id.example/jwks' },
      keys: [],
      fetch: noAnswer,
    },
    request: bearing(mint('ES256', P256.privateKey)),
    says: 'the key set cannot be used: it cannot be reached (ECONNREFUSED)',
    remedy:
      'The keys’ address could not be read, now or before. Look at the address and the network; tokens are taken again once it answers.',
  },
  {
    when: 'no token',
    gate: jwt(),
    request: {},
    says: 'the request has no authorization header',
    remedy: 'The client sent no token, or a proxy dropped its header.',
  },
  {
    when: 'a token without its word',
    gate: jwt(),
    request: { headers: { authorization: 'abc' } },
    says: 'the header authorization does not start with "Bearer "',
    remedy: 'The client must send `Bearer ` and then the token.',
  },
  {
    when: 'two tokens',
    gate: jwt(),
    request: {
      headers: [
        ['authorization', 'Bearer a'],
        ['authorization', 'Bearer b'],
      ],
    },
    says: 'the header authorization occurs twice',
    remedy: 'The client must send one token; look for a proxy that adds another.',
  },
  {
    when: 'a token of 9,000 letters',
    gate: jwt(),
    request: bearing('a'.repeat(9000)),
    says: 'the token is 9007 characters long; at most 8192 are read',
    remedy: 'Have the issuer put less into its tokens.',
  },
  {
    when: 'a token of two segments',
    gate: jwt(),
    request: bearing('a.b'),
    says: 'the token does not have three segments with a dot between each',
    remedy:
      'The token is not a valid token of this scheme: look for truncation, quotes or a second encoding.',
  },
  {
    when: 'a header that is not base64url',
    gate: jwt(),
    request: bearing('*.e30.YQ'),
    says: 'the token’s header is not base64url',
    remedy:
      'The issuer must write one JSON object, each name in it once, in base64url. If it does, look for truncation on the way.',
  },
  {
    when: 'a header with one name twice',
    gate: jwt(),
    request: written('{"alg":"HS256","alg":"none"}', '{}'),
    says: 'the token’s header cannot be read: a member name occurs twice in one object, at byte 15',
    remedy:
      'The issuer must write one JSON object, each name in it once, in base64url. If it does, look for truncation on the way.',
  },
  {
    when: 'a payload that is a list',
    gate: jwt(),
    request: written(HS256, '[1]'),
    says: 'the token’s payload cannot be read: the text is not a JSON object, at byte 0',
    remedy:
      'The issuer must write one JSON object, each name in it once, in base64url. If it does, look for truncation on the way.',
  },
  {
    when: 'a payload with one name twice',
    gate: jwt(),
    request: written(HS256, '{"exp":1,"exp":2}'),
    says: 'the token’s payload cannot be read: a member name occurs twice in one object, at byte 9',
    remedy:
      'The issuer must write one JSON object, each name in it once, in base64url. If it does, look for truncation on the way.',
  },
  {
    when: 'a signature of another length',
    gate: jwt(),
    request: bearing(`${base64url(HS256)}.e30.YQ`),
    says: 'the signature segment is not base64url of its length',
    remedy:
      'The token is not a valid token of this scheme: look for truncation, quotes or a second encoding.',
  },
  {
    when: 'a word before the token, in a header that has none',
    gate: { provider: 'approov', keys: [Buffer.from(SECRET).toString('base64')] },
    request: { headers: { 'approov-token': `Bearer ${mint('HS256', SECRET)}` } },
    says: 'the token in approov-token begins with "Bearer "',
    remedy: 'The client must send the token alone.',
  },
  {
    when: 'a word twice before what is not a token',
    gate: jwt(),
    request: bearing('bearer abc'),
    says: 'the token in authorization begins with "bearer "',
    remedy: 'The client must send the token alone.',
  },
  {
    when: 'a token of another algorithm',
    gate: jwt(),
    request: bearing(mint('HS512', SECRET)),
    says: 'the token’s alg is "HS512", not HS256',
    remedy:
      'Set the gate’s algorithm to the one that the issuer signs with, if that is it; the gate never follows the token.',
  },
  {
    when: 'a token that is not signed',
    gate: jwt(),
    request: written('{"alg":"none"}', '{}'),
    says: 'the token’s alg is "none", not HS256',
    remedy: 'The token is not signed, so that anybody could have written it: look at who sends it.',
  },
  {
    when: 'a token that names no algorithm',
    gate: jwt(),
    request: written('{}', '{}'),
    says: 'the token’s alg is absent, not HS256',
    remedy: 'The token is not signed, so that anybody could have written it: look at who sends it.',
  },
  {
    when: 'a token with critical extensions',
    gate: jwt(),
    request: written('{"alg":"HS256","crit":["b64"]}', '{}'),
    says: 'the token’s header has critical extensions (crit)',
    remedy: 'None is understood here: have the issuer leave them out.',
  },
  {
    when: 'a token of another type',
    gate: jwt({ typ: 'at+jwt' }),
    request: minted({ header: { typ: 'JWT' } }),
    says: 'the token’s typ is "JWT", not at+jwt',
    remedy: 'It is a token for something else, or the gate’s typ is wrong.',
  },
  {
    when: 'a token of no type, where one is wanted',
    gate: jwt({ typ: 'at+jwt' }),
    request: minted(),
    says: 'the token’s typ is absent, not at+jwt',
    remedy: 'It is a token for something else, or the gate’s typ is wrong.',
  },
  {
    when: 'a kid that is a number',
    gate: jwt(),
    request: written('{"alg":"HS256","kid":1}', '{}'),
    says: 'the token’s kid is not text',
    remedy:
      'The issuer must write it as RFC 7515 and 7519 do: kid as a text; exp, nbf and iat as numbers of Unix seconds.',
  },
  {
    when: 'a kid that nobody has',
    gate: { ...jwt({ algorithm: 'EdDSA' }), keys: [JSON.stringify({ ...ED25519.jwk, kid: 'ours' })] },
    request: bearing(mint('EdDSA', ED25519.privateKey, { header: { kid: 'theirs' } })),
    says: 'no valid key has the id that the request names',
    remedy: 'Add the key to the gate’s keys under this id, or look at its state and validity.',
  },
  {
    when: 'a token of another secret',
    gate: jwt(),
    request: bearing(mint('HS256', 'another secret of thirty-two char')),
    says: 'none of the keys proves the token',
    remedy:
      'The token is another issuer’s or of another key, or was changed. Compare the gate’s key with the issuer’s; `countersign explain` shows what the token says of itself.',
  },
  {
    when: 'a token of a revoked secret',
    gate: {
      ...jwt(),
      keys: [
        { id: 'now', secret: 'another secret of thirty-two char' },
        { id: 'old', secret: SECRET, state: 'revoked' },
      ],
    },
    request: minted(),
    says: 'key "old" proves the request, but is revoked',
    remedy:
      'Have the sender sign with a key that is valid now; or change the key’s state or validity in the gate’s keys, if that key should be accepted.',
  },
  {
    when: 'an exp that is a text',
    gate: jwt(),
    request: claiming({ exp: 'soon' }),
    says: 'the claim exp is not a number',
    remedy:
      'The issuer must write it as RFC 7515 and 7519 do: kid as a text; exp, nbf and iat as numbers of Unix seconds.',
  },
  {
    when: 'an exp in milliseconds',
    gate: jwt(),
    request: claiming({ exp: SECONDS * 1000 }),
    says: 'the claim exp looks like milliseconds, where seconds are meant',
    remedy:
      'The issuer must write it as RFC 7515 and 7519 do: kid as a text; exp, nbf and iat as numbers of Unix seconds.',
  },
  {
    when: 'a token without an end',
    gate: jwt(),
    request: claiming({ exp: undefined }),
    says: 'the token has no claim exp',
    remedy: 'Have the issuer put the claim into its tokens, or set the gate not to require it.',
  },
  {
    when: 'a token that ended a minute ago',
    gate: jwt(),
    request: claiming({ exp: SECONDS - 60 }),
    says: 'the token expired 60 s ago',
    remedy: 'The client must fetch a new token before the old one ends. If it does, look at both clocks.',
  },
  {
    when: 'a token that ended this instant',
    gate: jwt(),
    request: claiming({ exp: SECONDS }),
    says: 'the token expired 0 s ago',
    remedy: 'The client must fetch a new token before the old one ends. If it does, look at both clocks.',
  },
  {
    when: 'a token that was issued in a minute',
    gate: jwt(),
    request: claiming({ iat: SECONDS + 60 }),
    says: 'the token’s iat is 60 s ahead; at most 5 s are allowed',
    remedy:
      'The issuer’s clock is ahead, or ours is behind: look at time synchronisation, or allow more by leewayMs.',
  },
  {
    when: 'a token that is not yet valid',
    gate: jwt(),
    request: claiming({ nbf: SECONDS + 6 }),
    says: 'the token’s nbf is 6 s ahead; at most 5 s are allowed',
    remedy:
      'The issuer’s clock is ahead, or ours is behind: look at time synchronisation, or allow more by leewayMs.',
  },
  {
    when: 'a token of nobody',
    gate: jwt({ issuer: 'https://id.example' }),
    request: minted(),
    says: 'the token has no claim iss',
    remedy: 'Have the issuer put the claim into its tokens, or set the gate not to require it.',
  },
  {
    when: 'another issuer’s token',
    gate: jwt({ issuer: 'https://id.example' }),
    request: claiming({ iss: 'https://id.example/' }),
    says: 'the token’s issuer, "https://id.example/", is none that the gate takes',
    remedy: 'Compare it with the gate’s issuer: https://id.example.',
  },
  {
    when: 'a token for nobody',
    gate: jwt({ audience: ['a', 'b'] }),
    request: minted(),
    says: 'the token has no claim aud',
    remedy: 'Have the issuer put the claim into its tokens, or set the gate not to require it.',
  },
  {
    when: 'a token for others',
    gate: jwt({ audience: ['a', 'b'] }),
    request: claiming({ aud: ['c', 'd'] }),
    says: 'the token is for another audience: ["c","d"]',
    remedy: 'The client must ask for a token for a or b, or the gate’s audience is wrong.',
  },
  {
    when: 'a token for no address',
    gate: jwt({ ip: true }),
    request: minted(),
    says: 'the token has no claim ip',
    remedy: 'Have the issuer put the claim into its tokens, or set the gate not to require it.',
  },
  {
    when: 'a token for an address, and nobody knows the client’s',
    gate: jwt({ ip: true }),
    request: claiming({ ip: '192.0.2.1' }),
    says: 'the client’s address is not known, and the token is bound to one',
    remedy: 'Hand the request over with its remoteAddress, or leave ip out of the gate.',
  },
  {
    when: 'a token for another address',
    gate: jwt({ ip: true }),
    request: { ...claiming({ ip: '192.0.2.1' }), remoteAddress: '192.0.2.2' },
    says: 'the token is bound to another address than the client’s',
    remedy:
      'The client’s network changed, or a proxy’s address is taken for the client’s: set listen.trustedProxies.',
  },
  {
    when: 'a token that is bound to nothing',
    gate: jwt({ binding: ['x-user'] }),
    request: { headers: { authorization: `Bearer ${mint('HS256', SECRET)}`, 'x-user': 'ada' } },
    says: 'the token has no claim pay',
    remedy:
      'The client must bind the header’s value before it fetches the token; or set bindingMode: optional, or leave binding out.',
  },
  {
    when: 'a bound header that is not there',
    gate: jwt({ binding: ['x-user'] }),
    request: claiming({ pay: 'x' }),
    says: 'a bound header (x-user) is absent or occurs twice',
    remedy: 'The client must send each bound header once; look for a proxy that drops or doubles it.',
  },
  {
    when: 'another value of the bound header',
    gate: jwt({ binding: ['x-user'] }),
    request: {
      headers: {
        authorization: `Bearer ${mint('HS256', SECRET, { claims: { pay: 'x' } })}`,
        'x-user': 'ada',
      },
    },
    says: 'the token is bound to another value of x-user',
    remedy: 'The token is bound to another header value. The client must bind the value that it sends.',
  },
  // Shared tokens.
  {
    when: 'no shared token',
    gate: shared('plain'),
    request: {},
    says: 'the request has no x-token header',
    remedy: 'The client sent no token, or a proxy dropped its header.',
  },
  {
    when: 'two shared tokens',
    gate: shared('plain'),
    request: {
      headers: [
        ['x-token', 'a'],
        ['x-token', 'b'],
      ],
    },
    says: 'the header x-token occurs twice',
    remedy: 'The client must send it once; look for a proxy that adds one.',
  },
  {
    when: 'a shared token of 9,000 letters',
    gate: shared('plain'),
    request: { headers: { 'x-token': 'a'.repeat(9000) } },
    says: 'the token is 9000 characters long; at most 8192 are read',
    remedy:
      'The token is not a valid token of this scheme: look for truncation, quotes or a second encoding.',
  },
  {
    when: 'a shared token without its word',
    gate: shared('bearer'),
    request: { headers: { 'x-token': 'abc' } },
    says: 'the header x-token does not start with "Bearer"',
    remedy: 'The client must send `Bearer ` and then the token.',
  },
  {
    when: 'credentials without their word',
    gate: { ...shared('basic'), keys: ['user:password'] },
    request: { headers: { 'x-token': 'abc' } },
    says: 'the header x-token does not start with "Basic"',
    remedy: 'The client must send `Basic ` and then the base64 of USER:PASSWORD.',
  },
  {
    when: 'credentials that are not base64',
    gate: { ...shared('basic'), keys: ['user:password'] },
    request: { headers: { 'x-token': 'Basic *' } },
    says: 'the token does not decode',
    remedy:
      'The token is not a valid token of this scheme: look for truncation, quotes or a second encoding.',
  },
  // DPoP.
  {
    when: 'no proof',
    gate: DPOP,
    request: { headers: { authorization: `DPoP ${ACCESS}` } },
    says: 'the request has no dpop header',
    remedy: 'The client must send a DPoP proof with its token (RFC 9449); or a proxy dropped the header.',
  },
  {
    when: 'two proofs',
    gate: DPOP,
    request: {
      headers: [
        ['authorization', `DPoP ${ACCESS}`],
        ['dpop', 'a'],
        ['dpop', 'b'],
      ],
    },
    says: 'the header dpop occurs twice',
    remedy: 'The client must send one proof.',
  },
  {
    when: 'a proof of 9,000 letters',
    gate: DPOP,
    request: sent('a'.repeat(9000)),
    says: 'the DPoP proof is 9000 characters long; at most 8192 are read',
    remedy: 'Have the client make its proofs as RFC 9449 §4.2 describes them.',
  },
  {
    when: 'a proof of two segments',
    gate: DPOP,
    request: sent('a.b'),
    says: 'the DPoP proof does not have three segments with a dot between each',
    remedy: 'Have the client make its proofs as RFC 9449 §4.2 describes them.',
  },
  {
    when: 'a proof whose header is not JSON',
    gate: DPOP,
    request: sent(dpopText('x', '{}')),
    says: 'the DPoP proof has a header that cannot be read: the text is not a JSON object, at byte 0',
    remedy: 'Have the client make its proofs as RFC 9449 §4.2 describes them.',
  },
  {
    when: 'a proof whose payload has one name twice',
    gate: DPOP,
    request: sent(dpopText(DPOP_HEAD, '{"a":1,"a":2}')),
    says: 'the DPoP proof has a payload that cannot be read: a member name occurs twice in one object, at byte 7',
    remedy: 'Have the client make its proofs as RFC 9449 §4.2 describes them.',
  },
  {
    when: 'a proof whose signature is not base64url',
    gate: DPOP,
    request: sent(dpopText(DPOP_HEAD, '{}', '*')),
    says: 'the DPoP proof has a signature that is not base64url',
    remedy: 'Have the client make its proofs as RFC 9449 §4.2 describes them.',
  },
  {
    when: 'a proof that is another token',
    gate: DPOP,
    request: dpop({ header: { typ: 'JWT' } }),
    says: 'the DPoP proof is not of type dpop+jwt',
    remedy: 'Have the client make its proofs as RFC 9449 §4.2 describes them.',
  },
  {
    when: 'a proof of another algorithm',
    gate: DPOP,
    request: sent(dpopText('{"typ":"dpop+jwt","alg":"HS256"}', '{}')),
    says: 'the DPoP proof’s alg is "HS256", not ES256 or ES384 or Ed25519 or EdDSA or PS256 or RS256',
    remedy: 'Have the client sign its proofs with one of these, or add its own to the gate’s proofAlgorithm.',
  },
  {
    when: 'a proof with critical extensions',
    gate: DPOP,
    request: dpop({ header: { crit: [] } }),
    says: 'the DPoP proof has critical extensions',
    remedy: 'Have the client make its proofs as RFC 9449 §4.2 describes them.',
  },
  {
    when: 'a proof without a key',
    gate: DPOP,
    request: dpop({ header: { jwk: undefined } }),
    says: 'the DPoP proof has no key',
    remedy: 'Have the client make its proofs as RFC 9449 §4.2 describes them.',
  },
  {
    when: 'a proof with a key of another kind',
    gate: DPOP,
    request: dpop({ header: { jwk: ED25519.jwk } }),
    says: 'the DPoP proof has no key for ES256',
    remedy: 'Have the client make its proofs as RFC 9449 §4.2 describes them.',
  },
  {
    when: 'a proof that holds its private key',
    gate: DPOP,
    request: dpop({ header: { jwk: P256.privateKey.export({ format: 'jwk' }) } }),
    says: 'the DPoP proof holds a private key',
    remedy: 'Have the client make its proofs as RFC 9449 §4.2 describes them.',
  },
  {
    when: 'a proof without an id',
    gate: DPOP,
    request: dpop({ claims: { jti: undefined } }),
    says: 'the DPoP proof has no jti',
    remedy: 'Have the client make its proofs as RFC 9449 §4.2 describes them.',
  },
  {
    when: 'a proof without a time',
    gate: DPOP,
    request: dpop({ claims: { iat: undefined } }),
    says: 'the DPoP proof has no iat',
    remedy: 'Have the client make its proofs as RFC 9449 §4.2 describes them.',
  },
  {
    when: 'a proof in milliseconds',
    gate: DPOP,
    request: dpop({ claims: { iat: SECONDS * 1000 } }),
    says: 'the DPoP proof has an iat that looks like milliseconds, where seconds are meant',
    remedy: 'Have the client make its proofs as RFC 9449 §4.2 describes them.',
  },
  {
    when: 'a proof that another key has signed',
    gate: DPOP,
    request: dpop({ header: { jwk: OTHER.jwk } }),
    says: 'the DPoP proof is not signed with the key that it names',
    remedy: 'The proof was changed, or the client signs with another key than the one that it writes as jwk.',
  },
  {
    when: 'a proof for GET',
    gate: DPOP,
    request: dpop({ claims: { htm: 'GET' } }),
    says: 'the DPoP proof is for the method "GET", not POST',
    remedy: 'The client must make a proof for each request.',
  },
  {
    when: 'a proof for another address',
    gate: DPOP,
    request: dpop({ claims: { htu: 'https://other.example/hook' } }),
    says: 'the DPoP proof is for another address: "https://other.example/hook"',
    remedy:
      'The client must name the URL that it calls. Behind a proxy, set the gate’s origin, or listen.trustedProxies.',
  },
  {
    when: 'a proof for another address, with a query that may hold a secret',
    gate: DPOP,
    request: dpop({ claims: { htu: 'https://other.example/hook?api_key=SECRET#SECRET' } }),
    says: 'the DPoP proof is for another address: "https://other.example/hook?"',
    remedy:
      'The client must name the URL that it calls. Behind a proxy, set the gate’s origin, or listen.trustedProxies.',
  },
  {
    when: 'a proof for another token',
    gate: DPOP,
    request: dpop({ claims: { ath: 'x' } }),
    says: 'the DPoP proof is for another access token',
    remedy: 'The client must make the proof with the token that it sends (ath).',
  },
  {
    when: 'a token that is bound to no key',
    gate: DPOP,
    request: dpop({ access: mint('HS256', SECRET) }),
    says: 'the access token is bound to no key',
    remedy:
      'The issuer must issue tokens that are bound by DPoP (cnf.jkt); others belong at a gate of jwt-bearer.',
  },
  {
    when: 'a token that is bound to another key',
    gate: DPOP,
    request: dpop({ access: mint('HS256', SECRET, { claims: { cnf: { jkt: 'x' } } }) }),
    says: 'the access token is bound to another key than the DPoP proof’s',
    remedy: 'The client must sign its proofs with the key with which it fetched the token.',
  },
  {
    when: 'a proof of two minutes ago',
    gate: DPOP,
    request: dpop({ claims: { iat: SECONDS - 120 } }),
    says: 'the DPoP proof is 2 min old; at most 60 s are allowed',
    remedy: 'The client must make a proof for each request, as it sends it. If it does, look at both clocks.',
  },
  {
    when: 'a proof from in two minutes',
    gate: DPOP,
    request: dpop({ claims: { iat: SECONDS + 120 } }),
    says: 'the DPoP proof is dated 2 min ahead; at most 60 s are allowed',
    remedy: 'The sender’s clock is ahead, or ours is behind: look at time synchronisation.',
  },
];
