/** JSON Web Tokens (RFC 7519) under HS256, HS384 and HS512, by a strict parser of our own. */
import { backend } from '#crypto';
import type { MacAlgorithm } from '../crypto/backend.ts';
import { MINUTE, SECOND } from '../freshness.ts';
import type { HeaderList } from '../headers.ts';
import type { KeyEncoding } from '../keys.ts';
import type { MaybePromise } from '../model.ts';
import { type Objection, objection, type Passage, type Scheme } from '../scheme.ts';
import { SetupError } from '../setup-error.ts';
import { decodeBase64url, decodeUtf8, encodeBase64, encodeBase64url, utf8 } from '../text/bytes.ts';
import { isJsonFault, scanJsonObject } from '../text/json-text.ts';
import { coverageReport } from './coverage.ts';

export type JwtAlgorithm = 'HS256' | 'HS384' | 'HS512';

const JWT_ALGORITHMS: readonly JwtAlgorithm[] = ['HS256', 'HS384', 'HS512'];

export interface JwtOptions {
  readonly name: string;
  /** Fixed here; a token that names another is refused (RFC 8725 §3.1). */
  readonly algorithm: JwtAlgorithm;
  /** Lower-case header name that carries the token. */
  readonly header: string;
  /** Before the token, e.g. `Bearer `; compared without regard to case. */
  readonly prefix?: string;
  readonly keyEncoding: Exclude<KeyEncoding, 'prefixed' | 'pem'>;
  /** Claims that must be there. Default `exp`. */
  readonly required?: readonly string[];
  /** Allowed difference of the clocks. Default 0. */
  readonly leewayMs?: number;
  /**
   * Lower-case names of the headers that the claim `pay` binds, in order: base64 of the SHA-256 of the one's value,
   * or of the trimmed values joined.
   */
  readonly binding?: readonly string[];
}

/** A longer token is refused before any of it is decoded. */
const MAX_TOKEN_CHARS = 8 * 1024;

/** Headers are few: an issuer uses one or two. More distinct ones than this are parsed each time. */
const MAX_CACHED_HEADERS = 16;

const MAC: Readonly<Record<JwtAlgorithm, MacAlgorithm>> = {
  HS256: 'hmac-sha256',
  HS384: 'hmac-sha384',
  HS512: 'hmac-sha512',
};

const MAC_BYTES: Readonly<Record<JwtAlgorithm, number>> = { HS256: 32, HS384: 48, HS512: 64 };

/** What a token minted without claims gets. */
const DEFAULT_LIFETIME_MS = 5 * MINUTE;

export function createJwtScheme(options: JwtOptions): Scheme {
  const { algorithm, header, binding = [], required = ['exp'], leewayMs = 0 } = options;
  const prefix = (options.prefix ?? '').toLowerCase();
  const goodHeaders = new Set<string>();

  function checkHeader(segment: string): Objection | undefined {
    if (goodHeaders.has(segment)) return undefined;
    const fault = judgeHeader(segment, algorithm);
    if (!fault && goodHeaders.size < MAX_CACHED_HEADERS) goodHeaders.add(segment);
    return fault;
  }

  return {
    name: options.name,
    proof: 'token',
    keyForms: [{ algorithm: MAC[algorithm], variant: 0, kind: 'secret', encoding: options.keyEncoding }],
    replay: 'none',
    coverage: coverageReport([], 'none', [
      'A token proves its bearer, not the request: method, path and body are not covered.',
      'A token is good for many requests until it expires: repeats are not refused.',
    ]),
    proofHeaders: [header],
    readings: [{ name: '', message: ({ signingInput }) => [signingInput as string] }],
    handshakes: [],
    extract(passage) {
      const value = passage.request.headers.get(header);
      if (value === undefined || value === '')
        return objection('missing-token', `the request has no ${header} header`);
      if (passage.request.headers.count(header) > 1) return malformed(`the header ${header} occurs twice`);
      if (value.length > MAX_TOKEN_CHARS) return malformed(`the token is ${value.length} characters long`);
      if (prefix !== '' && value.slice(0, prefix.length).toLowerCase() !== prefix) {
        return objection('missing-token', `the header ${header} does not start with "${options.prefix}"`);
      }
      const token = prefix === '' ? value : value.slice(prefix.length);
      const first = token.indexOf('.');
      const second = token.indexOf('.', first + 1);
      if (first < 0 || second < 0 || token.indexOf('.', second + 1) >= 0)
        return malformed('the token has not three segments');
      const fault = checkHeader(token.slice(0, first));
      if (fault) return fault;
      const signature = decodeBase64url(token.slice(second + 1));
      if (signature?.length !== MAC_BYTES[algorithm])
        return malformed('the signature segment is no base64url of its length');
      passage.signatures = [[signature]];
      passage.signingInput = token.slice(0, second);
      passage.payloadText = token.slice(first + 1, second);
      return undefined;
    },
    confirm(passage) {
      const claims = parseSegment(passage.payloadText as string);
      if (!claims) return malformed('the payload is no base64url of a JSON object');
      for (const name of ['exp', 'nbf', 'iat']) {
        const value = claims[name];
        if (value !== undefined && (typeof value !== 'number' || !Number.isFinite(value))) {
          return malformed(`the claim ${name} is no number`);
        }
      }
      passage.claims = claims;
      return binding.length === 0 ? undefined : checkBinding(binding, claims, passage);
    },
    judgeTime(passage) {
      const claims = passage.claims as Readonly<Record<string, unknown>>;
      for (const name of required) {
        if (claims[name] === undefined || claims[name] === null)
          return objection('missing-claim', `the token has no claim ${name}`);
      }
      const exp = claims['exp'] as number | undefined;
      // RFC 7519 §4.1.4: not accepted on or after exp.
      if (exp !== undefined && passage.nowMs >= exp * SECOND + leewayMs) {
        return objection('expired', `the token expired ${(passage.nowMs / SECOND - exp).toFixed(0)} s ago`);
      }
      for (const name of ['nbf', 'iat']) {
        const from = claims[name] as number | undefined;
        if (from !== undefined && passage.nowMs < from * SECOND - leewayMs) {
          return objection(
            'from-the-future',
            `the token’s ${name} is ${(from - passage.nowMs / SECOND).toFixed(0)} s ahead`,
          );
        }
      }
      return undefined;
    },
    signedId: () => undefined,
    freshUntilMs: () => undefined,
    async sign(draft) {
      const bound = binding.length > 0 ? boundText(binding, draft.headers) : undefined;
      const claims = {
        exp: Math.floor((draft.timestampMs + DEFAULT_LIFETIME_MS) / SECOND),
        ...(bound !== undefined && { pay: encodeBase64(await backend.sha256([bound])) }),
        ...draft.claims,
      };
      const input = `${encodeText(`{"typ":"JWT","alg":"${algorithm}"}`)}.${encodeText(JSON.stringify(claims))}`;
      const signature = await draft.key.proof.sign([input]);
      const token = `${options.prefix ?? ''}${input}.${encodeBase64url(signature)}`;
      return {
        method: draft.method,
        url: draft.url,
        body: draft.body,
        headers: draft.headers.with(header, token),
      };
    },
  };
}

