/** The admin listener. Its probes are answered at once; the rest is Fastify's, which is loaded with the first request for it. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { ROUTES } from '@countersign/api';
import type { AdminAppOptions } from './admin-app.ts';
import { type AdminGuardOptions, createAdminGuard } from './admin-guard.ts';
import { healthAnswer, readyAnswer } from './health.ts';
import { errorAnswer, sendAnswer } from './http-answer.ts';
import type { Log } from './log.ts';
import { nodeHttp } from './node-http.ts';

export interface AdminOptions extends AdminAppOptions, AdminGuardOptions {
  readonly now: () => number;
  readonly isDraining: () => boolean;
  readonly log: Log;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Nothing on the admin listener takes more than a query. */
const MAX_HEADER_BYTES = 16_384;

/** Makes the server; it does not listen yet. */
export function createAdminServer(options: AdminOptions): Server {
  const { now, isDraining, log } = options;
  const judge = createAdminGuard(options);
  let app: Promise<Handler> | undefined;
  const load = async (): Promise<Handler> => {
    const { createAdminApp } = await import('./admin-app.ts');
    return createAdminApp(options);
  };
  const handle: Handler = (request, response) => {
    const path = request.url?.split('?', 1)[0];
    if (request.method === 'GET' && path === ROUTES.health.path) {
      return sendAnswer(response, healthAnswer(now()), isDraining());
    }
    if (request.method === 'GET' && path === ROUTES.ready.path) {
      return sendAnswer(response, readyAnswer(isDraining()), isDraining());
    }
    const refused = judge(request);
    if (refused !== undefined) return sendAnswer(response, refused, isDraining());
    app ??= load();
    app
      .then((handler) => handler(request, response))
      .catch((error: unknown) => {
        log.error({ error }, 'the admin API failed');
        if (response.headersSent) response.destroy();
        else sendAnswer(response, errorAnswer(500, 'internal error'), true);
      });
  };
  return nodeHttp().createServer(
    { maxHeaderSize: MAX_HEADER_BYTES, connectionsCheckingInterval: 1000 },
    handle,
  );
}
