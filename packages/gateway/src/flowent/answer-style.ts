/** Flowent's form: `{"action_name", "parameters", …}` in, `{"result", "error"}` out, both texts. */

import type { AnswerStyle } from '../answers/answer-style.ts';
import { readJsonObject } from '../answers/json-object.ts';
import { jsonText } from '../answers/json-text.ts';
import { refusalAnswer } from '../answers/refusal-answer.ts';
import { jsonAnswer } from '../http-answer.ts';
import { isResult } from '../results/result.ts';

export const flowentAnswers: AnswerStyle = {
  takesUnknownFields: false,
  namesAction: true,
  read({ request }) {
    const payload = readJsonObject(request.body);
    const name = payload?.['action_name'];
    if (payload === undefined || typeof name !== 'string')
      return { ok: false, message: 'action_name is missing' };
    // The gate answers tests before an action is chosen; this line holds where a gate has another provider.
    if (payload['test'] === true) return { ok: false, message: 'a test runs no action' };
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
