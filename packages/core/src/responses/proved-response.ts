/** A response to fetch that must be proved: its caller gets what was proved, or an error. */
import type { Refused } from '../model.ts';
import type { RefusalReason } from '../refusals.ts';
import { webResponse } from './response-from.ts';
import type { ResponseVerdict } from './response-verdict.ts';

/** A response that nothing proves. What it says is not handed on; whether the server has acted on the request is not known. */
export class UnprovedResponse extends Error {
  override readonly name = 'UnprovedResponse';
  /** Why: one of the reasons for which requests are refused, e.g. `missing-signature`. */
  readonly code: RefusalReason;
  /** What to do about it. */
  readonly remedy: string;
  /** As the response has it, which nobody has proved. */
  readonly status: number;
  /** With the evidence. */
  readonly verdict: Refused;

  constructor(status: number, verdict: Refused) {
    const { reason, message, remedy } = verdict;
    super(`the response (${status}) is not proved: ${message}. ${remedy}`);
    this.code = reason;
    this.remedy = remedy;
    this.status = status;
    this.verdict = verdict;
  }
}

const SIGNATURE: readonly string[] = ['signature', 'signature-input'];

/** The response with what was proved: its bytes, and the headers that are covered. @throws UnprovedResponse where the verdict refuses it */
export function provedResponse(verdict: ResponseVerdict, received: Response): Response {
  if (!verdict.ok) throw new UnprovedResponse(received.status, verdict);
  const proved = [...SIGNATURE, ...(verdict.coveredHeaders ?? [])];
  return webResponse(verdict.response, received, (name) => proved.includes(name));
}
