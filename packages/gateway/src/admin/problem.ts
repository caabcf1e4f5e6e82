/** Why the admin API does not do what it was asked for. */
import { PROBLEM_TYPE, PROBLEMS, type ProblemCode, problemView, type Route } from '@countersign/api';
import type { HttpAnswer } from '../http-answer.ts';
import { StoreError } from '../stores/store.ts';

/** On every answer of the admin API: nothing of it is kept, framed or taken for another type. */
export const SAFE_HEADERS: readonly string[] = [
  'cache-control',
  'no-store',
  'content-security-policy',
  "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options',
  'nosniff',
];

/** A value and no error: handlers return it beside their replies. */
export class Problem {
  readonly code: ProblemCode;
  /** One sentence on this request. Quotes no value of it. */
  readonly detail: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];

  constructor(code: ProblemCode, detail: string, headers: readonly string[] = []) {
    this.code = code;
    this.detail = detail;
    this.headers = headers;
  }
}

/** The answer to a request with a problem. */
export function problemAnswer({ code, detail, headers }: Problem): HttpAnswer & { readonly body: string } {
  return {
    status: PROBLEMS[code].status,
    headers: ['content-type', PROBLEM_TYPE, ...SAFE_HEADERS, ...headers],
    body: JSON.stringify(problemView(code, detail)),
  };
}

/** @param methods those that the path has */
export function methodProblem(method: string, methods: readonly Route['method'][]): Problem {
  const allowed = methods
    .flatMap((allowedMethod) => (allowedMethod === 'GET' ? ['GET', 'HEAD'] : [allowedMethod]))
    .join(', ');
  return new Problem('method-not-allowed', `the path takes ${allowed}, not ${method}`, ['allow', allowed]);
}

/** What the store does not do at present is told by its sentence, which may be shown to anybody; of all else the log says more. */
export function errorProblem(error: unknown): Problem {
  const isPassing = error instanceof StoreError && (error.code === 'failed' || error.code === 'queue-full');
  return isPassing ? new Problem('store-unavailable', error.message, ['retry-after', '10']) : internalError();
}

/** A bug, or what is damaged in the store: the log says more. */
export function internalError(): Problem {
  return new Problem('internal-error', 'the gateway failed; its log says how');
}
