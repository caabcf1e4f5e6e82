/** Tokens with a right signature over whatever header and payload, against jose's decoding. */
import { createHmac } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { createGate, HeaderList, type Verdict } from '@countersign/core';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { parseExactJson } from '../../packages/core/src/text/parse-exact-json.ts';
import { require, target } from '../target.ts';
import { verdictOf } from './gate-verdict.ts';

const NOW_S = 1_760_000_000;
const SECRET = 'a secret of at least thirty-two bytes';
const gate = createGate({
  scheme: { type: 'jwt', algorithm: 'HS256', issuer: 'i', audience: 'a' },
  keys: [SECRET],
  now: () => NOW_S * 1000,
});

/** The first line is the header's JSON, the rest the payload's. */
export const tokens = target<Verdict>({
  about:
    'accepted are the claims that jose decodes, of that algorithm, issuer and audience, in time; whatever is signed matches',
  words: [
    '{"alg":"HS256"}\n{"exp":1760000060,"iss":"i","aud":"a"}',
    '"typ":"JWT"',
    '"crit":["b64"]',
    '"b64":false',
    '"kid":"k"',
    '"none"',
    '"aud":["a","b"]',
    '"nbf":1760000000',
    '"iat":1760000000.5',
    '1e999',
    '1.76e9',
    '-0',
    '"jti":"1"',
    '\\u0061',
    '__proto__',
  ],
  read: (input) =>
    verdictOf(gate, {
      method: 'GET',
      url: '/v1',
      headers: new HeaderList(['authorization', `Bearer ${tokenOf(input)}`]),
      body: new Uint8Array(0),
    }),
  judge(input, verdict) {
    const isGood = accepts(tokenOf(input));
    if (!verdict.ok) {
      require(verdict.reason !== 'signature-mismatch', 'the right signature does not match');
      require(!isGood || STRICTER.test(verdict.message), `a good token is refused: ${verdict.message}`);
      return;
    }
    require(isGood, 'a bad token is accepted');
    require(isDeepStrictEqual(verdict.claims, byJose(tokenOf(input), 1)), 'jose decodes other claims');
  },
});

/** Where a text can be read in two ways, or is too much. */
const STRICTER =
  /occurs twice|__proto__|nested too deep|too long|too much white space|more than \d+ members|characters long/;

function tokenOf(input: Uint8Array): string {
  const end = Math.max(0, input.indexOf(0x0a));
  const [header, payload] = [input.subarray(0, end), input.subarray(end + 1)].map((part) =>
    Buffer.from(part).toString('base64url'),
  );
  const signed = `${header}.${payload}`;
  return `${signed}.${createHmac('sha256', SECRET).update(signed).digest('base64url')}`;
}

/** A segment as jose decodes it; where it holds an escape, in which V8's own parser may be wrong about names, as ours does. */
function byJose(token: string, segment: 0 | 1): Readonly<Record<string, unknown>> {
  const decoded = segment === 0 ? decodeProtectedHeader(token) : decodeJwt(token);
  const text = Buffer.from(token.split('.')[segment] ?? '', 'base64url').toString();
  return text.includes('\\') ? (parseExactJson(text) as Readonly<Record<string, unknown>>) : { ...decoded };
}

/** By jose's decoding, and RFC 7519's rules for the claims. */
function accepts(token: string): boolean {
  try {
    const { alg, crit, kid } = byJose(token, 0);
    const { exp, nbf, iat, iss, aud } = byJose(token, 1);
    const isTime = (time: unknown, least: number, most: number): boolean =>
      typeof time === 'number' && time >= least && time <= most;
    return (
      alg === 'HS256' &&
      crit === undefined &&
      (kid === undefined || typeof kid === 'string') &&
      isTime(exp, NOW_S + 0.0001, LAST_S) &&
      (nbf === undefined || isTime(nbf, -LAST_S, NOW_S + LEEWAY_S)) &&
      (iat === undefined || isTime(iat, -LAST_S, NOW_S + LEEWAY_S)) &&
      iss === 'i' &&
      [aud].flat().includes('a')
    );
  } catch {
    return false;
  }
}

/** The end of the year 9999. */
const LAST_S = 253_402_300_799.999;
const LEEWAY_S = 5;
