/** Flowent's form: `{"action_name", "parameters", …}` in, `{"result", "error"}` out, both texts. */

import type { AnswerStyle, Unreadable } from '../answers/answer-style.ts';
import { readJsonObject } from '../answers/json-object.ts';
import { jsonText } from '../answers/json-text.ts';
import { refusalAnswer } from '../answers/refusal-answer.ts';
import { jsonAnswer } from '../http-answer.ts';
import { isResult } from '../results/result.ts';

const NOT_AN_OBJECT: Unreadable = {
  ok: false,
  message: 'the body is not a JSON object',
  remedy: 'Have the caller send {"action_name":"…","parameters":{…}} as JSON in UTF-8.',
};
const NO_ACTION: Unreadable = {
  ok: false,
  message: 'action_name is missing',
  remedy: 'Have the caller name the action as a text: {"action_name":"…","parameters":{…}}.',
};
const UNANSWERED_TEST: Unreadable = {
  ok: false,
  message: 'a test runs no action',
  remedy: 'Give the gate provider: flowent, which answers Flowent’s tests of an action.',
};

export const flowentAnswers: AnswerStyle = {
  takesUnknownFields: false,
  actionOf(body) {
    const name = readJsonObject(body)?.['action_name'];
    return typeof name === 'string' ? name : undefined;
  },
  read({ request }) {
    const payload = readJsonObject(request.body);
    if (payload === undefined) return NOT_AN_OBJECT;
    const name = payload['action_name'];
    if (typeof name !== 'string') return NO_ACTION;
    // The gate answers tests before an action is chosen; this line holds where a gate has another provider.
    if (payload['test'] === true) return UNANSWERED_TEST;
    return { ok: true, actionName: name, input: payload['parameters'] ?? {} };
  },
  result: (value) => jsonAnswer(200, `{"result":${JSON.stringify(textOf(value))},"error":""}`),
  problem({ status, message, issues }) {
    const details = issues
      .map((issue) => `${issue.path.slice(1) || 'parameters'} ${issue.message}`)
      .join('; ');
    const text = details === '' ? message : `${message}: ${details}`;
    return jsonAnswer(status, `{"result":"","error":${JSON.stringify(text)}}`);
  },
  refusal: refusalAnswer,
};

/** A text is what most actions return, and asked of first. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (!isResult(value)) return jsonText(value);
  throw new TypeError(
    `Flowent takes text or JSON, and the action returned ${value.kind}: return a text or an object`,
  );
}
