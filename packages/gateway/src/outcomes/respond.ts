/** The outcome `respond`: a fixed answer. */
import { plainRefusal } from '../answers/refusal-answer.ts';
import type { Outcome, Reply } from '../call.ts';
import type { RespondConfig } from '../config/config.ts';
import type { HttpAnswer } from '../http-answer.ts';
import { RESTING } from '../lifecycle.ts';

export function createRespondOutcome(config: RespondConfig): Outcome {
  const answer: HttpAnswer = {
    status: config.status,
    headers: config.contentType === undefined ? [] : ['content-type', config.contentType],
    body: config.body,
  };
  // Who is told of a failure sends again, and must not be told then that all is well.
  const isDone = config.status >= 200 && config.status < 300;
  const reply: Reply = { answer, claim: isDone ? 'committed' : 'aborted' };
  return {
    ...RESTING,
    kind: 'respond',
    run: () => reply,
    refusal: plainRefusal,
    handshake: (test) => ({ answer: test.answer }),
  };
}
