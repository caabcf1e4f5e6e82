/** The outcome `respond`: a fixed answer. */
import { plainRefusal } from '../answers/refusal-answer.ts';
import type { Outcome, Reply } from '../call.ts';
import type { RespondConfig } from '../config/config.ts';
import type { HttpAnswer } from '../http-answer.ts';

export function createRespondOutcome(config: RespondConfig): Outcome {
  const answer: HttpAnswer = {
    status: config.status,
    headers: config.contentType === undefined ? [] : ['content-type', config.contentType],
    body: config.body,
  };
  const reply: Reply = { answer };
  return {
    kind: 'respond',
    run: () => reply,
    refusal: plainRefusal,
    handshake: (test) => ({ answer: test.answer }),
    drain: () => {},
    close: async () => {},
  };
}
