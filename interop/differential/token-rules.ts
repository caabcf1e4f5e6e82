/** Where libraries of tokens judge otherwise, and why. */
import { type Disagreement, isRefused, isRepeated, messageOf, type Rule } from './disagreement.ts';

const TOKENS = ['jose', 'jsonwebtoken', 'Python'];

export const TOKEN_RULES: readonly Rule[] = [
  {
    peers: ['jsonwebtoken', 'Python'],
    theirs: 'accept',
    applies: (d) => headerOf(d)['crit'] !== undefined,
    kind: 'weakness',
    reason: 'crit is not looked at; RFC 7515 §4.1.11 has an extension that is not understood refused',
  },
  {
    peers: ['jose'],
    theirs: 'accept',
    applies: (d) => JSON.stringify(headerOf(d)['crit']) === '["b64"]',
    kind: 'our strictness',
    reason: 'it understands b64 (RFC 7797), we no extension',
  },
  {
    peers: TOKENS,
    theirs: 'accept',
    applies: (d) => headerOf(d)['kid'] !== undefined && typeof headerOf(d)['kid'] !== 'string',
    kind: 'weakness',
    reason: 'a kid that is no text is passed over (RFC 7515 §4.1.4)',
  },
  {
    peers: TOKENS,
    theirs: 'accept',
    applies: (d) => /twice in one object|named __proto__/.test(messageOf(d)),
    kind: 'our strictness',
    reason:
      'a name that stands twice, or __proto__: parsers take the first, the last or none (RFC 7519 §4 leaves it open)',
  },
  {
    peers: ['jose', 'jsonwebtoken'],
    theirs: 'accept',
    applies: (d) => isRefused(d, 'missing-claim') && claimsOf(d)['exp'] === undefined,
    kind: 'weakness',
    reason: 'a token without an end is good for ever, unless exp is demanded',
  },
  {
    peers: TOKENS,
    theirs: 'accept',
    applies: (d) => isRefused(d, 'malformed-token') && Number(claimsOf(d)['exp']) > 1e12,
    kind: 'weakness',
    reason: 'an exp in milliseconds ends in 50,000 years',
  },
  {
    peers: ['jose', 'jsonwebtoken'],
    theirs: 'accept',
    applies: (d) => isRefused(d, 'from-the-future') && Number(claimsOf(d)['iat']) > Date.now() / 1000,
    kind: 'our strictness',
    reason: 'an iat in the future is not looked at: RFC 7519 §4.1.6 does not demand it',
  },
  {
    peers: ['jsonwebtoken'],
    theirs: 'accept',
    applies: (d) => isRefused(d, 'malformed-token') && typeof claimsOf(d)['iat'] === 'string',
    kind: 'weakness',
    reason: 'an iat that is no number is passed over (RFC 7519 §4.1.6)',
  },
  {
    peers: TOKENS,
    theirs: 'accept',
    applies: (d) => /nested too deep/.test(messageOf(d)),
    kind: 'our strictness',
    reason: 'claims nested deeper than 200: what reads them next may end by it',
  },
  {
    peers: ['jose'],
    theirs: 'accept',
    applies: (d) => /not a JSON object/.test(messageOf(d)) && claimsOf(d)['id'] !== undefined,
    kind: 'weakness',
    reason: 'a byte order mark before the claims is dropped (RFC 8259 §8.1 has none)',
  },
  {
    peers: ['jsonwebtoken'],
    theirs: 'accept',
    applies: (d) => /not valid UTF-8/.test(messageOf(d)),
    kind: 'weakness',
    reason:
      'bytes of the claims that are no UTF-8 become U+FFFD: several payloads are the same claims (RFC 7519 §7.2)',
  },
  {
    peers: ['jsonwebtoken'],
    theirs: 'accept',
    applies: (d) => /not a JSON object/.test(messageOf(d)),
    kind: 'weakness',
    reason: 'a payload that is no JSON object is given as text, without an end (RFC 7519 §7.2)',
  },
  {
    peers: ['jose', 'Python'],
    theirs: 'accept',
    applies: (d) => /not base64url of its length/.test(messageOf(d)),
    kind: 'weakness',
    reason:
      'padding and spare bits of a segment are passed over (RFC 7515 §2 has none): several texts are one token',
  },
  {
    peers: TOKENS,
    theirs: 'accept',
    applies: (d) => isRepeated(d, 'authorization'),
    kind: 'our strictness',
    reason: 'of two Authorization fields the server gives the first; another server gives the last',
  },
  {
    peers: TOKENS,
    theirs: 'refuse',
    applies: (d) => /^bearer {2}/i.test(d.request.headers.get('authorization') ?? ''),
    kind: 'limit',
    reason: 'more than one space behind Bearer, which RFC 9110 §11.4 allows, is taken for part of the token',
  },
];

type Json = Readonly<Record<string, unknown>>;

function headerOf(d: Disagreement): Json {
  return tokenSegment(d, 0);
}

function claimsOf(d: Disagreement): Json {
  return tokenSegment(d, 1);
}

function tokenSegment({ request }: Disagreement, at: 0 | 1): Json {
  const [, token = ''] = (request.headers.get('authorization') ?? '').split(/ +/);
  const text = Buffer.from(token.split('.')[at] ?? '', 'base64url').toString();
  return (segment(text.replace(/^\ufeff/, '')) ?? {}) as Json;
}

function segment(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
