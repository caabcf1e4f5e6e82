/** Schemes that a standard describes and whose requests say themselves what is signed: RFC 9421, detached JWS, Signature Version 4. */
import type { SignedRequest } from '../model.ts';
import { sigV4Candidates } from './aws-sigv4.ts';
import { detachedCandidates } from './detached-jws.ts';
import { messageSignatureCandidates } from './http-message-signatures.ts';
import type { SecretReading } from './secret-readings.ts';
import type { StandardCandidate } from './standard-candidate.ts';
import { firstTaken, type Trial } from './trial.ts';

/** The first that takes the request. */
export async function standardScheme(
  request: SignedRequest,
  readings: readonly SecretReading[],
  nowMs: number,
): Promise<Trial | undefined> {
  for (const { scheme, signedMs } of candidates(request)) {
    const trial = await firstTaken(scheme, readings, request, signedMs ?? nowMs);
    if (trial) return trial;
  }
  return undefined;
}

function* candidates(request: SignedRequest): Generator<StandardCandidate> {
  yield* sigV4Candidates(request);
  yield* messageSignatureCandidates(request);
  yield* detachedCandidates(request);
}
