/** The plain form: a JSON object in; JSON, a page, a file, a stream or a redirect out; refusals are `{}`, the same for every reason. */
import { jsonAnswer } from '../http-answer.ts';
import { isResult } from '../results/result.ts';
import type { AnswerStyle } from './answer-style.ts';
import { readJsonObject } from './json-object.ts';
import { jsonText } from './json-text.ts';
import { plainRefusal } from './refusal-answer.ts';
import { resultAnswer } from './result-answer.ts';

export const jsonAnswers: AnswerStyle = {
  takesUnknownFields: false,
  namesAction: false,
  read({ request }) {
    const input = readJsonObject(request.body);
    if (input === undefined) return { ok: false, message: 'the body is not a JSON object' };
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
