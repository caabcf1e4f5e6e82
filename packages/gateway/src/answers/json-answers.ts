/** The plain form: a JSON object in; JSON, a page, a file, a stream or a redirect out; refusals are `{}`, the same for every reason. */
import { jsonAnswer } from '../http-answer.ts';
import { isResult } from '../results/result.ts';
import type { AnswerStyle, Unreadable } from './answer-style.ts';
import { readJsonObject } from './json-object.ts';
import { jsonText } from './json-text.ts';
import { plainRefusal } from './refusal-answer.ts';
import { resultAnswer } from './result-answer.ts';

const NOT_AN_OBJECT: Unreadable = {
  ok: false,
  message: 'the body is not a JSON object',
  remedy:
    'Have the caller send the action’s parameters as one JSON object in UTF-8, e.g. {"name":"value"}; an empty body counts as {}.',
};

export const jsonAnswers: AnswerStyle = {
  takesUnknownFields: false,
  read({ request }) {
    const input = readJsonObject(request.body);
    if (input === undefined) return NOT_AN_OBJECT;
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
