/** Puts a platform's API on HTTP, and lets faults strike. */
import {
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import { type ApiAnswer, refusal } from './api-answer.ts';
import type { Faults } from './faults.ts';
import { MAX_PAYLOAD_BYTES, type PlatformCall, type PlatformFault } from './model.ts';
import { readBody } from './read-body.ts';
import type { RouteMatch } from './route-match.ts';

/** A call that the API knows. */
export interface ApiRequest {
  readonly headers: IncomingHttpHeaders;
  readonly query: URLSearchParams;
  /** The body's bytes, or undefined where there are too many. */
  readonly readBody: () => Promise<Uint8Array | undefined>;
}

export interface ApiListenerParts<Route extends string, Found extends { readonly route: Route }> {
  /** `path` is without the query. */
  readonly match: (method: string, path: string) => RouteMatch<Found>;
  readonly answer: (match: Found, request: ApiRequest) => Promise<ApiAnswer>;
  readonly faults: Faults<Route>;
  readonly onCall: (call: PlatformCall<Route>) => void;
  /**
   * Told of a call that the API knows when it comes; what it gives back is called when the call's answer is written, or
   * its caller has gone.
   */
  readonly onArrival?: (route: Route) => () => void;
}

/** Makes the listener. A bug is answered 500 with no text, and escapes. */
export function createApiListener<Route extends string, Found extends { readonly route: Route }>(
  parts: ApiListenerParts<Route, Found>,
): RequestListener {
  return (request, response) => {
    const answered = serve(parts, request, response);
    void answered.catch((bug: unknown) => {
      if (!response.headersSent) write(response, refusal(500, 'internal error'));
      throw bug;
    });
  };
}

async function serve<Route extends string, Found extends { readonly route: Route }>(
  parts: ApiListenerParts<Route, Found>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = '', url = '' } = request;
  const [path = '', query = ''] = url.split('?');
  const match = parts.match(method, path);
  const route = match.kind === 'found' ? match.route : undefined;
  const leave = route === undefined ? undefined : parts.onArrival?.(route);
  // Comes in the turn that writes an answer, so before anything that its caller does next.
  if (leave !== undefined) response.once('close', leave);
  const fault = route === undefined ? undefined : parts.faults.take(route);
  const report = (status: number | undefined): void => parts.onCall({ method, path, route, status });

  if (fault !== undefined && 'hang' in fault) {
    report(undefined);
    return;
  }
  let answer: ApiAnswer;
  if (match.kind === 'unknown') {
    answer = refusal(404, 'not found');
  } else if (match.kind === 'wrong-method') {
    answer = refusal(405, 'method not allowed', { allow: match.allow });
  } else if (fault !== undefined && 'status' in fault) {
    answer = faultAnswer(fault);
  } else {
    const { headers } = request;
    const body = (): Promise<Uint8Array | undefined> => readBody(request, MAX_PAYLOAD_BYTES);
    answer = await parts.answer(match, { headers, query: new URLSearchParams(query), readBody: body });
  }
  if (fault !== undefined && 'dropAnswer' in fault) {
    report(undefined);
    request.socket.destroy();
    return;
  }
  if (fault !== undefined && 'slow' in fault) await fault.slow();
  report(answer.status);
  write(response, answer, fault !== undefined && 'malformed' in fault);
}

function faultAnswer(fault: Extract<PlatformFault<string>, { readonly status: number }>): ApiAnswer {
  const { status, retryAfterS } = fault;
  const headers = retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) };
  return refusal(status, (STATUS_CODES[status] ?? 'failed').toLowerCase(), headers);
}

function write(response: ServerResponse, answer: ApiAnswer, malformed = false): void {
  const text = JSON.stringify(answer.body);
  response
    .writeHead(answer.status, { ...answer.headers, 'content-type': 'application/json' })
    .end(malformed ? text.slice(0, Math.ceil(text.length / 2)) : text);
}
