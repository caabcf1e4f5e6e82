/** Schemes of JSON Web Tokens: which token a request carries, and which of its claims are for that request. */
import { backend } from '#crypto';
import { MINUTE, SECOND } from '../freshness.ts';
import type { SignedRequest } from '../model.ts';
import type { RawOptions } from '../options.ts';
import { JWT_ALGORITHMS } from '../schemes/jwt/algorithms.ts';
import { HASH_ENCODINGS, hashText, isSameHash } from '../schemes/jwt/hash-text.ts';
import { MAX_TOKEN_CHARS, parseSegment } from '../schemes/jwt/token-text.ts';
import type { JsonObject } from '../text/is-object.ts';
import { NOT_SIGNED } from './named-texts.ts';
import { otherOrigins } from './origins.ts';
import type { SecretReading } from './secret-readings.ts';
import { firstTaken, judged, type Trial } from './trial.ts';

/** A token that stands in a header. Nobody has proved it yet. */
interface CarriedToken {
  readonly header: string;
  readonly prefix: string;
  readonly algorithm: string;
  readonly claims: JsonObject;
}

const MAX_TOKENS = 4;
const MAX_CLAIMS = 32;
/** Headers of which each is tried as what a token is bound to. */
const MAX_BOUND = 8;

/** The scheme whose token the request carries, with each claim that is of the request. */
export async function tokenScheme(
  request: SignedRequest,
  readings: readonly SecretReading[],
  nowMs: number,
): Promise<Trial | undefined> {
  for (const token of carriedTokens(request)) {
    const { claims, algorithm } = token;
    const ownMs = timeOf(claims) ?? nowMs;
    const own = algorithm.startsWith('HS') ? readings : readings.slice(0, 1);
    const plain = schemeOf(token);
    const trial = await firstTaken(plain, own, request, ownMs);
    if (trial === undefined) continue;
    const bound = await boundOptions(plain, trial, claims, request, ownMs);
    return { ...trial, scheme: { ...plain, ...bound } };
  }
  return undefined;
}

/** Of the headers, those that hold a token. */
function carriedTokens({ headers }: SignedRequest): readonly CarriedToken[] {
  const tokens: CarriedToken[] = [];
  for (const [name, text] of headers) {
    if (tokens.length === MAX_TOKENS || headers.count(name) > 1 || text.length > MAX_TOKEN_CHARS) continue;
    const [, prefix = '', head = '', payload = ''] = TOKEN.exec(text) ?? [];
    const [parameters, claims] = [jsonSegment(head), jsonSegment(payload)];
    const algorithm = parameters?.['alg'];
    if (claims === undefined || typeof algorithm !== 'string' || !JWT_ALGORITHMS.includes(algorithm))
      continue;
    tokens.push({ header: name.toLowerCase(), prefix, algorithm, claims });
  }
  return tokens;
}

const TOKEN = /^((?:[!-~]{1,32} )?(?:[A-Za-z]{1,16}=)?)([\w-]+)\.([\w-]+)\.[\w-]+$/;

/** The object that a segment of a token is; undefined for another text, and a longer one than gates read. */
export function jsonSegment(segment: string): JsonObject | undefined {
  if (segment.length > MAX_TOKEN_CHARS) return undefined;
  const members = parseSegment({ text: segment, start: 0, end: segment.length });
  return typeof members === 'string' ? undefined : members;
}

/** When it was in force. */
function timeOf({ iat, nbf, exp }: JsonObject): number | undefined {
  for (const time of [iat, nbf]) if (isTime(time)) return Math.floor(time * SECOND);
  return isTime(exp) ? Math.floor(exp * SECOND) - SECOND : undefined;
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && value < 1e11;
}

/** What a token’s scheme says before its claims are held against the request. */
function schemeOf({ header, prefix, algorithm, claims }: CarriedToken): RawOptions {
  const { iss, aud, exp, iat } = claims;
  const audience = [aud].flat()[0];
  const usualPrefix = header === 'authorization' ? 'Bearer ' : '';
  return {
    type: 'jwt',
    algorithm,
    ...(header !== 'authorization' && { header }),
    ...(prefix !== usualPrefix && { prefix }),
    ...(isText(iss) && { issuer: iss }),
    ...(isText(audience) && { audience }),
    ...(isTime(exp) ? {} : isTime(iat) ? { maxAgeMs: 5 * MINUTE } : { lifetime: 'unbounded' }),
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** The options that say which claims are of this request: each is tried alone. */
async function boundOptions(
  plain: RawOptions,
  { reading, keyId }: Trial,
  claims: JsonObject,
  request: SignedRequest,
  nowMs: number,
): Promise<RawOptions> {
  const spec = keyId === undefined ? reading.spec : { ...reading.spec, id: keyId };
  const holds = async (options: RawOptions): Promise<boolean> =>
    (await judged({ ...plain, ...options }, { spec }, request, nowMs))?.ok === true;
  const digest = await backend.sha256([request.body]);
  const bound: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(claims).slice(0, MAX_CLAIMS)) {
    if (!isText(text) || ['iss', 'aud', 'sub', 'jti'].includes(name)) continue;
    for (const options of claimOptions(name, text, digest, request)) {
      if (Object.keys(options).some((option) => option in bound) || !(await holds(options))) continue;
      Object.assign(bound, options);
      break;
    }
  }
  if ('pay' in claims) {
    const names = [...request.headers].map(([name]) => name.toLowerCase());
    for (const header of names.filter((name) => !NOT_SIGNED.test(name)).slice(0, MAX_BOUND)) {
      if (!(await holds({ binding: [header] }))) continue;
      bound['binding'] = [header];
      break;
    }
  }
  return bound;
}

/** What a claim’s text may be of the request. */
function* claimOptions(
  name: string,
  text: string,
  digest: Uint8Array,
  request: SignedRequest,
): Generator<RawOptions> {
  for (const encoding of HASH_ENCODINGS) {
    if (!isSameHash(text, hashText(digest, encoding), encoding)) continue;
    yield { bodyClaim: encoding === 'hex' ? name : { name, encoding } };
  }
  const origins = [{}, ...otherOrigins(request).map((origin) => ({ origin }))];
  if (/^https?:/i.test(text)) {
    for (const origin of origins) yield { urlClaim: name, ...origin };
    if (URL.canParse(text)) yield { urlClaim: name, origin: new URL(text).origin };
  }
  if (!/^(?:[0-9a-f]{64}|[\w+/-]{43}=?)$/i.test(text)) return;
  yield { queryHashClaim: name };
  for (const basePath of basePaths(request)) yield { queryHashClaim: { name, basePath } };
  for (const hash of HASH_ENCODINGS)
    for (const origin of origins) yield { urlClaim: { name, hash }, ...origin };
}

const MAX_BASE_PATHS = 4;

/** What the request’s path may begin with, before the path that its sender knows. */
function basePaths({ url }: SignedRequest): readonly string[] {
  const path = /^(?:https?:\/\/[^/?#]*)?(\/[!-~]*?)(?:[?#]|$)/.exec(url)?.[1] ?? '';
  const segments = path.split('/').slice(1, 1 + MAX_BASE_PATHS);
  return segments.flatMap((segment, at) =>
    segment === '' ? [] : [`/${segments.slice(0, at + 1).join('/')}`],
  );
}
