/** Access tokens that are bound to their client's key by DPoP (RFC 9449). */
import { backend } from '#crypto';
import { authorityOf, effectiveRequest, type Origin } from '../../effective-request.ts';
import { freshInterval, MINUTE, SECOND, type Tolerance } from '../../freshness.ts';
import type { CoveredPart, SignedRequest } from '../../model.ts';
import { type Objection, objection } from '../../objection.ts';
import { messageOf, type Passage, type Scheme, type SigningDraft } from '../../scheme.ts';
import { SetupError } from '../../setup-error.ts';
import { duration } from '../../text/amounts.ts';
import { encodeBase64url } from '../../text/encodings.ts';
import { coverageReport } from '../coverage.ts';
import type { PublicKeyJwtAlgorithm } from './algorithms.ts';
import { type DpopProof, hashText, judgeDpopProof, readDpopProof, thumbprint } from './dpop-proof.ts';
import type { JwtFound } from './find-token.ts';
import { createJwtScheme, type TokenScheme } from './jwt-scheme.ts';
import { openWarnings } from './token-demands.ts';
import type { JwtOptions } from './token-options.ts';

export interface DpopOptions {
  /** Of the access token; `consume` is the proof’s. */
  readonly token: Omit<JwtOptions, 'consume'>;
  /** Of the proof. */
  readonly proofAlgorithms: readonly PublicKeyJwtAlgorithm[];
  /** How old or far ahead a proof may be. Default one minute both ways. */
  readonly tolerance?: Tolerance;
  /** What clients see, e.g. `https://api.example`. Default: the request’s host, under either scheme. */
  readonly origin?: Origin;
}

export const DPOP_TOLERANCE: Tolerance = { pastMs: MINUTE, futureMs: MINUTE };

/** By the proof, of the request that it is made for. */
const PROVED: readonly CoveredPart[] = ['method', 'scheme', 'host', 'path', 'timestamp', 'id'];

/** What is found of a token and its proof. */
interface DpopFound extends JwtFound {
  proof: DpopProof | undefined;
  /** Once it is proved. */
  id: string | undefined;
}

function proofOf({ found }: Passage<DpopFound>): DpopProof {
  return found.proof as DpopProof;
}

/** What the steps need of a declaration. */
interface DpopPlan extends Required<Omit<DpopOptions, 'origin'>> {
  readonly origin: Origin | undefined;
  /** The scheme of the access token alone. */
  readonly base: TokenScheme;
}

/** A proof is taken once, by its key and `jti`. */
export function createDpopScheme(options: DpopOptions): Scheme<DpopFound> {
  const { token, proofAlgorithms, tolerance = DPOP_TOLERANCE, origin } = options;
  const base = createJwtScheme(token);
  const plan: DpopPlan = { token, proofAlgorithms, tolerance, origin, base };
  return {
    ...base,
    ...(origin && { origin }),
    coverage: coverageReport(PROVED, 'signed-id', [
      { code: 'repeat-in-time', pastMs: tolerance.pastMs },
      { code: 'normal-path' },
      ...openWarnings(token),
    ]),
    headers: {
      ...base.headers,
      proof: [...base.headers.proof, 'dpop'],
      token: [...base.headers.token, 'dpop'],
    },
    open: () => ({ ...base.open(), proof: undefined, id: undefined }),
    extractHead: (passage) => extractHead(plan, passage),
    confirm: (passage) => confirm(plan, passage),
    judgeTime: (passage) => judgeTime(plan, passage),
    replay: {
      by: 'signed-id',
      uses: 1,
      singleUse: true,
      id: ({ found }) => found.id,
      content: messageOf,
      untilMs: (passage) => freshInterval(proofOf(passage).issuedMs, tolerance).untilMs,
      signedMs: () => undefined,
    },
    sign: (draft) => sign(plan, draft),
    declared: { type: 'dpop', options, build: createDpopScheme },
  };
}

