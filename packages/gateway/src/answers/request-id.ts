/** The request's id in its answer: what a person quotes, and what an operator searches the log for. */
import type { HttpAnswer } from '../http-answer.ts';
import { CLOSE_DOCUMENT, requestFooter } from './page-document.ts';

const REQUEST_ID = 'x-request-id';

/** The answer with its `x-request-id`, in place of an upstream's; on a page for people also as a line at its end. */
export function withRequestId(answer: HttpAnswer, requestId: string): HttpAnswer {
  const headers = withoutOwn(answer.headers);
  headers.push(REQUEST_ID, requestId);
  return { status: answer.status, headers, body: withFooter(answer.body, requestId) };
}

function withoutOwn(headers: readonly string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string;
    if (name.length === REQUEST_ID.length && name.toLowerCase() === REQUEST_ID) continue;
    kept.push(name, headers[i + 1] as string);
  }
  return kept;
}

function withFooter(body: HttpAnswer['body'], requestId: string): HttpAnswer['body'] {
  if (typeof body !== 'string' || !body.endsWith(CLOSE_DOCUMENT)) return body;
  return body.slice(0, -CLOSE_DOCUMENT.length) + requestFooter(requestId) + CLOSE_DOCUMENT;
}
