/** JSON Web Tokens (RFC 7519) by a strict parser of our own: HMAC on our own path, public keys through jose. */
import { backend } from '#crypto';
import { endInSeconds, MINUTE, SECOND } from '../../freshness.ts';
import type { KeyEncoding } from '../../keys.ts';
import type { MaybePromise } from '../../model.ts';
import { type Objection, objection } from '../../objection.ts';
import { messageOf, type Passage, type Scheme, type SigningDraft } from '../../scheme.ts';
import { SetupError } from '../../setup-error.ts';
import { encodeBase64, encodeBase64url, utf8 } from '../../text/bytes.ts';
import { afterScheme } from '../after-scheme.ts';
import { coverageReport } from '../coverage.ts';
import type { Lifetime } from '../lifetime.ts';
import {
  HMAC_JWT,
  isHmacJwt,
  type JwtAlgorithm,
  PUBLIC_KEY_JWT,
  type PublicKeyJwtAlgorithm,
} from './algorithms.ts';
import { type BindingMode, boundText, judgeBinding } from './binding.ts';
import { type Claims, expiryMs, judgeClaims, timeClaimFault } from './claims.ts';
import { createKeySetRing, type KeySetUrl } from './key-set-url.ts';
import { openWarnings, requiredClaims } from './token-demands.ts';
import {
  AS_JSON,
  AS_RFC_7519,
  type GoodHeader,
  judgeHeader,
  malformed,
  type TokenRemedies,
} from './token-header.ts';
import { createTokenKeyRing } from './token-key-ring.ts';
import { MAX_TOKEN_CHARS, parseSegment, segmentBytes, splitToken, type TokenSegment } from './token-text.ts';

export interface JwtOptions {
  readonly name: string;
  /**
   * Fixed here; a token that names another is refused (RFC 8725 §3.1). One HMAC algorithm, or one or several of
   * public keys.
   */
  readonly algorithms: readonly JwtAlgorithm[];
  /** Lower-case header name that carries the token. */
  readonly header: string;
  /** Before the token, e.g. `Bearer `; compared without regard to case. */
  readonly prefix?: string;
  /** How an HMAC key’s text becomes bytes. Default `utf8`. */
  readonly keyEncoding?: Exclude<KeyEncoding, 'prefixed' | 'pem' | 'jwks'>;
  /** Where the public keys are, instead of `keys`. */
  readonly keySet?: KeySetUrl;
  /** Where they are if there are neither `keys` nor `keySet`. */
  readonly defaultKeySet?: KeySetUrl;
  /** Claims that must be there, besides `exp`. Default none. */
  readonly required?: readonly string[];
  /** Whether a token must have `exp`. Default `bounded`: it must. */
  readonly lifetime?: Lifetime;
  /**
   * Allowed difference of the clocks: how far ahead `nbf` and `iat` may be, and how long after `exp` a token is still
   * taken. Default 5 s for `nbf` and `iat`, as an issuer’s clock is another than ours, and 0 for `exp`.
   */
  readonly leewayMs?: number;
  /** The token’s `iss` must be one of them. Default: any. */
  readonly issuers?: readonly string[];
  /** The token’s `aud` must be, or hold, one of them. Default: any. */
  readonly audiences?: readonly string[];
  /** The token’s header `typ` must be this media type. Default: any. */
  readonly typ?: string;
  /**
   * Lower-case names of the headers that the claim `pay` binds, in order: base64 of the SHA-256 of the one's value,
   * or of the trimmed values joined.
   */
  readonly binding?: readonly string[];
  /** Default `required`. */
  readonly bindingMode?: BindingMode;
  /** Whether the claim `ip` must be the client’s address. Default false. */
  readonly ip?: boolean;
  /** How often a token is accepted, by its `jti` or, without one, as a whole; 1 to 1000. Default: until it expires. */
  readonly consume?: number;
  /** What to do where a gate cannot set the option that decided. */
  readonly remedies?: TokenRemedies;
}

/** What is found of a token. */
export interface JwtFound {
  /** The token’s text before its signature. */
  signingInput: string;
  claims: Claims;
  /** What is wrong with its binding: found before the compare, and judged after it. */
  unbound: MaybePromise<Objection | undefined>;
}

/** Headers are few: an issuer uses one or two. More distinct ones than this are parsed each time. */
const MAX_CACHED_HEADERS = 16;

/** RSA of 2048 to 8192 bits. */
const RSA_SIGNATURE_BYTES = { least: 256, most: 1024 };

