/** Finds the token of a request and reads it, before any key is asked. */
import { isRsaSignatureLength } from '../../crypto/rsa.ts';
import type { MaybePromise } from '../../model.ts';
import { type Objection, objection } from '../../objection.ts';
import type { Passage } from '../../scheme.ts';
import { afterScheme } from '../after-scheme.ts';
import { HMAC_JWT, isHmacJwt, type JwtAlgorithm, MOST_RSA_BITS, PUBLIC_KEY_JWT } from './algorithms.ts';
import { type BindingMode, judgeBinding } from './binding.ts';
import type { TokenClaims } from './token-claims.ts';
import { AS_JSON, type GoodHeader, judgeHeader, malformed, type TokenRemedies } from './token-header.ts';
import { MAX_TOKEN_CHARS, parseSegment, segmentBytes, splitToken, type TokenSegment } from './token-text.ts';

/** What is found of a token. */
export interface JwtFound {
  /** The token’s text before its signature. */
  signingInput: string;
  claims: TokenClaims;
  /** What is wrong with its binding: found before the compare, and judged after it. */
  unbound: MaybePromise<Objection | undefined>;
}

/** Where a token is looked for, and how it must be written. */
export interface TokenPlace {
  readonly header: string;
  readonly prefix: string;
  readonly algorithms: readonly JwtAlgorithm[];
  /** Of each algorithm; undefined for RSA, whose keys differ. */
  readonly signatureBytes: readonly (number | undefined)[];
  readonly typ: string | undefined;
  readonly binding: readonly string[];
  readonly bindingMode: BindingMode;
  readonly remedies: TokenRemedies;
  readonly goodHeaders: Map<string, GoodHeader>;
}

/** Headers are few: an issuer uses one or two. More distinct ones than this are parsed each time. */
const MAX_CACHED_HEADERS = 16;

/** @returns why there is no token that a key could prove. */
export function findToken(place: TokenPlace, passage: Passage<JwtFound>): Objection | undefined {
  const { header, prefix, signatureBytes, binding, bindingMode } = place;
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
      nameBefore(text, header) ?? malformed('the token does not have three segments with a dot between each')
    );
  const read = readHeader(place, token.header);
  if ('reason' in read) return nameBefore(text, header) ?? read;
  const signature = segmentBytes(token.signature);
  if (!signature || !isSignatureLength(signature.length, signatureBytes[read.variant]))
    return malformed('the signature segment is not base64url of its length');
  // Read before the compare and judged after it: a forged token takes as long as an expired one.
  const claims = parseSegment(token.payload);
  // What is no payload never gets to a key: jose throws on one that is not ASCII.
  if (typeof claims === 'string') return malformed(`the token’s payload ${claims}`, AS_JSON);
  passage.signatures = placed(signature, read.variant);
  passage.namedKeyId = read.kid;
  passage.keyHints = read.hints;
  passage.found.signingInput = token.signingInput;
  passage.found.claims = claims;
  if (binding.length > 0)
    passage.found.unbound = judgeBinding(binding, bindingMode, claims, passage.request.headers);
  return undefined;
}

function readHeader(
  { goodHeaders, algorithms, typ, remedies }: TokenPlace,
  segment: TokenSegment,
): GoodHeader | Objection {
  const written = segment.text.slice(segment.start, segment.end);
  const cached = goodHeaders.get(written);
  if (cached) return cached;
  const read = judgeHeader(segment, algorithms, typ, remedies);
  if (!('reason' in read) && goodHeaders.size < MAX_CACHED_HEADERS) goodHeaders.set(written, read);
  return read;
}

/** A token behind a word that this header has no place for. */
function nameBefore(text: string, header: string): Objection | undefined {
  const word = /^(Bearer|DPoP|JWT|Token) /i.exec(text)?.[1];
  if (word === undefined) return undefined;
  return malformed(`the token in ${header} begins with "${word} "`, 'The client must send the token alone.');
}

export function signatureBytesOf(algorithm: JwtAlgorithm): number | undefined {
  return isHmacJwt(algorithm) ? HMAC_JWT[algorithm].signatureBytes : PUBLIC_KEY_JWT[algorithm].signatureBytes;
}

/** @param exact `signatureBytesOf` the algorithm */
export function isSignatureLength(bytes: number, exact: number | undefined): boolean {
  return exact === undefined ? isRsaSignatureLength(bytes, MOST_RSA_BITS) : bytes === exact;
}

const NO_SIGNATURES: readonly Uint8Array[] = [];

/** A signature at the place of its algorithm, where keys of that algorithm look for it. */
function placed(signature: Uint8Array, variant: number): Passage['signatures'] {
  if (variant === 0) return [[signature]];
  const all: (readonly Uint8Array[])[] = Array.from({ length: variant }, () => NO_SIGNATURES);
  return [...all, [signature]];
}
