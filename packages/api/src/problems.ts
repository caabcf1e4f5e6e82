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
  | 'role-not-enough'
  | 'log-in-refused'
  | 'log-in-not-offered'
  | 'csrf-refused'
  | 'too-many-log-ins'
  | 'log-in-busy'
  | 'oidc-unreachable'
  | 'no-such-route'
  | 'no-such-gate'
  | 'no-such-key'
  | 'no-such-claim'
  | 'no-such-event'
  | 'no-such-delivery'
  | 'no-such-destination'
  | 'key-exists'
  | 'key-configured'
  | 'key-refused'
  | 'key-revoked'
  | 'key-left-out'
  | 'keys-fetched'
  | 'no-key-handed'
  | 'last-usable-key'
  | 'store-key-missing'
  | 'event-erased'
  | 'no-config-file'
  | 'event-not-whole'
  | 'not-backed-up'
  | 'no-store-file'
  | 'full-text-off'
  | 'place-not-reached'
  | 'no-such-issue'
  | 'issue-closed'
  | 'no-such-refusal'
  | 'refusal-unreadable'
  | 'request-unreadable'
  | 'takes-unsigned'
  | 'body-not-kept'
  | 'headers-not-kept'
  | 'request-masked'
  | 'no-such-action'
  | 'no-such-scenario'
  | 'no-registration'
  | 'not-registrable'
  | 'platform-failed'
  | 'no-sandbox'
  | 'cannot-sign'
  | 'not-answered'
  | 'too-busy'
  | 'method-not-allowed'
  | 'changed-meanwhile'
  | 'body-too-large'
  | 'body-type-not-taken'
  | 'internal-error'
  | 'store-unavailable'
  | 'not-audited'
  | 'draining'
  | 'too-many-listeners';

/** By code, which stays as it is. */
export const PROBLEMS: Readonly<Record<ProblemCode, ProblemRow>> = {
  'malformed-request': { status: 400, title: 'The request line or the Host field is malformed' },
  'invalid-input': { status: 400, title: 'A parameter is not what the route takes' },
  'malformed-body': { status: 400, title: 'The body is not what its content type says' },
  'token-required': { status: 401, title: 'A bearer token is required' },
  'log-in-refused': { status: 401, title: 'The log-in is refused' },
  'host-not-served': { status: 403, title: 'This host is not served' },
  'origin-not-served': { status: 403, title: 'This origin is not served' },
  'role-not-enough': { status: 403, title: 'The caller’s role is not enough' },
  'csrf-refused': { status: 403, title: 'A change by cookie does not show where it comes from' },
  'log-in-not-offered': { status: 404, title: 'There is no such way to log in' },
  'no-such-route': { status: 404, title: 'There is no such route' },
  // Also where the query names the gate: one code has one status.
  'no-such-gate': { status: 404, title: 'There is no such gate' },
  'no-such-key': { status: 404, title: 'The gate has no such key' },
  'no-such-claim': { status: 404, title: 'There is no such claim' },
  'no-such-event': { status: 404, title: 'There is no such event' },
  'no-such-delivery': { status: 404, title: 'There is no such delivery' },
  'no-such-destination': { status: 404, title: 'There is no such destination' },
  'no-such-issue': { status: 404, title: 'There is no such issue' },
  'no-such-refusal': { status: 404, title: 'There is no such refused request' },
  'no-such-action': { status: 404, title: 'There is no such action' },
  'no-such-scenario': { status: 404, title: 'There is no such scenario' },
  'no-registration': { status: 404, title: 'The gate registers no actions' },
  'not-registrable': { status: 409, title: 'The actions cannot be registered' },
  'platform-failed': { status: 502, title: 'The platform did not do it' },
  'no-sandbox': { status: 404, title: 'This gateway has no sandbox' },
  'refusal-unreadable': { status: 404, title: 'The refused request was stored under another storeKey' },
  'request-unreadable': { status: 400, title: 'The text is no request' },
  'method-not-allowed': { status: 405, title: 'The route has no such method' },
  // What is wrong with the text itself; the rest is about the keys that are there.
  'key-refused': { status: 400, title: 'The gate does not take the key' },
  'key-exists': { status: 409, title: 'The gate has a key of this id' },
  'key-configured': { status: 409, title: 'The key is one of the configuration' },
  'key-revoked': { status: 409, title: 'The key is revoked' },
  'key-left-out': { status: 409, title: 'The key is left out of the gate’s keys' },
  'keys-fetched': { status: 409, title: 'The gate’s keys are fetched, or it has none' },
  'no-key-handed': { status: 409, title: 'The gate’s platform hands over no key' },
  'last-usable-key': { status: 409, title: 'No key would be left that proves requests' },
  'store-key-missing': { status: 409, title: 'The configuration has no storeKey' },
  'not-backed-up': { status: 409, title: 'The store was not backed up' },
  'no-store-file': { status: 409, title: 'The store has no file of its own to copy' },
  'full-text-off': { status: 409, title: 'The gate has no full-text index' },
  'place-not-reached': { status: 409, title: 'No event was kept at this place yet' },
  'issue-closed': { status: 409, title: 'The issue is closed' },
  'no-config-file': { status: 409, title: 'The gateway has no configuration file' },
  'event-erased': { status: 409, title: 'The event was erased' },
  'event-not-whole': { status: 409, title: 'The event is not there whole' },
  'changed-meanwhile': { status: 412, title: 'It has changed since it was read' },
  'takes-unsigned': { status: 409, title: 'The gate takes unsigned requests' },
  'body-not-kept': { status: 409, title: 'The body was not kept' },
  'headers-not-kept': { status: 409, title: 'A header that the request needs was not kept' },
  'request-masked': { status: 409, title: 'Something of the request is masked' },
  'cannot-sign': { status: 409, title: 'The gateway cannot sign the request' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'body-type-not-taken': { status: 415, title: 'A body of this type is not taken' },
  'internal-error': { status: 500, title: 'The gateway failed' },
  'store-unavailable': { status: 503, title: 'The store does not do it at present' },
  'not-audited': { status: 503, title: 'The audit log cannot be written' },
  'not-answered': { status: 502, title: 'The gateway did not answer its own request' },
  'too-many-log-ins': { status: 429, title: 'Too many log-ins failed' },
  'oidc-unreachable': { status: 502, title: 'The OpenID Connect provider did not answer as it should' },
  'log-in-busy': { status: 503, title: 'Too many log-ins are under way' },
  draining: { status: 503, title: 'The gateway is stopping' },
  'too-busy': { status: 503, title: 'As many of these run as may at once' },
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
