/** Why a call of the platform API failed, and what to do about it. */
import { FlowentError, type FlowentErrorCode } from './flowent-api.ts';
import { MAX_CALLS_AN_HOUR } from './limits.ts';

/** The call that failed. */
export interface FailedCall {
  readonly method: string;
  /** Below the API's address. */
  readonly path: string;
  /** Of the action that is registered or changed, where there is one. */
  readonly webhookUrl?: string | undefined;
}

export interface FlowentFailure {
  readonly code: FlowentErrorCode;
  /** What happened, after method and path. Holds no secret. */
  readonly problem: string;
  readonly status?: number | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

export const EXCHANGE_PATH = '/token/exchange';
/** What an action's name follows. */
export const ACTION_PATH = '/actions/';

/** What a status means. @param errorText the platform's words. */
export function codeOfStatus(status: number, path: string, errorText: string | undefined): FlowentErrorCode {
  if (status === 401 || status === 403) return 'unauthorized';
  if (status === 404 && path.startsWith(ACTION_PATH)) return 'not-found';
  if (status === 409) return 'conflict';
  if (status === 429) return 'rate-limited';
  if (status >= 500) return 'unavailable';
  // A 404 for what is always there: this is not the API, or not its address.
  if (status < 400 || status === 404) return 'malformed-answer';
  // The exchange is asked with nothing but the API token.
  if (path === EXCHANGE_PATH) return 'unauthorized';
  return /^action validation failed/i.test(errorText ?? '') ? 'validation-failed' : 'invalid';
}

/** The error that the caller gets. @param nowMs for the time to come back at. */
export function flowentError(call: FailedCall, failure: FlowentFailure, nowMs: number): FlowentError {
  const { code, problem, status, retryAfterMs, cause } = failure;
  const remedy = REMEDIES[code](call);
  const comeBack =
    retryAfterMs === undefined ? '' : ` Come back at ${new Date(nowMs + retryAfterMs).toISOString()}.`;
  return new FlowentError(code, `${call.method} ${call.path} ${problem}`, {
    remedy: remedy + comeBack,
    status,
    retryAfterMs,
    cause,
  });
}

const REMEDIES: Readonly<Record<FlowentErrorCode, (call: FailedCall) => string>> = {
  unauthorized: () =>
    'Compare the API token with the one in the platform’s admin panel; make a new one there.',
  invalid: () => 'Change what the platform’s words name, then try again.',
  'validation-failed': ({ webhookUrl = 'the action’s webhook_url' }) =>
    `The platform could not test ${webhookUrl}. Is it reachable from there, and does the gateway run with this action?`,
  conflict: () => 'Update the action that has this name, or take another name.',
  'not-found': () => 'List the actions: none has this name any more.',
  'rate-limited': () => `The platform takes ${MAX_CALLS_AN_HOUR} calls an hour; make fewer.`,
  unavailable: (call) => `Check that the platform is up and can be reached from here.${maybeDone(call)}`,
  timeout: (call) => `Try again, or allow more time.${maybeDone(call)}`,
  'malformed-answer': (call) =>
    `Compare the API URL with the platform’s, which ends in /api/v1/gateway; a proxy may have answered in its place.${maybeDone(call)}`,
};

/** A call that changes something may have done so before its answer was lost. */
function maybeDone({ method, path }: FailedCall): string {
  return method === 'GET' || path === EXCHANGE_PATH
    ? ''
    : ' The change may have been made all the same: list the actions before you make it again.';
}
