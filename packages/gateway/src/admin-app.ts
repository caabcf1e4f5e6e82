/** The admin API on Fastify: the routes of `@countersign/api`. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type EventPage, ROUTES, type SessionView } from '@countersign/api';
import { type FastifyError, type FastifyReply, fastify } from 'fastify';
import { ADMIN_HEADERS } from './admin-guard.ts';
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

/** Makes the handler of the requests that the guard lets in. */
export async function createAdminApp(
  options: AdminAppOptions,
): Promise<(request: IncomingMessage, response: ServerResponse) => void> {
  const { gates, sessions, events, releaseClaim, log } = options;
  const app = fastify({
    logger: false,
    // What no route can be looked up for.
    frameworkErrors: (_, _request, reply) =>
      void refuse(reply.headers(ADMIN_HEADERS), 400, 'the request is not understood'),
  });

  app.addHook('onRequest', async (_, reply) => void reply.headers(ADMIN_HEADERS));
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

function readLimit(text: unknown): number | undefined {
  if (text === undefined) return DEFAULT_LIMIT;
  const limit = Number(text);
  return Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT ? limit : undefined;
}