/** Two clocks that are kept by NTP differ by less; jsonwebtoken and jose do not judge `iat` at all. */
const START_LEEWAY_MS = 5 * SECOND;

/** What a token minted without claims gets. */
const DEFAULT_LIFETIME_MS = 5 * MINUTE;

/** @throws SetupError for a combination that cannot be. */
export function createJwtScheme(options: JwtOptions): Scheme<JwtFound> {
  const { algorithms, header, binding = [], bindingMode = 'required', leewayMs, keySet } = options;
  const { prefix = '' } = options;
  const mac = algorithms.find(isHmacJwt);
  const publicKeyAlgorithms = algorithms.filter((one): one is PublicKeyJwtAlgorithm => !isHmacJwt(one));
  const signatureBytes = algorithms.map(signatureBytesOf);
  const goodHeaders = new Map<string, GoodHeader>();
  const rules = {
    required: requiredClaims(options),
    endLeewayMs: leewayMs ?? 0,
    startLeewayMs: leewayMs ?? START_LEEWAY_MS,
    ...(options.issuers && { issuers: options.issuers }),
    ...(options.audiences && { audiences: options.audiences }),
    ip: options.ip ?? false,
    remedies: options.remedies ?? {},
  };
  if (options.consume !== undefined && !rules.required.includes('exp')) {
    throw new SetupError(
      'scheme.lifetime',
      'it is unbounded, and a token that is taken a number of times must end: its claim does',
      'Leave lifetime or consume out.',
    );
  }
  if (mac && keySet) {
    throw new SetupError(
      'scheme.jwks',
      `${mac} takes a shared secret, and an address gives public keys`,
      'Leave jwks out, or set algorithm to what the issuer signs with, e.g. RS256.',
    );
  }

  function readHeader(segment: TokenSegment): GoodHeader | Objection {
    const written = segment.text.slice(segment.start, segment.end);
    const known = goodHeaders.get(written);
    if (known) return known;
    const read = judgeHeader(segment, algorithms, options.typ, options.remedies);
    if (!('reason' in read) && goodHeaders.size < MAX_CACHED_HEADERS) goodHeaders.set(written, read);
    return read;
  }

  return {
    name: options.name,
    proof: 'token',
    keys: mac
      ? {
          forms: [
            {
              algorithm: HMAC_JWT[mac].mac,
              variant: 0,
              kind: 'secret',
              encoding: options.keyEncoding ?? 'utf8',
              // “A key of the same size as the hash output or larger MUST be used.”
              least: { bytes: HMAC_JWT[mac].signatureBytes, source: 'RFC 7518 §3.2' },
            },
          ],
        }
      : {
          forms: [],
          create(specs, context) {
            if (keySet && specs.length > 0)
              throw new SetupError('keys', 'the gate has keys and jwks', 'Give one of them.');
            const set = keySet ?? (specs.length === 0 ? options.defaultKeySet : undefined);
            return set
              ? createKeySetRing(set, publicKeyAlgorithms, context)
              : createTokenKeyRing(specs, publicKeyAlgorithms);
          },
        },
    coverage: coverageReport([], options.consume ? 'signed-id' : 'none', [
      'A token proves its bearer, not the request: method, path and body are not covered.',
      options.consume
        ? `A token is good for ${options.consume === 1 ? 'one request, whichever it is' : `${options.consume} requests, whichever they are`}.`
        : 'A token is good for many requests until it expires: repeats are not refused.',
      ...openWarnings(options),
    ]),
    headers: { proof: [header], token: [header], covered: binding, bound: binding },
    readings: [{ name: '', message: ({ found }) => [found.signingInput] }],
    handshakes: [],
    readsBody: false,
    open: () => ({ signingInput: '', claims: NO_CLAIMS, unbound: undefined }),
    extractHead(passage) {
      const value = passage.request.headers.get(header);
      if (value === undefined || value === '')
        return objection('missing-token', `the request has no ${header} header`);
      if (passage.request.headers.count(header) > 1) {
        return malformed(
          `the header ${header} occurs twice`,
          'The client must send one token; look for a proxy that adds another.',
        );
      }
      if (value.length > MAX_TOKEN_CHARS) {
        return malformed(
          `the token is ${value.length} characters long; at most ${MAX_TOKEN_CHARS} are read`,
          'Have the issuer put less into its tokens.',
        );
      }
      const text = afterScheme(value, prefix);
      if (text === undefined) {
        return objection(
          'missing-token',
          `the header ${header} does not start with "${prefix}"`,
          `The client must send \`${prefix}\` and then the token.`,
        );
      }
      const token = splitToken(value, value.length - text.length);
      if (!token)
        return (
          nameBefore(text, header) ?? malformed('the token has not three segments, with a dot between each')
        );
      const read = readHeader(token.header);
      if ('reason' in read) return nameBefore(text, header) ?? read;
      const signature = segmentBytes(token.signature);
      if (!signature || !isOfLength(signature, signatureBytes[read.variant]))
        return malformed('the signature segment is no base64url of its length');
      // Read before the compare and judged after it: a forged token takes as long as an expired one.
      const claims = parseSegment(token.payload);
      // What is no payload never gets to a key: jose throws on one that is not ASCII.
      if (typeof claims === 'string') return malformed(`the token’s payload ${claims}`, AS_JSON);
      passage.signatures = placed(signature, read.variant);
      passage.namedKeyId = read.kid;
      passage.found.signingInput = token.signingInput;
      passage.found.claims = claims;
      if (binding.length > 0)
        passage.found.unbound = judgeBinding(binding, bindingMode, claims, passage.request.headers);
      return undefined;
    },
    confirm({ found }) {
      const fault = timeClaimFault(found.claims);
      return fault ? malformed(fault, AS_RFC_7519) : found.unbound;
    },
    judgeTime: ({ found, nowMs, request }) => judgeClaims(rules, found.claims, nowMs, request.remoteAddress),
    tell: ({ found }) => ({ claims: found.claims }),
    ...(options.consume !== undefined && {
      claims: {
        by: 'signed-id',
        uses: options.consume,
        singleUse: true,
        isIdInBody: false,
        id({ found: { claims } }) {
          const { jti } = claims;
          return typeof jti === 'string' && jti !== '' ? jti : undefined;
        },
        content: messageOf,
        untilMs: ({ found }) => expiryMs(found.claims, rules),
      },
    }),
    async sign(draft) {
      const claims = await claimsOf(draft, bindingMode === 'off' ? [] : binding);
      const algorithm = algorithms[draft.key.variant] as JwtAlgorithm;
      const kid = !mac && draft.key.isNamed ? { kid: draft.key.info.id } : {};
      const head = { typ: options.typ ?? 'JWT', alg: algorithm, ...kid };
      const input = `${encodeText(JSON.stringify(head))}.${encodeText(JSON.stringify(claims))}`;
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

/** A token behind a word that this header has no place for. */
function nameBefore(text: string, header: string): Objection | undefined {
  const word = /^(?:Bearer|DPoP|JWT|Token) +/i.exec(text)?.[0].trim();
  if (word === undefined) return undefined;
  return malformed(`the token in ${header} begins with "${word} "`, 'The client must send the token alone.');
}

function encodeText(text: string): string {
  return encodeBase64url(utf8(text));
}

function signatureBytesOf(algorithm: JwtAlgorithm): number | undefined {
  return isHmacJwt(algorithm) ? HMAC_JWT[algorithm].signatureBytes : PUBLIC_KEY_JWT[algorithm].signatureBytes;
}

function isOfLength({ length }: Uint8Array, exact: number | undefined): boolean {
  if (exact !== undefined) return length === exact;
  return length >= RSA_SIGNATURE_BYTES.least && length <= RSA_SIGNATURE_BYTES.most;
}

const NO_CLAIMS: Claims = {};

const NO_SIGNATURES: readonly Uint8Array[] = [];

/** A signature at the place of its algorithm, where keys of that algorithm look for it. */
function placed(signature: Uint8Array, variant: number): Passage['signatures'] {
  if (variant === 0) return [[signature]];
  const all: (readonly Uint8Array[])[] = Array.from({ length: variant }, () => NO_SIGNATURES);
  return [...all, [signature]];
}

/** What a token says that we mint: its expiry, its binding, and the caller's claims. */
async function claimsOf(
  { timestampMs, headers, claims }: SigningDraft,
  binding: readonly string[],
): Promise<Claims> {
  const bound = binding.length > 0 ? boundText(binding, headers) : undefined;
  return {
    exp: endInSeconds(timestampMs + DEFAULT_LIFETIME_MS),
    ...(bound !== undefined && { pay: encodeBase64(await backend.sha256([bound])) }),
    ...claims,
  };
}