function extractHead(
  { base, proofAlgorithms }: DpopPlan,
  passage: Passage<DpopFound>,
): Objection | undefined {
  const fault = base.extractHead(passage);
  if (fault) return fault;
  const value = passage.request.headers.single('dpop');
  if (value === null) {
    return objection('malformed-token', 'the header dpop occurs twice', 'The client must send one proof.');
  }
  if (!value) {
    return objection(
      'missing-token',
      'the request has no dpop header',
      'The client must send a DPoP proof with its token (RFC 9449); or a proxy dropped the header.',
    );
  }
  const proof = readDpopProof(value, proofAlgorithms);
  if ('reason' in proof) return proof;
  passage.found.proof = proof;
  return undefined;
}

async function confirm(
  { base, origin }: DpopPlan,
  passage: Passage<DpopFound>,
): Promise<Objection | undefined> {
  const fault = await base.confirm(passage);
  if (fault) return fault;
  const { request, found } = passage;
  const signature = encodeBase64url(passage.signature as Uint8Array);
  const proof = proofOf(passage);
  const access = { token: `${found.signingInput}.${signature}`, claims: found.claims };
  const proofFault = await judgeDpopProof(proof, access, request, origin);
  if (!proofFault) found.id = `${await thumbprint(proof.jwk)}.${proof.jti}`;
  return proofFault;
}

function judgeTime({ base, tolerance }: DpopPlan, passage: Passage<DpopFound>): Objection | undefined {
  const { issuedMs } = proofOf(passage);
  const { fromMs, untilMs } = freshInterval(issuedMs, tolerance);
  const { nowMs } = passage;
  if (!(nowMs < untilMs))
    return objection(
      'expired',
      `the DPoP proof is ${duration(nowMs - issuedMs)} old; at most ${duration(tolerance.pastMs)} are allowed`,
      'The client must make a proof for each request, as it sends it. If it does, look at both clocks.',
    );
  if (nowMs < fromMs)
    return objection(
      'from-the-future',
      `the DPoP proof is dated ${duration(issuedMs - nowMs)} ahead; at most ${duration(tolerance.futureMs)} are allowed`,
    );
  return base.judgeTime(passage);
}

/** Makes a key for this one request, and an access token that names it. */
async function sign(
  { base, token, proofAlgorithms, origin }: DpopPlan,
  draft: SigningDraft,
): Promise<SignedRequest> {
  const { exportJWK, generateKeyPair, SignJWT } = await import('jose');
  const alg = proofAlgorithms[0] as PublicKeyJwtAlgorithm;
  const { publicKey, privateKey } = await generateKeyPair(alg);
  const jwk = await exportJWK(publicKey);
  const cnf = { jkt: await thumbprint({ ...jwk }) };
  const signed = await base.sign({ ...draft, claims: { cnf, ...draft.claims } });
  const header = signed.headers.get(token.header) as string;
  const htu = htuOf(draft, origin);
  const proof = await new SignJWT({
    jti: draft.id ?? encodeBase64url(backend.randomBytes(16)),
    htm: draft.method,
    htu,
    // Behind the word before it.
    ath: await hashText(header.slice(header.indexOf(' ') + 1)),
    iat: Math.floor(draft.timestampMs / SECOND),
  })
    .setProtectedHeader({ typ: 'dpop+jwt', alg, jwk })
    .sign(privateKey);
  return { ...signed, headers: signed.headers.with('dpop', proof) };
}

const GIVE_ADDRESS = 'Give an absolute URL, or a path and a Host header.';

/** RFC 9449 §4.2: the target URI without query and fragment. */
function htuOf(draft: SigningDraft, origin: Origin | undefined): string {
  const effective = effectiveRequest(draft, origin);
  if ('reason' in effective) {
    throw new SetupError('request', effective.problem, GIVE_ADDRESS);
  }
  const { scheme = 'https', path } = effective;
  const authority = authorityOf(effective, scheme);
  if (authority === undefined) {
    throw new SetupError('request', 'its proof names the host; there is none', GIVE_ADDRESS);
  }
  return `${scheme}://${authority}${path}`;
}
