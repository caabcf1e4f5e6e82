/** A DPoP proof (RFC 9449 §4): a token that the client signs for one request with the key that its access token names. */
import { backend } from '#crypto';
import type { KeyType } from '../../crypto/key-der.ts';
import {
  authorityOf,
  type EffectiveRequest,
  effectiveRequest,
  type Origin,
} from '../../effective-request.ts';
import { timeOfSeconds } from '../../freshness.ts';
import { HeaderList } from '../../headers.ts';
import type { SignedRequest } from '../../model.ts';
import { type Objection, objection, withCode } from '../../objection.ts';
import { utf8 } from '../../text/bytes.ts';
import { encodeBase64url } from '../../text/encodings.ts';
import { isObject } from '../../text/is-object.ts';
import { shownClaim, shownText } from '../../text/shown-text.ts';
import { normalPath, removeDotSegments } from '../../text/uri-path.ts';
import type { PublicKeyJwtAlgorithm } from './algorithms.ts';
import type { TokenClaims } from './token-claims.ts';
import { type TokenKey, tokenKeyOfJwk } from './token-key.ts';
import { MAX_TOKEN_CHARS, parseSegment, segmentBytes, splitToken, type TokenText } from './token-text.ts';

/** A proof that is well-formed and not yet verified. */
export interface DpopProof {
  readonly text: TokenText;
  readonly algorithm: PublicKeyJwtAlgorithm;
  readonly signature: Uint8Array;
  readonly jwk: Readonly<Record<string, unknown>>;
  readonly key: TokenKey;
  readonly jti: string;
  readonly issuedMs: number;
  readonly claims: TokenClaims;
}

const MAX_JTI_CHARS = 256;

/** §4.3, points 2 to 5 and 7. */
export function readDpopProof(
  token: string,
  algorithms: readonly PublicKeyJwtAlgorithm[],
): DpopProof | Objection {
  if (token.length > MAX_TOKEN_CHARS) {
    return malformed(`is ${token.length} characters long; at most ${MAX_TOKEN_CHARS} are read`);
  }
  const text = splitToken(token);
  if (!text) return malformed('does not have three segments with a dot between each');
  const header = parseSegment(text.header);
  if (typeof header === 'string') return malformed(`has a header that ${header}`);
  const claims = parseSegment(text.payload);
  if (typeof claims === 'string') return malformed(`has a payload that ${claims}`);
  const signature = segmentBytes(text.signature);
  if (!signature) return malformed('has a signature that is not base64url');
  if (header['typ'] !== 'dpop+jwt') return malformed('is not of type dpop+jwt');
  const algorithm = algorithms.find((candidate) => candidate === header['alg']);
  if (!algorithm) {
    return objection(
      'algorithm-not-allowed',
      `the DPoP proof’s alg is ${shownClaim(header['alg'])}, not ${algorithms.join(' or ')}`,
      'Have the client sign its proofs with one of these, or add its own to the gate’s proofAlgorithm.',
    );
  }
  if (header['crit'] !== undefined) return malformed('has critical extensions');
  const { jwk } = header;
  if (!isObject(jwk)) return malformed('has no key');
  const key = tokenKeyOfJwk(jwk, true);
  if (typeof key === 'string' || !key.fits(algorithm)) return malformed(`has no key for ${algorithm}`);
  if (key.isPrivate) return malformed('holds a private key');
  const { jti, iat } = claims;
  if (typeof jti !== 'string' || jti === '' || jti.length > MAX_JTI_CHARS) return malformed('has no jti');
  if (typeof iat !== 'number') return malformed('has no iat');
  const issuedMs = timeOfSeconds(iat);
  if (typeof issuedMs === 'string') return malformed(`has an iat that ${issuedMs}`);
  return { text, algorithm, signature, jwk, key, jti, issuedMs, claims };
}

