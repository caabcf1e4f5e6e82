/** Access tokens that are genuine, and come without a DPoP proof (RFC 9449) that could be read, or with an old one. */

import { MAX_TIME_MS, SECOND } from '../../freshness.ts';
import type { Objection } from '../../objection.ts';
import { PUBLIC_KEY_JWT, type PublicKeyJwtAlgorithm } from '../../schemes/jwt/algorithms.ts';
import { readDpopProof } from '../../schemes/jwt/dpop-proof.ts';
import { DPOP_TOLERANCE, type DpopOptions } from '../../schemes/jwt/dpop-scheme.ts';
import { createJwtScheme } from '../../schemes/jwt/jwt-scheme.ts';
import { duration } from '../../text/amounts.ts';
import { isObject, type JsonObject } from '../../text/is-object.ts';
import { shownClaim } from '../../text/shown-text.ts';
import { declaredAs } from '../declared.ts';
import { withProofTolerance } from '../dpop-options.ts';
import type { TrialHypothesis } from '../hypothesis.ts';
import { readToken } from '../read-token.ts';
import type { Trial } from '../trial.ts';

/** The kind of fault that keeps a proof from being held against a key. */
type ProofFault = 'missing' | 'type' | 'algorithm' | 'key' | 'milliseconds' | 'other';

interface ReadProof {
  readonly header: JsonObject;
  readonly kind: ProofFault;
  readonly problem: string;
}

const TYPE = 'dpop+jwt';

/** Undefined where the proof can be read. */
function faultOf({ request: { headers } }: Trial, { proofAlgorithms }: DpopOptions): ReadProof | undefined {
  const text = headers.get('dpop');
  if (!text) return { header: {}, kind: 'missing', problem: '' };
  const proof = readDpopProof(text, proofAlgorithms);
  if (!('reason' in proof)) return undefined;
  const { header = {}, claims = {} } = readToken(headers, 'dpop') ?? {};
  return { header, kind: kindOf(header, claims, proof), problem: proof.problem };
}

function kindOf(header: JsonObject, { jti, iat }: JsonObject, { reason }: Objection): ProofFault {
  if (header['alg'] === undefined) return 'other';
  if (header['typ'] !== TYPE) return 'type';
  if (reason === 'algorithm-not-allowed') return 'algorithm';
  if (!isObject(header['jwk'])) return 'key';
  const isInMs = typeof iat === 'number' && iat > MAX_TIME_MS / SECOND && iat <= MAX_TIME_MS;
  return isInMs && typeof jti === 'string' ? 'milliseconds' : 'other';
}

/** A row of what is wrong with the proof: the token is judged alone. */
function proofRow(
  kind: ProofFault,
  row: Pick<TrialHypothesis, 'id' | 'says' | 'mend'>,
  detail: (proof: ReadProof) => string = () => '',
): TrialHypothesis {
  return {
    ...row,
    part: 'signature',
    steps: ['extract'],
    *changes(trial) {
      const options = declaredAs(trial.scheme, 'dpop')?.options;
      const proof = options && faultOf(trial, options);
      if (options && proof?.kind === kind)
        yield { scheme: createJwtScheme(options.token), detail: detail(proof) };
    },
  };
}

const AS_RFC_9449 =
  'Have the client make its proofs by a library for DPoP (RFC 9449 §4.2), a new one for each request';

export const DPOP_PROOF: readonly TrialHypothesis[] = [
  proofRow('missing', {
    id: 'dpop-proof-missing',
    says: () => 'The access token is genuine, and came without a DPoP proof: there is no header DPoP.',
    mend: () =>
      'Have the client send a proof with each request that has the token. If it does, look for a proxy or a CORS rule that passes only the headers that it knows: Access-Control-Allow-Headers must name DPoP.',
  }),
  proofRow(
    'type',
    {
      id: 'dpop-proof-type',
      says: (detail) =>
        `The access token is genuine, and what came as its DPoP proof is of another type: its header says typ ${detail}, where a proof’s says ${TYPE}.`,
      mend: () => `${AS_RFC_9449}: typ is ${TYPE}. A library for tokens alone writes JWT unless it is told.`,
    },
    ({ header }) => shownClaim(header['typ']),
  ),
  proofRow(
    'key',
    {
      id: 'dpop-proof-key-missing',
      says: (detail) =>
        `The access token is genuine, and its DPoP proof holds no public key: jwk is ${detail} in its header.`,
      mend: () =>
        `${AS_RFC_9449}: its header holds the public key itself as jwk. A kid stands for nothing here.`,
    },
    ({ header: { jwk, kid } }) =>
      `${jwk === undefined ? 'absent' : 'no object'}${kid === undefined ? '' : ', and a kid stands'}`,
  ),
  {
    id: 'dpop-proof-algorithm',
    part: 'signature',
    steps: ['extract'],
    *changes(trial) {
      const declared = declaredAs(trial.scheme, 'dpop');
      const proof = declared && faultOf(trial, declared.options);
      if (!declared || proof?.kind !== 'algorithm') return;
      const named = proof.header['alg'];
      const detail = shownClaim(named);
      const algorithm = Object.keys(PUBLIC_KEY_JWT).find((name) => name === named);
      if (algorithm !== undefined) {
        const proofAlgorithms = [algorithm as PublicKeyJwtAlgorithm];
        yield { scheme: declared.build({ ...declared.options, proofAlgorithms }), detail };
      }
      yield { scheme: createJwtScheme(declared.options.token), detail };
    },
    says: (detail) =>
      `The access token is genuine, and the DPoP proof’s algorithm is ${detail}, which the gate does not take.`,
    mend: () =>
      'Have the client sign its proofs with one of the gate’s proofAlgorithm (ES256 by default), or add the client’s there if it is one of public keys.',
  },
  proofRow('milliseconds', {
    id: 'dpop-proof-milliseconds',
    says: () =>
      'The access token is genuine, and the DPoP proof’s iat is in milliseconds, where tokens have seconds (RFC 7519).',
    mend: () => 'Have the client divide by 1000: Math.floor(Date.now() / 1000).',
  }),
  proofRow(
    'other',
    {
      id: 'dpop-proof-malformed',
      says: (detail) => `The access token is genuine, and ${detail}.`,
      mend: () => `${AS_RFC_9449}, with jti, htm, htu, iat as a number of seconds, and ath.`,
    },
    ({ problem }) => problem,
  ),
  {
    id: 'dpop-proof-old',
    part: 'time',
    steps: ['fresh'],
    example: 'clock',
    *changes(trial) {
      const { pastMs, futureMs } = declaredAs(trial.scheme, 'dpop')?.options.tolerance ?? DPOP_TOLERANCE;
      const iat = readToken(trial.request.headers, 'dpop')?.claims['iat'];
      const ageMs = typeof iat === 'number' ? trial.nowMs - iat * SECOND : 0;
      if (!(ageMs > pastMs)) return;
      const scheme = withProofTolerance(trial.scheme, { pastMs: Math.ceil(ageMs), futureMs });
      if (scheme) yield { scheme, detail: duration(ageMs) };
    },
    says: (age) => `The DPoP proof is good but for its age: it was made ${age} before it came.`,
    mend: () =>
      'Have the client make a proof for each request as it sends it, and keep none: a retry needs a new one too. If it does, look at the client’s clock. A captured request looks the same.',
  },
];
