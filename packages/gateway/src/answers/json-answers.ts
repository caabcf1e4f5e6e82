/** The plain form: a JSON object in; JSON, a page, a file, a stream or a redirect out; refusals are `{}`, the same for every reason. */
import { REFUSALS } from '@countersign/core';
import type { Refusing } from '../call.ts';
import { type HttpAnswer, jsonAnswer } from '../http-answer.ts';
import { isResult } from '../results/result.ts';
import type { AnswerStyle } from './answer-style.ts';
import { readJsonObject } from './json-object.ts';
import { jsonText } from './json-text.ts';
import { retryHeaders } from './neutral.ts';
import { resultAnswer } from './result-answer.ts';

export const jsonAnswers: AnswerStyle = {
  takesUnknownFields: false,
  read({ request }) {
    const input = readJsonObject(request.body);
    if (input === undefined) return { ok: false, message: 'the body is no JSON object' };
    return { ok: true, actionName: undefined, input };
  },
  result(value, call) {
    if (isResult(value)) return resultAnswer(value, 'Result', call);
    return jsonAnswer(200, jsonText(typeof value === 'string' ? { result: value } : value));
  },
  problem: ({ status, message, issues }) =>
    jsonAnswer(status, JSON.stringify(issues.length === 0 ? { error: message } : { error: message, issues })),
  refusal: plainRefusal,
};

/** A status and `{}`: what every gate but Flowent's and a page's answers to a refused request. */
export function plainRefusal(refused: Refusing): HttpAnswer {
  return jsonAnswer(REFUSALS[refused.reason].status, '{}', retryHeaders(refused));
}
