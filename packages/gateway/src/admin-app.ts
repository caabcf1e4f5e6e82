/** The admin API on Fastify: who may ask, and the routes of `@countersign/api`. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type EventPage, ROUTES, type SessionView } from '@countersign/api';
import { type FastifyError, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { isLoopback } from './config/read-text.ts';
import type { EventStore } from './event-store.ts';
import type { Log } from './log.ts';
import type { OpenGate } from './open-gate.ts';
import { eventSummaryView, eventView, gateView } from './views.ts';

export interface AdminAppOptions {
  readonly gates: readonly OpenGate[];
  /** The session brokers as they stand. */
  readonly sessions: () => readonly SessionView[];
  readonly events: Pick<EventStore, 'get' | 'list'>;
  /** Frees a committed claim. False where there is none. */
  readonly releaseClaim: (gate: string, identity: Uint8Array) => Promise<boolean>;
  readonly token: string;
  /** The host that the listener binds to. A loopback host answers to loopback names only. */
  readonly host: string;
  readonly log: Log;
}

/** No route takes a body, and a client may send one that is read over. */
const BAD_BODY: Readonly<Record<number, string>> = {
  400: 'the body is not what its content type says',
  413: 'the body is too large',
  415: 'a body of this type is not taken',
};

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;
const CLAIM_ID = /^[0-9a-f]{32}$/i;

/** Makes the handler of the requests that want a token. */
export async function createAdminApp(
  options: AdminAppOptions,
): Promise<(request: IncomingMessage, response: ServerResponse) => void> {
  const { gates, sessions, events, releaseClaim, token, host, log } = options;
  const app = fastify({ logger: false });
  const isLocal = isLoopback({ host });

  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
    });
    // A page that points its own name at a loopback address would send that name.
    if (isLocal && !isLoopback({ host: hostNameOf(request) }))
      return refuse(reply, 403, 'this host is not served');
    if (!isOwnOrigin(request)) return refuse(reply, 403, 'this origin is not served');
    if (!holdsToken(request.headers.authorization, token)) {
      reply.header('www-authenticate', 'Bearer');
      return refuse(reply, 401, 'a bearer token is required');
    }
    return undefined;
  });
  app.setNotFoundHandler((_, reply) => refuse(reply, 404, 'there is no such route'));
  app.setErrorHandler((error: Partial<FastifyError>, request, reply) => {
    const { statusCode = 500 } = error;
    // What the framework refuses is the caller's: a body that is no JSON, of a type that none takes, or too large.
    if (statusCode >= 400 && statusCode < 500) {
      return refuse(reply, statusCode, BAD_BODY[statusCode] ?? 'the request is not understood');
    }
    log.error({ error, path: request.url.split('?', 1)[0] }, 'the admin API failed');
    return refuse(reply, 500, 'internal error');
  });

  app.get(ROUTES.gates.path, async () => gates.map(gateView));
  app.delete<{ Params: { gate: string; claim: string } }>(ROUTES.claim.path, async (request, reply) => {
    const { gate, claim } = request.params;
    if (!CLAIM_ID.test(claim)) return refuse(reply, 400, 'a claim is 32 hex characters');
    const isReleased = await releaseClaim(gate, new Uint8Array(Buffer.from(claim, 'hex')));
    if (!isReleased) return refuse(reply, 404, 'there is no such claim');
    log.warn({ gate, claimId: claim.toLowerCase() }, 'a claim was released: its request may run again');
    return { released: true };
  });
  app.get(ROUTES.sessions.path, async () => sessions());
  app.get<{ Querystring: Record<string, unknown> }>(ROUTES.events.path, async (request, reply) => {
    const { gate, before } = request.query;
    const limit = readLimit(request.query['limit']);
    if (limit === undefined) return refuse(reply, 400, `limit must be a whole number from 1 to ${MAX_LIMIT}`);
    // One more than asked for tells whether there is a next page.
    const found = await events.list({
      limit: limit + 1,
      ...(typeof gate === 'string' && { gate }),
      ...(typeof before === 'string' && { before }),
    });
    const shown = found.slice(0, limit).map(eventSummaryView);
    const next = found.length > limit ? shown.at(-1)?.id : undefined;
    const page: EventPage = { events: shown, ...(next !== undefined && { next }) };
    return page;
  });
  app.get<{ Params: { id: string } }>(ROUTES.event.path, async (request, reply) => {
    const event = await events.get(request.params.id);
    return event === undefined ? refuse(reply, 404, 'there is no such event') : eventView(event);
  });

  await app.ready();
  return (request, response) => app.routing(request, response);
}

function refuse(reply: FastifyReply, status: number, error: string): FastifyReply {
  return reply.code(status).send({ error });
}

/** An IPv6 address without its brackets. */
function hostNameOf(request: FastifyRequest): string {
  const name = (request.headers.host ?? '').replace(/:\d*$/, '').toLowerCase();
  return name.replace(/^\[(.*)\]$/, '$1');
}

/** Browsers send Origin with what a page of another site asks for. */
function isOwnOrigin({ headers }: FastifyRequest): boolean {
  const { origin, host } = headers;
  return origin === undefined || origin === `http://${host}` || origin === `https://${host}`;
}

/** Digests, so that neither the token's length nor where it differs can be timed. */
function holdsToken(authorization: string | undefined, token: string): boolean {
  const given = /^Bearer +([\x21-\x7e]+)$/i.exec(authorization ?? '')?.[1];
  return given !== undefined && timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function readLimit(text: unknown): number | undefined {
  if (text === undefined) return DEFAULT_LIMIT;
  const limit = Number(text);
  return Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT ? limit : undefined;
}
