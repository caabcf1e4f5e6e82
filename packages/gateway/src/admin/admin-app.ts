/** A route table on Fastify: its routes, what they take, and what is answered where there is no reply. */
import { Buffer } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type Api,
  hasRole,
  neededRole,
  PROBLEMS,
  type Role,
  type Route,
  type RouteTable,
} from '@countersign/api';
import {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
} from 'fastify';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Log } from '../log/log.ts';
import type { Asker } from './access/asker.ts';
import type { LogInSession } from './access/log-in-sessions.ts';
import type { Handlers } from './admin-parts.ts';
import { runAudited } from './audited.ts';
import { type BodyRoom, createBodyRoom } from './body-room.ts';
import type { Caller } from './caller.ts';
import { CookieReply } from './cookie-reply.ts';
import { Download } from './download.ts';
import { readIfMatch, TaggedReply } from './etag.ts';
import { errorProblem, internalError, methodProblem, Problem, problemAnswer } from './problem.ts';
import { readInput } from './read-input.ts';
import { createStreamPlaces, type StreamPlaces } from './stream-places.ts';
import { StreamReply, sendStream } from './stream-reply.ts';

export type HttpHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** Handles what a caller asks for. */
export type CallHandler = (request: IncomingMessage, response: ServerResponse, call: Call) => void;

/** Who asks. */
export interface Call {
  readonly caller: Caller;
  readonly asker: Asker;
}

/** A parameter is as long as its field allows; Fastify's own bound would say that there is no such route. */
const MAX_PARAM_CHARS = 16_384;

export interface AdminAppParts {
  readonly log: Pick<Log, 'error'>;
  /** What changes or reveals something is written there before it is done, and who may not do it. */
  readonly audit: Pick<AuditLog, 'begin' | 'refused'>;
}

/** Makes the handler of requests of callers: each may do what is of their role. */
export async function createAdminApp<Routes extends Api>(
  routes: RouteTable<Routes>,
  handlers: Handlers<Routes>,
  { log, audit }: AdminAppParts,
): Promise<CallHandler> {
  const failed = (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const problem = problemOf(error);
    if (problem.code === 'internal-error' || problem.code === 'store-unavailable')
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
  const calls: Calls = new WeakMap();
  const shared = { calls, places: createStreamPlaces(), bodies: createBodyRoom(), audit };
  for (const name in routes) register(app, { ...shared, name }, routes[name], handlers[name]);
  await app.ready();
  return (request, response, call) => {
    calls.set(request, call);
    app.routing(request, response);
  };
}

/** Who each request is of. */
type Calls = WeakMap<IncomingMessage, Call>;

interface Registration extends Pick<AdminAppParts, 'audit'> {
  readonly calls: Calls;
  readonly places: StreamPlaces;
  readonly bodies: BodyRoom;
  /** The route’s. */
  readonly name: string;
}

function register<Routes extends Api, Name extends keyof Routes>(
  app: FastifyInstance,
  { calls, places, bodies, audit, name }: Registration,
  route: RouteTable<Routes>[Name],
  handler: Handlers<Routes>[Name],
): void {
  const needed = neededRole(route);
  const audited = { ...route, name };
  app.route<{ Params: Record<string, string> }>({
    method: route.method,
    url: route.path,
    bodyLimit: route.maxBodyBytes,
    // Before a body is read.
    onRequest: async ({ raw }, reply) => {
      const call = calls.get(raw);
      const who = call?.caller;
      if (who !== undefined && (!route.auth || hasRole(who.role, needed)))
        return bodies.take(raw, reply.raw, route.maxBodyBytes) ? undefined : refuse(reply, NO_ROOM);
      const problem = roleNotEnough(needed, who?.role);
      const { status } = PROBLEMS[problem.code];
      audit.refused({ who, from: call?.asker.address, route: name, status, code: problem.code });
      return refuse(reply, problem);
    },
    handler: async ({ params, url, body, raw, headers }, reply) => {
      const call = calls.get(raw);
      if (call === undefined) return refuse(reply, internalError());
      const query = new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?') + 1) : '');
      const input = readInput<Routes[Name]>(route, { params, query, body });
      const ifMatch = route.etag ? readIfMatch(headers['if-match']) : undefined;
      if (input instanceof Problem) return refuse(reply, input);
      if (ifMatch instanceof Problem) return refuse(reply, ifMatch);
      const { caller, asker } = call;
      const result = await runAudited(audit, audited, { who: caller, from: asker.address, input }, () =>
        handler(input, caller, ifMatch, asker),
      );
      const problem = result instanceof StreamReply ? result.problem : result;
      if (problem instanceof Problem) return refuse(reply, problem);
      if (!(result instanceof StreamReply)) {
        const kind: Route['reply'] = route.reply;
        if (result instanceof Download) return sendDownload(reply, result, kind);
        if (typeof kind === 'object' && 'text' in kind) return reply.type(kind.text).send(result);
        if (result instanceof CookieReply)
          return reply.header('set-cookie', [...result.cookies]).send(result.reply);
        if (!(result instanceof TaggedReply)) return result;
        return reply.header('etag', result.etag).send(result.reply);
      }
      const { session } = asker;
      if (session !== undefined && !raw.socket.destroyed) {
        const leave = places.take(session);
        if (leave === undefined) return refuse(reply, TOO_MANY_STREAMS);
        raw.socket.once('close', leave);
      }
      reply.hijack();
      endWith(session, reply.raw);
      return sendStream(raw, reply.raw, result);
    },
  });
}

const NO_ROOM = new Problem('too-busy', 'too many long requests are being read: try again in a moment', [
  'retry-after',
  '10',
]);

const TOO_MANY_STREAMS = new Problem(
  'too-many-listeners',
  'you have as many streams open as one person may: close a window of the console first',
  ['retry-after', '10'],
);

/** Saved and never shown, whatever the browser thinks it is (RFC 6266 §4.2). */
function sendDownload(reply: FastifyReply, { bytes, name }: Download, kind: Route['reply']): FastifyReply {
  const type = typeof kind === 'object' && 'bytes' in kind ? kind.bytes : 'application/octet-stream';
  const { buffer, byteOffset, byteLength } = bytes;
  return reply
    .header('content-disposition', `attachment; filename="${name}"`)
    .type(type)
    .send(Buffer.from(buffer, byteOffset, byteLength));
}

/** A stream has no end of its own: the session’s is its end too, also where that has come since the request was judged. */
function endWith(session: LogInSession | undefined, response: ServerResponse): void {
  if (session === undefined) return;
  const end = (): void => void response.destroy();
  if (session.ended.aborted) end();
  session.ended.addEventListener('abort', end, { once: true });
  response.once('close', () => session.ended.removeEventListener('abort', end));
}

function refuse(reply: FastifyReply, problem: Problem): FastifyReply {
  const { status, headers, body } = problemAnswer(problem);
  for (let i = 0; i < headers.length; i += 2) reply.header(headers[i] ?? '', headers[i + 1]);
  // Of a text Fastify would name the charset; JSON has none.
  return reply.code(status).send(Buffer.from(body));
}

function roleNotEnough(needed: Role, role: Role | undefined): Problem {
  return new Problem(
    'role-not-enough',
    `the route needs the role ${needed}, and the caller’s is ${role ?? 'none'}`,
  );
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
  return REFUSED.get(statusCode) ?? errorProblem(error);
}
