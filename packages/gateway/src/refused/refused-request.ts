/** A refused request, taken off the way that it came: which are kept, and what of them. */
import type { RepeatView } from '@countersign/api';
import type { RefusalReason, SignedRequest, Step } from '@countersign/core';
import type { RefusedRequest } from '../sealed/sealed-refusals.ts';

/** A request that came to a gate. */
export interface RefusedCall {
  readonly requestId: string;
  readonly request: SignedRequest;
  /** Whether `request` has the whole body. */
  readonly hasBody: boolean;
  readonly remoteAddress: string;
}

/** Why it was refused. */
export interface RefusalCause {
  readonly reason: RefusalReason;
  readonly step: Step;
  readonly problem?: string | undefined;
  /** Of a repeat. */
  readonly repeat?: RepeatView | undefined;
}

/** What is said of the gateway, or of who sends, and not of the request: nobody could explain more of it. */
const OF_NO_REQUEST: ReadonlySet<RefusalReason> = new Set([
  'intake-full',
  'draining',
  'too-many-requests',
  'foreign-address',
  'missing-certificate',
  'foreign-certificate',
]);

/** Whether there is something to explain: a repeat that is acknowledged went well. */
export function isWorthKeeping(reason: RefusalReason, status: number): boolean {
  return status >= 400 && !OF_NO_REQUEST.has(reason);
}

export interface RefusedRequestOptions {
  readonly gate: string;
  readonly receivedMs: number;
  /** A longer body is left out. */
  readonly maxBodyBytes: number;
}

/** The request as it is kept. Its body is a copy: what it is part of may be much larger. */
export function refusedRequest(
  { requestId: id, request, hasBody, remoteAddress }: RefusedCall,
  { reason, step, problem, repeat }: RefusalCause,
  { gate, receivedMs, maxBodyBytes }: RefusedRequestOptions,
): RefusedRequest {
  const { method, url, headers, body, forwarded } = request;
  const isTooLong = body.byteLength > maxBodyBytes;
  const announced = Number(headers.get('content-length'));
  return {
    id,
    gate,
    receivedMs,
    reason,
    step,
    ...(problem !== undefined && { message: problem }),
    method,
    url,
    headers: headers.flat,
    ...(forwarded && { forwarded }),
    remoteAddress,
    bodyBytes: hasBody ? body.byteLength : Number.isSafeInteger(announced) ? announced : 0,
    ...(hasBody ? isTooLong && { bodyLeftOut: 'too-long' } : { bodyLeftOut: 'not-read' }),
    ...(repeat && { repeat }),
    body: hasBody && !isTooLong ? Uint8Array.from(body) : new Uint8Array(0),
  };
}
