/** What the head of an HTTP destination's answer says of a delivery. */
import type { IncomingHttpHeaders } from 'node:http';
import { parseRetryAfter } from '../outgoing/retry-after.ts';
import { attemptFailed } from './attempt-failed.ts';
import type { AttemptFailed, AttemptResult } from './destination.ts';

export interface HttpAnswerHead {
  readonly status: number;
  readonly headers: Readonly<IncomingHttpHeaders>;
  /** Host and port of the destination. */
  readonly host: string;
  readonly nowMs: number;
}

/** @param answer its first bytes */
export function resultOfAnswer(head: HttpAnswerHead, answer: Uint8Array | undefined): AttemptResult {
  const said = { status: head.status, ...(answer !== undefined && { answer }) };
  if (head.status >= 200 && head.status < 300) return { ok: true, ...said };
  return { ...failureOf(head), ...said };
}

function failureOf({ status, headers, host, nowMs }: HttpAnswerHead): AttemptFailed {
  const retryAfter = headers['retry-after'];
  const retryAfterMs = typeof retryAfter === 'string' ? parseRetryAfter(retryAfter, nowMs) : undefined;
  const later = retryAfterMs === undefined ? {} : { retryAfterMs };
  if (status === 410)
    return attemptFailed(
      'gone',
      `${host} answered 410: it wants no more events, and is sent none. Where that was a mistake, go on with countersign deliveries resume.`,
      { ends: 'destination' },
    );
  if (wantsNoMore(headers))
    return attemptFailed(
      'aborted-by-receiver',
      `${host} answered ${status} with webhook-delivery: abort-message: it does not want this event again. See its answer for why.`,
      { ends: 'delivery', ...(status >= 500 && { throttles: true }) },
    );
  if (status === 429)
    return attemptFailed(
      'too-many-requests',
      `${host} answered 429: it is sent more than it takes. It gets less for a while; lower the destination’s rate where that goes on.`,
      { throttles: true, ...later },
    );
  if (status >= 300 && status < 400)
    return attemptFailed(
      'status',
      `${host} answered ${status}, a redirect: deliveries follow none. Write the address that it points to into the configuration.`,
      later,
    );
  if (status >= 500)
    return attemptFailed('status', `${host} answered ${status}: it failed. See its answer, and its log.`, {
      throttles: true,
      ...later,
    });
  return attemptFailed(
    'status',
    `${host} answered ${status}: it did not take the event. See its answer; the address, the signature or the content is not what it expects.`,
    later,
  );
}

/** Whether the answer has `webhook-delivery: abort-message`. */
function wantsNoMore(headers: HttpAnswerHead['headers']): boolean {
  const value = headers['webhook-delivery'];
  const values = Array.isArray(value) ? value : [value ?? ''];
  return values.some((text) =>
    text.split(',').some((word: string) => word.trim().toLowerCase() === 'abort-message'),
  );
}