/** §4.3, points 6, 8, 9 and 12. @param access the token that came with it, verified, and its claims. */
export async function judgeDpopProof(
  proof: DpopProof,
  access: { readonly token: string; readonly claims: TokenClaims },
  request: SignedRequest,
  origin: Origin | undefined,
): Promise<Objection | undefined> {
  if (!(await isSigned(proof))) {
    return objection(
      'signature-mismatch',
      'the DPoP proof is not signed with the key that it names',
      'The proof was changed, or the client signs with another key than the one that it writes as jwk.',
    );
  }
  const { htm, htu, ath } = proof.claims;
  if (htm !== request.method) {
    return mismatch(
      `is for the method ${shownClaim(htm)}, not ${shownText(request.method)}`,
      'The client must make a proof for each request.',
    );
  }
  if (typeof htu !== 'string' || !isAddress(htu, request, origin)) {
    return withCode(
      'proof-of-another-address',
      mismatch(
        `is for another address: ${shownClaim(htu)}`,
        'The client must name the URL that it calls. Behind a proxy, set the gate’s origin, or listen.trustedProxies.',
      ),
    );
  }
  if (ath !== (await hashText(access.token))) {
    return withCode(
      'proof-of-another-token',
      mismatch(
        'is for another access token',
        'The client must make the proof with the token that it sends (ath).',
      ),
    );
  }
  const confirmation = access.claims['cnf'];
  const jkt = isObject(confirmation) ? confirmation['jkt'] : undefined;
  if (jkt === undefined) return TOKEN_UNBOUND;
  return jkt === (await thumbprint(proof.jwk)) ? undefined : TOKEN_OF_ANOTHER_KEY;
}

const TOKEN_UNBOUND = withCode(
  'token-unbound',
  objection(
    'binding-mismatch',
    'the access token is bound to no key',
    'The issuer must issue tokens that are bound by DPoP (cnf.jkt); others belong at a gate of jwt-bearer.',
  ),
);

const TOKEN_OF_ANOTHER_KEY = withCode(
  'token-of-another-key',
  objection(
    'binding-mismatch',
    'the access token is bound to another key than the DPoP proof’s',
    'The client must sign its proofs with the key with which it fetched the token.',
  ),
);

async function isSigned({ text, algorithm, signature, key }: DpopProof): Promise<boolean> {
  return (await key.proof(algorithm).find([text.signingInput], [signature])) >= 0;
}

/** §4.3, point 9: without query and fragment, normalised as URIs are (RFC 3986 §6.2.2, §6.2.3). */
function isAddress(htu: string, request: SignedRequest, origin: Origin | undefined): boolean {
  const address = readHtu(htu);
  const effective = effectiveRequest(request, origin);
  if (!address || 'reason' in effective) return false;
  // Behind a proxy that ends TLS the scheme is not known: without an origin the proof's own is taken.
  const { scheme = address.scheme, path } = effective;
  return (
    address.scheme === scheme &&
    authorityOf(address, scheme) === authorityOf(effective, scheme) &&
    // Of the request's path no dots are resolved: the application may be given it as it came.
    removeDotSegments(normalPath(address.path)) === normalPath(path)
  );
}

/** Undefined where it is no absolute URL: of any other the scheme is not known. */
function readHtu(htu: string): (EffectiveRequest & Pick<Origin, 'scheme'>) | undefined {
  const end = htu.search(/[?#]/);
  const url = end < 0 ? htu : htu.slice(0, end);
  const target = effectiveRequest({
    method: 'GET',
    url,
    headers: new HeaderList([]),
    body: new Uint8Array(0),
  });
  if ('reason' in target) return undefined;
  const { scheme } = target;
  return scheme && { ...target, scheme };
}

/** The SHA-256 of a text, in base64url (`ath`, §4.2). */
export async function hashText(text: string): Promise<string> {
  return encodeBase64url(await backend.sha256([utf8(text)]));
}

const THUMBPRINT_MEMBERS: Readonly<Record<KeyType['kty'], readonly string[]>> = {
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
  RSA: ['e', 'kty', 'n'],
};

/** The thumbprint of a key of these types (RFC 7638 §3): the hash of its required members in the order of their names. */
export function thumbprint(jwk: Readonly<Record<string, unknown>>): Promise<string> {
  const members = THUMBPRINT_MEMBERS[jwk['kty'] as KeyType['kty']];
  return hashText(JSON.stringify(Object.fromEntries(members.map((name) => [name, jwk[name]]))));
}

function malformed(what: string): Objection {
  return objection(
    'malformed-token',
    `the DPoP proof ${what}`,
    'Have the client make its proofs as RFC 9449 §4.2 describes them.',
  );
}

function mismatch(what: string, remedy: string): Objection {
  return objection('binding-mismatch', `the DPoP proof ${what}`, remedy);
}
