/** What the admin API refuses, and why: `application/problem+json` (RFC 9457). */

/** Where each problem is described. */
const PAGE = 'https://github.com/countersign/countersign/blob/main/docs/admin-api.md';

export const PROBLEM_TYPE = 'application/problem+json';

interface ProblemRow {
  readonly status: number;
  /** What is the matter, in general; an answer's `detail` says it of its request. */
  readonly title: string;
}

export type ProblemCode =
  | 'malformed-request'
  | 'invalid-input'
  | 'malformed-body'
  | 'token-required'
  | 'host-not-served'
  | 'origin-not-served'
  | 'no-such-route'
  | 'no-such-gate'
  | 'no-such-claim'
  | 'no-such-event'
  | 'no-such-delivery'
  | 'no-such-destination'
  | 'event-erased'
  | 'event-not-whole'
  | 'not-backed-up'
  | 'place-not-reached'
  | 'no-such-refusal'
  | 'refusal-unreadable'
  | 'method-not-allowed'
  | 'body-too-large'
  | 'body-type-not-taken'
  | 'internal-error'
  | 'draining'
  | 'too-many-listeners';

/** By code, which stays as it is. */
export const PROBLEMS: Readonly<Record<ProblemCode, ProblemRow>> = {
  'malformed-request': { status: 400, title: 'The request line or the Host field is malformed' },
  'invalid-input': { status: 400, title: 'A parameter is not what the route takes' },
  'malformed-body': { status: 400, title: 'The body is not what its content type says' },
  'token-required': { status: 401, title: 'A bearer token is required' },
  'host-not-served': { status: 403, title: 'This host is not served' },
  'origin-not-served': { status: 403, title: 'This origin is not served' },
  'no-such-route': { status: 404, title: 'There is no such route' },
  // Also where the query names the gate: one code has one status.
  'no-such-gate': { status: 404, title: 'There is no such gate' },
  'no-such-claim': { status: 404, title: 'There is no such claim' },
  'no-such-event': { status: 404, title: 'There is no such event' },
  'no-such-delivery': { status: 404, title: 'There is no such delivery' },
  'no-such-destination': { status: 404, title: 'There is no such destination' },
  'no-such-refusal': { status: 404, title: 'There is no such refused request' },
  'refusal-unreadable': { status: 404, title: 'The refused request was stored under another storeKey' },
  'method-not-allowed': { status: 405, title: 'The route has no such method' },
  'not-backed-up': { status: 409, title: 'The store was not backed up' },
  'place-not-reached': { status: 409, title: 'No event was kept at this place yet' },
  'event-erased': { status: 409, title: 'The event was erased' },
  'event-not-whole': { status: 409, title: 'The event is not there whole' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'body-type-not-taken': { status: 415, title: 'A body of this type is not taken' },
  'internal-error': { status: 500, title: 'The gateway failed' },
  draining: { status: 503, title: 'The gateway is stopping' },
  'too-many-listeners': { status: 503, title: 'The maximum number of listeners is connected' },
};

/** The body of every answer that refuses. */
export interface ProblemView {
  /** A URL that names `code`, and leads to its description. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ProblemCode;
}

export function problemView(code: ProblemCode, detail: string): ProblemView {
  const { status, title } = PROBLEMS[code];
  return { type: `${PAGE}#${code}`, title, status, detail, code };
}

export function isProblemCode(value: unknown): value is ProblemCode {
  return typeof value === 'string' && Object.hasOwn(PROBLEMS, value);
}
