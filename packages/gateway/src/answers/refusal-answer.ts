/** What the sender of a refused request is answered: core’s reply, in the form that a gate’s style gives its body. */
import { type Refusing, replyToRefusal } from '@countersign/core';
import { errorAnswer, type HttpAnswer, jsonAnswer } from '../http-answer.ts';

/** `{"error": …}` in neutral words, of the gateway itself and of sessions. */
export function refusalAnswer(refused: Refusing): HttpAnswer {
  return dress(refused, (status, text, headers) => errorAnswer(status, text, headers));
}

/** A status and `{}`: what every gate but Flowent's and a page's answers to a refused request. */
export function plainRefusal(refused: Refusing): HttpAnswer {
  return dress(refused, (status, _text, headers) => jsonAnswer(status, '{}', headers));
}

/** Gives a refusal its body; a repeat that is acknowledged keeps its empty one. */
export function dress(
  refused: Refusing,
  body: (status: number, text: string, headers: readonly string[]) => HttpAnswer,
): HttpAnswer {
  const { status, headers, body: text } = replyToRefusal(refused);
  if (status < 300) return { status, headers: [], body: text };
  const retry = headers['retry-after'];
  return body(status, text, retry === undefined ? NONE : ['retry-after', retry]);
}

const NONE: readonly string[] = [];
