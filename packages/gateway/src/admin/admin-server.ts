/**
 * The admin listener, in the order in which it judges: the probes, which are anybody's; who may ask; the routes. These are on
 * Fastify, which is loaded with the first request that comes so far.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { ADMIN_LISTENER_NAME, LISTENER_HEADER, ROUTES } from '@countersign/api';
import { readOver, sendAnswer } from '../http/answer-sender.ts';
import { healthAnswer, readyAnswer, type Wellbeing } from '../http/health.ts';
import { nodeHttp } from '../http/node-http.ts';
import type { HttpAnswer } from '../http-answer.ts';
import type { HttpHandler } from './admin-app.ts';
import type { AdminParts } from './admin-parts.ts';
import { createGuard, type GuardOptions } from './guard.ts';
import { internalError, methodProblem, Problem, problemAnswer, SAFE_HEADERS } from './problem.ts';

export interface AdminOptions extends AdminParts, GuardOptions {
  readonly now: () => number;
  readonly wellbeing: Wellbeing;
}

/** Nothing on the admin listener takes more than a query. */
const MAX_HEADER_BYTES = 16_384;

/** Makes the server; it does not listen yet. */
export function createAdminServer(options: AdminOptions): Server {
  const guard = createGuard(options);
  const probes = probesOf(options);
  let app: Promise<HttpHandler> | undefined;
  const handle: HttpHandler = (request, response) => {
    response.setHeader(LISTENER_HEADER, ADMIN_LISTENER_NAME);
    const probe = probes.get(request.url?.split('?', 1)[0] ?? '');
    if (probe !== undefined) return refuseOrAnswer(request, response, probe(request.method ?? ''));
    const judged = guard(request);
    if (judged instanceof Problem) return refuseOrAnswer(request, response, problemAnswer(judged));
    // Routed by what was judged, whatever the spelling.
    request.url = judged.query === undefined ? judged.path : `${judged.path}?${judged.query}`;
    for (let i = 0; i < SAFE_HEADERS.length; i += 2)
      response.setHeader(SAFE_HEADERS[i] ?? '', SAFE_HEADERS[i + 1] ?? '');
    app ??= loadApp(options);
    app
      .then((answer) => answer(request, response))
      .catch((error: unknown) => {
        options.log.error({ error }, 'the admin API failed');
        if (response.headersSent) response.destroy();
        else sendAnswer(response, problemAnswer(internalError()), true);
      });
  };
  const refuseOrAnswer = (request: IncomingMessage, response: ServerResponse, answer: HttpAnswer): void => {
    sendAnswer(response, answer, options.wellbeing.isDraining());
    readOver(request);
  };
  return nodeHttp().createServer(
    { maxHeaderSize: MAX_HEADER_BYTES, connectionsCheckingInterval: 1000 },
    handle,
  );
}

/** What the probes answer to a method, by their paths. */
function probesOf({ now, wellbeing }: AdminOptions): ReadonlyMap<string, (method: string) => HttpAnswer> {
  const probe = (answer: () => HttpAnswer) => (method: string) =>
    method === 'GET' || method === 'HEAD' ? answer() : problemAnswer(methodProblem(method, ['GET']));
  return new Map([
    [ROUTES.health.path, probe(() => healthAnswer(wellbeing, now()))],
    [ROUTES.ready.path, probe(() => readyAnswer(wellbeing))],
  ]);
}

async function loadApp(options: AdminOptions): Promise<HttpHandler> {
  const [{ createAdminApp }, { createHandlers, GUARDED_ROUTES }] = await Promise.all([
    import('./admin-app.ts'),
    import('./handlers.ts'),
  ]);
  return createAdminApp(GUARDED_ROUTES, createHandlers(options), options.log);
}
