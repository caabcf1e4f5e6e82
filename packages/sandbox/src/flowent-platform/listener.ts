/** Puts the API on HTTP, and lets faults strike. */
import { type IncomingMessage, type RequestListener, type ServerResponse, STATUS_CODES } from 'node:http';
import type { ApiRequest } from './api.ts';
import { type ApiAnswer, refusal } from './api-answer.ts';
import type { Faults } from './faults.ts';
import { type FlowentPlatformCall, type FlowentPlatformFault, MAX_PAYLOAD_BYTES } from './model.ts';
import { readBody } from './read-body.ts';
import { matchRoute } from './routes.ts';

export interface ListenerParts {
  readonly api: (request: ApiRequest) => Promise<ApiAnswer>;
  readonly faults: Faults;
  readonly onCall: (call: FlowentPlatformCall) => void;
}

/** Makes the listener. A bug is answered 500 with no text, and escapes. */
export function createListener(parts: ListenerParts): RequestListener {
  return (request, response) => {
    const answered = serve(parts, request, response);
    void answered.catch((bug: unknown) => {
      if (!response.headersSent) write(response, refusal(500, 'internal error'));
      throw bug;
    });
  };
}

async function serve(
  { api, faults, onCall }: ListenerParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = '', url = '' } = request;
  const [path = ''] = url.split('?');
  const match = matchRoute(method, path);
  const route = match.kind === 'found' ? match.route : undefined;
  const fault = route === undefined ? undefined : faults.take(route);
  const told = (status: number | undefined): void => onCall({ method, path, route, status });

  if (fault !== undefined && 'hang' in fault) {
    told(undefined);
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
    const { authorization } = request.headers;
    const body = (): Promise<Uint8Array | undefined> => readBody(request, MAX_PAYLOAD_BYTES);
    answer = await api({ route: match.route, name: match.name, authorization, readBody: body });
  }
  if (fault !== undefined && 'dropAnswer' in fault) {
    told(undefined);
    request.socket.destroy();
    return;
  }
  told(answer.status);
  write(response, answer);
}

function faultAnswer(fault: Extract<FlowentPlatformFault, { readonly status: number }>): ApiAnswer {
  const { status, retryAfterS } = fault;
  const headers = retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) };
  return refusal(status, (STATUS_CODES[status] ?? 'failed').toLowerCase(), headers);
}

function write(response: ServerResponse, answer: ApiAnswer): void {
  response
    .writeHead(answer.status, { ...answer.headers, 'content-type': 'application/json' })
    .end(JSON.stringify(answer.body));
}
