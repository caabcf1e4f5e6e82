/** Why a request is refused, before it is a verdict. */
import type { RefusalReason } from './refusals.ts';

/** A refusal by a scheme: the reason, and one sentence that says what was found. */
export interface Objection {
  readonly reason: RefusalReason;
  readonly problem: string;
  /** What to do, where that is something else than the reason's row says. */
  readonly remedy?: string;
  /** The remedy once the request has been explained, where `remedy` says to run explain. */
  readonly explained?: string;
  /** The part of the message that is not there, e.g. `nonce`: whoever signs is told of the member by which to give it. */
  readonly absent?: string;
}

export function objection(reason: RefusalReason, problem: string, remedy?: string): Objection {
  return remedy === undefined ? { reason, problem } : { reason, problem, remedy };
}
