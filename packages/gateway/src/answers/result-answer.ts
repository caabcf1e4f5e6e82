/** The HTTP answer of each kind of result. */
import type { Call } from '../call.ts';
import type { HttpAnswer } from '../http-answer.ts';
import type { Result } from '../results/result.ts';
import { BodyStream } from './body-stream.ts';
import { contentDisposition } from './content-disposition.ts';
import { framedBySite, PRIVATE_HEADERS, pageAnswer, pageHeaders } from './page-document.ts';
import { plainForm, progressForm } from './stream-forms.ts';

/** nginx holds a stream back until it has enough of it, unless it is told not to. */
const AT_ONCE: readonly string[] = ['x-accel-buffering', 'no'];

/** @param title that of pages that bring none. */
export function resultAnswer(result: Result, title: string, call: Call): HttpAnswer {
  const failed = (error: unknown): void => call.streamFailed(error);
  switch (result.kind) {
    case 'html':
      return pageAnswer(200, { title, body: result }, framedBySite(call));
    case 'page':
      return pageAnswer(200, { title: result.title ?? title, body: result.body }, framedBySite(call));
    case 'redirect':
      return { status: 303, headers: ['location', result.url, ...PRIVATE_HEADERS], body: '' };
    case 'file': {
      const { name, contentType, content } = result;
      const disposition = ['content-disposition', contentDisposition(name)];
      const headers = ['content-type', contentType, ...disposition, ...PRIVATE_HEADERS];
      if (typeof content === 'string' || content instanceof Uint8Array)
        return { status: 200, headers, body: content };
      return {
        status: 200,
        headers: [...headers, ...AT_ONCE],
        body: new BodyStream(content, plainForm, failed),
      };
    }
    case 'stream':
      return {
        status: 200,
        headers: [
          'content-type',
          result.contentType,
          // A stream may be of any type, so its own policy is its maker's; only the frame is ours to say.
          'content-security-policy',
          framedBySite(call),
          ...PRIVATE_HEADERS,
          ...AT_ONCE,
        ],
        body: new BodyStream(result.chunks, plainForm, failed),
      };
    case 'progress':
      return {
        status: 200,
        headers: [...pageHeaders(framedBySite(call)), ...AT_ONCE],
        body: new BodyStream(result.updates, progressForm(result.title ?? title, call.requestId), failed),
      };
  }
}
