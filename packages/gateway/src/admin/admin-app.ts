/** A route table on Fastify: its routes, what they take, and what is answered where there is no reply. */
import { Buffer } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Api, Route, RouteTable } from '@countersign/api';
import {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
} from 'fastify';
import type { Log } from '../log/log.ts';
import type { Handlers } from './admin-parts.ts';
import { internalError, methodProblem, Problem, problemAnswer } from './problem.ts';
import { readInput } from './read-input.ts';
import { StreamReply, sendStream } from './stream-reply.ts';

export type HttpHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** A parameter is as long as its field allows; Fastify's own bound would say that there is no such route. */
const MAX_PARAM_CHARS = 16_384;

/** Makes the handler of requests whose sender may ask. */
export async function createAdminApp<Routes extends Api>(
  routes: RouteTable<Routes>,
  handlers: Handlers<Routes>,
  log: Log,
): Promise<HttpHandler> {
  const failed = (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const problem = problemOf(error);
    if (problem.code === 'internal-error')
      log.error({ error, path: request.url.split('?', 1)[0] }, 'the admin API failed');
    return refuse(reply, problem);
  };
  const app = fastify({
    logger: false,
    routerOptions: { maxParamLength: MAX_PARAM_CHARS },
    frameworkErrors: failed,
  });
  app.setErrorHandler(failed);
  const declared = Object.values<Pick<Route, 'method' | 'path'>>(routes);
  // Before a body is read: nobody would take it.
  app.addHook('onRequest', async (request, reply) => {
    if (request.is404) return refuse(reply, unrouted(request, declared));
    return undefined;
  });
  for (const name in routes) register(app, routes[name], handlers[name]);
  await app.ready();
  return (request, response) => app.routing(request, response);
}

function register<Routes extends Api, Name extends keyof Routes>(
  app: FastifyInstance,
  route: RouteTable<Routes>[Name],
  handler: Handlers<Routes>[Name],
): void {
  app.route<{ Params: Record<string, string> }>({
    method: route.method,
    url: route.path,
    bodyLimit: route.maxBodyBytes,
    handler: async ({ params, url, body, raw }, reply) => {
      const query = new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?') + 1) : '');
      const input = readInput<Routes[Name]>(route, { params, query, body });
      const result = input instanceof Problem ? input : await handler(input);
      const problem = result instanceof StreamReply ? result.problem : result;
      if (problem instanceof Problem) return refuse(reply, problem);
      if (!(result instanceof StreamReply)) {
        const kind: Route['reply'] = route.reply;
        return typeof kind === 'object' ? reply.type(kind.text).send(result) : result;
      }
      reply.hijack();
      return sendStream(raw, reply.raw, result);
    },
  });
}

function refuse(reply: FastifyReply, problem: Problem): FastifyReply {
  const { status, headers, body } = problemAnswer(problem);
  for (let i = 0; i < headers.length; i += 2) reply.header(headers[i] ?? '', headers[i + 1]);
  // Of a text Fastify would name the charset; JSON has none.
  return reply.code(status).send(Buffer.from(body));
}

/** No such path; or it is there for other methods. */
function unrouted(
  { method, url }: FastifyRequest,
  declared: readonly Pick<Route, 'method' | 'path'>[],
): Problem {
  const path = url.split('?', 1)[0] ?? '';
  const methods = [
    ...new Set(declared.filter((route) => patternOf(route.path).test(path)).map((route) => route.method)),
  ];
  if (methods.length === 0) return new Problem('no-such-route', 'the admin API has no such path');
  return methodProblem(method, methods);
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/:[a-z]+/gi, '[^/]+')}$`);
}

/** What Fastify refuses, by its status: the caller's fault. All else is ours. */
const REFUSED: ReadonlyMap<number, Problem> = new Map([
  [400, new Problem('malformed-body', 'the body is not what its content type says')],
  [413, new Problem('body-too-large', 'the body is too large')],
  [415, new Problem('body-type-not-taken', 'a body of this type is not taken')],
]);

function problemOf(error: unknown): Problem {
  const { statusCode = 500, code }: Partial<FastifyError> = Object(error);
  if (code === 'FST_ERR_BAD_URL') {
    return new Problem('malformed-request', 'the path has a percent sign that encodes nothing');
  }
  return REFUSED.get(statusCode) ?? internalError();
}
