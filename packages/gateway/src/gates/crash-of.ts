/** A request that a bug has stopped. */
import type { Handled } from '../call.ts';
import { errorAnswer } from '../http-answer.ts';

/** What becomes of a request that a bug has stopped: the sender learns nothing, the log everything. */
export function crashOf(error: unknown): Handled {
  return { answer: errorAnswer(500, 'internal error'), verdict: 'refused', error };
}
