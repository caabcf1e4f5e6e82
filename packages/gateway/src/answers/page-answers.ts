/** The form for people: a signed form in, an HTML page out. @see WIRE §3 */
import { REFUSALS } from '@countersign/core';
import type { Refusing } from '../call.ts';
import type { HttpAnswer } from '../http-answer.ts';
import { Html, html, isPage, type Page, renderPage } from '../results/html.ts';
import type { AnswerStyle } from './answer-style.ts';
import { readJsonObject } from './json-object.ts';
import { retryHeaders } from './neutral.ts';

/** The platform shows the page in a frame of its own site, whose name the gateway does not know: any https site may. */
const HEADERS: readonly string[] = [
  'content-type',
  'text/html; charset=utf-8',
  'content-security-policy',
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors https:",
  'x-content-type-options',
  'nosniff',
  'referrer-policy',
  'no-referrer',
  'cache-control',
  'no-store',
];

/** What a person reads of a refusal, by status. */
const REFUSED: Readonly<Record<number, Page>> = {
  401: { title: 'Not authorized', body: 'This request was not accepted.' },
  409: { title: 'Already done', body: 'This request was received before. Start again from where you came.' },
  413: { title: 'Too large', body: 'The selection is too large.' },
};
const UNAVAILABLE: Page = { title: 'Not available', body: 'Try again in a moment.' };

/** @param title the heading of pages that bring none. */
export function pageAnswers(title: string): AnswerStyle {
  return {
    // Platforms add fields to their forms; the signature covers them all.
    takesUnknownFields: true,
    read({ request, accepted }) {
      const fields = accepted?.fields;
      const input = fields === undefined ? readJsonObject(request.body) : Object.fromEntries(fields);
      if (input === undefined)
        return { ok: false, message: 'the body is neither a signed form nor a JSON object' };
      return { ok: true, actionName: undefined, input };
    },
    result(value) {
      if (isPage(value)) return pageAnswer(200, value);
      if (value instanceof Html) return pageAnswer(200, { title, body: html`<h1>${title}</h1>${value}` });
      const text = typeof value === 'string' ? value : (JSON.stringify(value, null, 2) as string | undefined);
      if (text === undefined) throw new TypeError('the action returned nothing that can be sent');
      return pageAnswer(200, { title, body: html`<h1>${title}</h1><pre>${text}</pre>` });
    },
    problem({ status, message, issues }) {
      const list = issues.map((issue) => html`<li><code>${issue.path}</code> ${issue.message}</li>`);
      return pageAnswer(status, { title, body: html`<h1>${message}</h1><ul>${list}</ul>` });
    },
    refusal(refused: Refusing) {
      const { status } = REFUSALS[refused.reason];
      return pageAnswer(status, REFUSED[status] ?? UNAVAILABLE, retryHeaders(refused));
    },
  };
}

function pageAnswer(status: number, content: Page, headers: readonly string[] = []): HttpAnswer {
  return {
    status,
    headers: headers.length === 0 ? HEADERS : [...HEADERS, ...headers],
    body: renderPage(content),
  };
}
