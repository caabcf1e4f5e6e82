/** What a provider's sender keeps to when it delivers, in a sentence for people. */
import type { Provider, SenderLimit } from './provider.ts';
import { duration } from './text/amounts.ts';

/** How long it waits, for how long it sends again, what makes it give up, and which of these nobody tells; undefined where it stands for no one sender. */
export function senderLimits({
  answerWithinMs,
  retriesForMs,
  givesUp,
  unpublished = [],
}: Pick<Provider, SenderLimit | 'unpublished'>): string | undefined {
  const parts = [
    ...(answerWithinMs === undefined ? [] : [`waits ${duration(answerWithinMs)} for an answer`]),
    ...(retriesForMs === undefined ? [] : [resends(retriesForMs)]),
  ];
  const sentences = [
    ...(parts.length === 0 ? [] : [`The sender ${parts.join(', and ')}.`]),
    ...(givesUp === undefined ? [] : [givesUp]),
    ...(unpublished.length === 0
      ? []
      : [`Not published, as far as is known: ${unpublished.map((limit) => QUESTIONS[limit]).join('; ')}.`]),
  ];
  return sentences.length === 0 ? undefined : sentences.join(' ');
}

function resends(retriesForMs: number): string {
  return retriesForMs === 0
    ? 'sends nothing again by itself'
    : `sends again for ${duration(retriesForMs)} what was not taken`;
}

const QUESTIONS: Readonly<Record<SenderLimit, string>> = {
  answerWithinMs: 'how long the sender waits for an answer',
  retriesForMs: 'for how long it sends again',
  givesUp: 'what makes it give up',
};
