/** What an issuer may put into a token that it signs itself: its gate takes each token once, or refuses it, and never fails. */
import { createHmac } from 'node:crypto';
import { type ProviderChoice, writtenProvider } from '@countersign/core';
import type { Attack, Opened } from '../engine/model.ts';
import { type MakeTrial, ofTrials } from './request-attack.ts';
import { headerOf, tokenIn } from './resign.ts';

const DIGESTS: Readonly<Record<string, string>> = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' };

const TIMES: readonly unknown[] = [
  0,
  -1,
  -0.5,
  1,
  1e10,
  1.5e10,
  253_402_300_799,
  253_402_300_800,
  1e12,
  1e13,
  8.64e15,
  2 ** 53,
  1e17,
  1e50,
  1e306,
  '1',
  null,
  [],
  {},
  true,
];
const TEXTS: readonly unknown[] = [
  '',
  ' ',
  '\0',
  '\ud800',
  '__proto__',
  'constructor',
  'x'.repeat(4000),
  '\u{1f680}',
  0,
  -0,
  1e306,
  null,
  true,
  [],
  ['a'],
  {},
];

function claimsOf(payload: string): Readonly<Record<string, unknown>> {
  return JSON.parse(Buffer.from(payload, 'base64url').toString());
}

/** The bytes of the gate’s secret, if its token is by an HMAC. */
function issuersKey(
  { options }: Opened,
  [header = '', payload = '', signature = '']: readonly string[],
): Buffer | undefined {
  const digest = DIGESTS[String(headerOf([header])['alg'])];
  const [key] = Array.isArray(options.keys) ? options.keys : [];
  if (digest === undefined || typeof key?.secret !== 'string') return undefined;
  const { secret } = key;
  return (['utf8', 'base64', 'hex'] as const)
    .map((encoding) => Buffer.from(secret, encoding))
    .find(
      (bytes) => createHmac(digest, bytes).update(`${header}.${payload}`).digest('base64url') === signature,
    );
}

/** The gate’s provider, with each token good for one use. */
function countingProvider({ options: { provider } }: Opened): ProviderChoice | undefined {
  const { id, ...own } = typeof provider === 'object' ? provider : { id: provider };
  return (id === 'jwt-bearer' || id === 'approov') && !('scheme' in own)
    ? writtenProvider(id, { ...own, consume: 1 })
    : undefined;
}

function trials(subject: Opened): readonly MakeTrial[] | string {
  const [place] = subject.places.get('proof') ?? [];
  const token = place && tokenIn(place.text);
  if (!place || !token) return 'its proof is no token';
  const key = issuersKey(subject, token.segments);
  if (!key) return 'its issuer’s key is not there';
  const counting = countingProvider(subject);
  if (!counting) return 'its tokens are not counted';
  const [header = '', payload = ''] = token.segments;
  const claims = claimsOf(payload);
  const changes = [
    ...['exp', 'nbf', 'iat'].flatMap((name) => TIMES.map((value) => ({ [name]: value }))),
    ...['jti', 'sub', 'iss', 'aud', 'pay', 'ip'].flatMap((name) => TEXTS.map((value) => ({ [name]: value }))),
  ];
  return changes.map(
    (change): MakeTrial =>
      ({ request, nowMs, options }) => {
        const input = `${header}.${Buffer.from(JSON.stringify({ ...claims, ...change })).toString('base64url')}`;
        const digest = DIGESTS[String(headerOf([header])['alg'])] as string;
        const signed = place.put(
          request,
          `${token.before}${input}.${createHmac(digest, key).update(input).digest('base64url')}`,
        );
        return {
          request: signed,
          options: { ...options, provider: counting },
          before: { request: signed, nowMs },
          isIssuers: true,
        };
      },
  );
}

export const ISSUER_ATTACKS: readonly Attack[] = [
  ofTrials({
    id: 'issuer',
    summary:
      'absurd claims, signed by the issuer itself, at a gate that accepts a token once: it runs once or not at all',
    places: ['gate'],
    elsewhere: 'it is no gate',
    trials,
  }),
];
