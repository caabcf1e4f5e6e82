/**
 * The admin listener, in the order in which it judges: the probes and the console's files, which are anybody's; who may ask; the routes. These are on
 * Fastify, which is loaded with the first request that comes so far.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { ADMIN_LISTENER_NAME, LISTENER_HEADER, PROBLEMS, ROUTES } from '@countersign/api';
import { HeaderList } from '@countersign/core';
import { readOver, sendAnswer } from '../http/answer-sender.ts';
import { healthAnswer, readyAnswer, type Wellbeing } from '../http/health.ts';
import { nodeHttp } from '../http/node-http.ts';
import type { HttpAnswer } from '../http-answer.ts';
import type { ListenerTls } from '../tls/listener-tls.ts';
import { clientOf } from './access/asker.ts';
import { createOidcRoutes } from './access/oidc-routes.ts';
import type { CallHandler, HttpHandler } from './admin-app.ts';
import type { AdminParts } from './admin-parts.ts';
import { type ConsoleFiles, type ConsoleFolder, createConsoleFiles } from './console-files.ts';
import { type AdmittedRequest, createGuard, type GuardOptions } from './guard.ts';
import { internalError, methodProblem, Problem, problemAnswer, SAFE_HEADERS } from './problem.ts';

export interface AdminOptions extends AdminParts, GuardOptions {
  readonly now: () => number;
  readonly wellbeing: Wellbeing;
  /** Undefined: it has no console. */
  readonly console: ConsoleFolder | undefined;
  /** Undefined: it speaks plain HTTP. */
  readonly tls: ListenerTls | undefined;
}

/** Nothing on the admin listener takes more than a query. */
const MAX_HEADER_BYTES = 16_384;
const HANDSHAKE_MS = 10_000;
/** Operators are few; what is beyond is let go, so that strangers leave file descriptors for the public listener. */
const MAX_CONNECTIONS = 256;
const HEADERS_MS = 10_000;
/** The API's code, which no start waits for, is loaded by the clock, so that a first request seldom holds the loop for it. */
const LOAD_AFTER_MS = 500;

/** Makes the server; it does not listen yet. */
export function createAdminServer(options: AdminOptions): Server {
  const limits = {
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: HEADERS_MS,
    connectionsCheckingInterval: 1000,
  };
  const handle = createHandler(options);
  const server =
    options.tls?.createServer(limits, HANDSHAKE_MS, handle) ?? nodeHttp().createServer(limits, handle);
  server.maxConnections = MAX_CONNECTIONS;
  const loading = setTimeout(() => void loadCode().catch(() => {}), LOAD_AFTER_MS).unref();
  server.once('close', () => clearTimeout(loading));
  return server;
}

function createHandler(options: AdminOptions): HttpHandler {
  const guard = createGuard(options);
  const oidc = createOidcRoutes({ access: options.access, audit: options.audit.log, log: options.log });
  const probes = probesOf(options);
  const files: ConsoleFiles | undefined = options.console && createConsoleFiles(options.console);
  let app: Promise<CallHandler> | undefined;
  return (request, response) => {
    response.setHeader(LISTENER_HEADER, ADMIN_LISTENER_NAME);
    const exchange = { request, response };
    const probe = probes.get(request.url?.split('?', 1)[0] ?? '');
    if (probe !== undefined) return answer(exchange, probe(request.method ?? ''), options);
    const file = files?.answer(request);
    if (file !== undefined) return answerLater(exchange, file, 'the console could not be read', options);
    const judged = guard(request);
    if (judged instanceof Problem) {
      noteRefused(options, request, judged);
      return answer(exchange, problemAnswer(judged), options);
    }
    const browsers = oidc(judged);
    if (browsers !== undefined) return answerLater(exchange, browsers, FAILED, options);
    app ??= loadApp(options);
    return handOver(exchange, judged, app, options);
  };
}

interface AdminExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

const FAILED = 'the admin API failed';

function answer(
  { request, response }: AdminExchange,
  content: HttpAnswer,
  { wellbeing }: Pick<AdminOptions, 'wellbeing'>,
): void {
  sendAnswer(response, content, wellbeing.isDraining());
  readOver(request);
}

function answerLater(
  exchange: AdminExchange,
  pending: Promise<HttpAnswer>,
  failure: string,
  options: Pick<AdminOptions, 'wellbeing' | 'log'>,
): void {
  pending
    .then((content) => answer(exchange, content, options))
    .catch((error: unknown) => {
      options.log.error({ error }, failure);
      answer(exchange, problemAnswer(internalError()), options);
    });
}

/** Routed by what was judged, whatever the spelling. */
function handOver(
  { request, response }: AdminExchange,
  judged: AdmittedRequest,
  app: Promise<CallHandler>,
  { log }: Pick<AdminOptions, 'log'>,
): void {
  const { path, query } = judged.effective;
  request.url = query === undefined ? path : `${path}?${query}`;
  for (let i = 0; i < SAFE_HEADERS.length; i += 2)
    response.setHeader(SAFE_HEADERS[i] ?? '', SAFE_HEADERS[i + 1] ?? '');
  app
    .then((handle) => handle(request, response, judged))
    .catch((error: unknown) => {
      log.error({ error }, FAILED);
      if (response.headersSent) response.destroy();
      else sendAnswer(response, problemAnswer(internalError()), true);
    });
}

/** Of who is refused for who they are; what is malformed proves nothing of anybody. */
function noteRefused(
  { audit, proxies }: AdminOptions,
  { socket, rawHeaders }: IncomingMessage,
  { code }: Problem,
): void {
  const { status } = PROBLEMS[code];
  if (status !== 401 && status !== 403) return;
  const { address } = clientOf(socket, HeaderList.fromRaw(rawHeaders), proxies);
  audit.log.refused({ who: undefined, from: address, route: undefined, status, code });
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

/** One that fails is told by the request that needs it. */
function loadCode(): Promise<readonly [typeof import('./admin-app.ts'), typeof import('./handlers.ts')]> {
  return Promise.all([import('./admin-app.ts'), import('./handlers.ts')]);
}

async function loadApp(options: AdminOptions): Promise<CallHandler> {
  const [{ createAdminApp }, { createHandlers, GUARDED_ROUTES }] = await loadCode();
  return createAdminApp(GUARDED_ROUTES, createHandlers(options), {
    log: options.log,
    audit: options.audit.log,
  });
}
