/** The form for people: a signed form in, an HTML page out, which the site shows in a window or a frame. */
import { html } from '../results/html.ts';
import { isResult } from '../results/result.ts';
import type { AnswerStyle, Unreadable } from './answer-style.ts';
import { readJsonObject } from './json-object.ts';
import { jsonText } from './json-text.ts';
import { FRAMED_BY_ANYBODY, framedBySite, pageAnswer, type TitledPage } from './page-document.ts';
import { dress } from './refusal-answer.ts';
import { resultAnswer } from './result-answer.ts';

/** What a person reads of a refusal, by status. */
const REFUSED: Readonly<Record<number, TitledPage>> = {
  400: { title: 'Not understood', body: 'This request was not accepted.' },
  401: { title: 'Not authorized', body: 'This request was not accepted.' },
  409: { title: 'Already done', body: 'This request was received before. Start again from where you came.' },
  413: { title: 'Too large', body: 'The selection is too large.' },
};
const UNAVAILABLE: TitledPage = { title: 'Not available', body: 'Try again in a moment.' };

const NO_INPUT: Unreadable = {
  ok: false,
  message: 'the body is neither a signed form nor a JSON object',
  remedy:
    'Have the caller send the action’s parameters as one JSON object in UTF-8; a form is read only from a provider that signs its fields.',
};

/** @param title the heading of pages that bring none. */
export function pageAnswers(title: string): AnswerStyle {
  // Made once: a flood of forgeries must stay cheap.
  const refused = new Map(
    Object.entries(REFUSED).map(([status, page]) => [
      Number(status),
      pageAnswer(Number(status), page, FRAMED_BY_ANYBODY),
    ]),
  );
  const unavailable = pageAnswer(503, UNAVAILABLE, FRAMED_BY_ANYBODY);
  return {
    // Platforms add fields to their forms; the signature covers them all.
    takesUnknownFields: true,
    read({ request, accepted }) {
      const fields = accepted?.fields;
      const input = fields === undefined ? readJsonObject(request.body) : Object.fromEntries(fields);
      if (input === undefined) return NO_INPUT;
      return { ok: true, actionName: undefined, input };
    },
    result(value, call) {
      if (isResult(value)) return resultAnswer(value, title, call);
      const body = typeof value === 'string' ? value : html`<pre>${jsonText(value, 2)}</pre>`;
      return pageAnswer(200, { title, body }, framedBySite(call));
    },
    problem({ status, message, issues }, call) {
      const items = issues.map((issue) => html`<li><code>${issue.path}</code> ${issue.message}</li>`);
      const body = html`<p class="message error" role="alert">${message}</p>${items.length > 0 ? html`<ul>${items}</ul>` : ''}`;
      return pageAnswer(status, { title, body }, framedBySite(call));
    },
    refusal: (refusing) =>
      dress(refusing, (status, _text, retry) => {
        const { headers, body } = refused.get(status) ?? unavailable;
        return { status, headers: [...headers, ...retry], body };
      }),
  };
}
