/** What a repeat is answered where its gate gives the first answer again. */
import type { Refused } from '@countersign/core';
import { plainRefusal } from '../answers/refusal-answer.ts';
import { decodeAnswer } from '../claims/first-answer.ts';
import type { HttpAnswer } from '../http-answer.ts';

export function firstAnswer({ repeat }: Refused): HttpAnswer {
  const answer = repeat?.state === 'committed' ? repeat.answer : undefined;
  // It was dropped since, or could not be kept: what it was is not made up.
  const acknowledged = { reason: 'replayed', repeat: { state: 'committed', acknowledge: true } } as const;
  return answer === undefined ? plainRefusal(acknowledged) : decodeAnswer(answer);
}