function malformed(message: string): Objection {
  return objection('malformed-token', message);
}

function encodeText(text: string): string {
  return encodeBase64url(utf8(text));
}

function judgeHeader(segment: string, algorithm: JwtAlgorithm): Objection | undefined {
  const header = parseSegment(segment);
  if (!header) return malformed('the header segment is no base64url of a JSON object');
  if (header['alg'] !== algorithm) {
    return objection('algorithm-not-allowed', `the token’s header does not name ${algorithm}`);
  }
  // RFC 7515 §4.1.11: an extension that is not understood must be refused; none is.
  if (header['crit'] !== undefined) return malformed('the token’s header has critical extensions');
  return undefined;
}

/** A segment's JSON object, undefined where it is none, or ambiguous (a duplicate name). */
function parseSegment(segment: string): Record<string, unknown> | undefined {
  const bytes = decodeBase64url(segment);
  if (!bytes || isJsonFault(scanJsonObject(bytes))) return undefined;
  const text = decodeUtf8(bytes);
  return text === undefined ? undefined : (JSON.parse(text) as Record<string, unknown>);
}

/** The text that `pay` is the hash of, or undefined where a bound header is absent or occurs twice. */
function boundText(binding: readonly string[], headers: HeaderList): string | undefined {
  const values: string[] = [];
  for (const name of binding) {
    const value = headers.single(name);
    if (!value) return undefined;
    values.push(value);
  }
  return values.length === 1 ? values[0] : values.map((value) => value.trim()).join('');
}

function checkBinding(
  binding: readonly string[],
  claims: Readonly<Record<string, unknown>>,
  passage: Passage,
): MaybePromise<Objection | undefined> {
  const text = boundText(binding, passage.request.headers);
  if (text === undefined)
    return objection('binding-mismatch', `a bound header (${binding.join(', ')}) is absent or occurs twice`);
  const { pay } = claims;
  if (typeof pay !== 'string') return objection('binding-mismatch', 'the token has no claim pay');
  const judge = (hash: Uint8Array): Objection | undefined =>
    encodeBase64(hash) === pay
      ? undefined
      : objection('binding-mismatch', `the token is bound to another value of ${binding.join(', ')}`);
  const hash = backend.sha256([text]);
  return hash instanceof Promise ? hash.then(judge) : judge(hash);
}

/** Reads the algorithm of a configuration. @throws SetupError for another than HS256, HS384, HS512. */
export function jwtAlgorithm(value: unknown): JwtAlgorithm {
  const found = JWT_ALGORITHMS.find((one) => one === value);
  if (found) return found;
  throw new SetupError(
    'scheme.algorithm',
    `${String(value)} is not taken`,
    `One of ${JWT_ALGORITHMS.join(', ')}.`,
  );
}
