/** Why a request is refused, before it is a verdict. */
import type { RefusalReason } from './refusals.ts';

/**
 * Which of the things that share one reason it is, for those who tell them apart: whoever signs is told of the member by
 * which to give an absent nonce, and `explain` says what became of a digest, or of what binds a token to its proof.
 */
export type ObjectionCode =
  | 'id-absent'
  | 'nonce-absent'
  | 'body-unproved'
  | 'digest-of-another-body'
  | 'proof-of-another-address'
  | 'proof-of-another-token'
  | 'token-of-another-key'
  | 'token-unbound';

/** A refusal by a scheme: the reason, and one sentence that says what was found. */
export interface Objection {
  readonly reason: RefusalReason;
  readonly problem: string;
  /** What to do, where that is something else than the reason's row says. */
  readonly remedy?: string;
  /** The remedy once the request has been explained, where `remedy` says to run explain. */
  readonly explained?: string;
  readonly code?: ObjectionCode;
}

export function objection(reason: RefusalReason, problem: string, remedy?: string): Objection {
  return remedy === undefined ? { reason, problem } : { reason, problem, remedy };
}

export function withCode(code: ObjectionCode, fault: Objection): Objection {
  return { ...fault, code };
}
