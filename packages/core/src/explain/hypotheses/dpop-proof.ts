/** Access tokens that are genuine, and come without a DPoP proof (RFC 9449) that could be read, or with an old one. */

import { SECOND } from '../../freshness.ts';
import type { Objection } from '../../objection.ts';
import { PUBLIC_KEY_JWT, type PublicKeyJwtAlgorithm } from '../../schemes/jwt/algorithms.ts';
import { readDpopProof } from '../../schemes/jwt/dpop-proof.ts';
import { DPOP_TOLERANCE, type DpopOptions } from '../../schemes/jwt/dpop-scheme.ts';
import { createJwtScheme } from '../../schemes/jwt/jwt-scheme.ts';
import { duration } from '../../text/amounts.ts';
import type { JsonObject } from '../../text/is-object.ts';
import { shownClaim } from '../../text/shown-text.ts';
import { declaredAs } from '../declared.ts';
import { withProofTolerance } from '../dpop-options.ts';
import type { Tried } from '../hypothesis.ts';
import { readToken } from '../read-token.ts';
import type { Trial } from '../trial.ts';

/** A proof as far as it can be read, and why it is none that could be held against a key. */
interface ReadProof {
  /** Undefined where there is no header. */
  readonly text: string | undefined;
  readonly header: JsonObject;
  readonly fault: Objection | undefined;
}

function proofOf({ request: { headers } }: Trial, { proofAlgorithms }: DpopOptions): ReadProof {
  const text = headers.get('dpop') || undefined;
  const proof = text === undefined ? undefined : readDpopProof(text, proofAlgorithms);
  return {
    text,
    header: readToken(headers, 'dpop')?.header ?? {},
    fault: proof && 'reason' in proof ? proof : undefined,
  };
}

/** A row of what is wrong with the proof: the token is judged alone. @param detail undefined where it is something else */
function proofRow(
  row: Pick<Tried, 'id' | 'says' | 'mend'>,
  detail: (proof: ReadProof) => string | undefined,
): Tried {
  return {
    ...row,
    part: 'signature',
    steps: ['extract'],
    *changes(trial) {
      const options = declaredAs(trial.scheme, 'dpop')?.options;
      const text = options && detail(proofOf(trial, options));
      if (options && text !== undefined) yield { scheme: createJwtScheme(options.token), detail: text };
    },
  };
}

const TYPE = 'dpop+jwt';

function isInMilliseconds(fault: Objection | undefined): boolean {
  return fault?.problem.includes('iat that looks like milliseconds') === true;
}

const AS_RFC_9449 =
  'Have the client make its proofs by a library for DPoP (RFC 9449 §4.2), a new one for each request';

export const DPOP_PROOF: readonly Tried[] = [
  proofRow(
    {
      id: 'dpop-proof-missing',
      says: () => 'The access token is genuine, and came without a DPoP proof: there is no header DPoP.',
      mend: () =>
        'Have the client send a proof with each request that has the token. If it does, look for a proxy or a CORS rule that passes only the headers that it knows: Access-Control-Allow-Headers must name DPoP.',
    },
    ({ text }) => (text === undefined ? '' : undefined),
  ),
  proofRow(
    {
      id: 'dpop-proof-type',
      says: (detail) =>
        `The access token is genuine, and what came as its DPoP proof is of another type: its header says typ ${detail}, and a proof’s ${TYPE}.`,
      mend: () => `${AS_RFC_9449}: typ is ${TYPE}. A library for tokens alone writes JWT unless it is told.`,
    },
    ({ header: { typ, alg }, fault }) =>
      fault && alg !== undefined && typ !== TYPE ? shownClaim(typ) : undefined,
  ),
  proofRow(
    {
      id: 'dpop-proof-key-missing',
      says: (detail) =>
        `The access token is genuine, and its DPoP proof holds no public key: jwk is ${detail} in its header.`,
      mend: () =>
        `${AS_RFC_9449}: its header holds the public key itself as jwk. A kid stands for nothing here.`,
    },
    ({ header: { typ, jwk, kid }, fault }) => {
      if (!fault || typ !== TYPE || !fault.problem.endsWith('has no key')) return undefined;
      return `${jwk === undefined ? 'absent' : 'no object'}${kid === undefined ? '' : ', and a kid stands'}`;
    },
  ),
  {
    id: 'dpop-proof-algorithm',
    part: 'signature',
    steps: ['extract'],
    *changes(trial) {
      const declared = declaredAs(trial.scheme, 'dpop');
      const { header, fault } = declared ? proofOf(trial, declared.options) : {};
      if (!declared || fault?.reason !== 'algorithm-not-allowed') return;
      const detail = shownClaim(header?.['alg']);
      const algorithm = Object.keys(PUBLIC_KEY_JWT).find((name) => name === header?.['alg']);
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
  proofRow(
    {
      id: 'dpop-proof-milliseconds',
      says: () =>
        'The access token is genuine, and the DPoP proof’s iat is in milliseconds, where tokens have seconds (RFC 7519).',
      mend: () => 'Have the client divide by 1000: Math.floor(Date.now() / 1000).',
    },
    ({ fault }) => (isInMilliseconds(fault) ? '' : undefined),
  ),
  proofRow(
    {
      id: 'dpop-proof-malformed',
      says: (detail) => `The access token is genuine, and ${detail}.`,
      mend: () => `${AS_RFC_9449}, with jti, htm, htu, iat as a number of seconds, and ath.`,
    },
    ({ header: { typ }, fault }) => {
      if (!fault || fault.reason === 'algorithm-not-allowed' || isInMilliseconds(fault)) return undefined;
      if (fault.problem.endsWith('has no key') || (typ !== undefined && typ !== TYPE)) return undefined;
      return fault.problem;
    },
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
