/** A route of a session on the public listener: preflight, limit, proof, the broker's answer. */
import { neutralText, REFUSALS } from '@countersign/core';
import { isObject } from '@countersign/core/internal/is-object';
import { corsHeaders, preflightHeaders } from '../answers/cors.ts';
import { refusalAnswer } from '../answers/refusal-answer.ts';
import type { Handled } from '../call.ts';
import { networkOf } from '../client-address.ts';
import { errorAnswer, type HttpAnswer, jsonAnswer } from '../http-answer.ts';
import { findHazard } from '../input/find-hazard.ts';
import { parseJson } from '../outgoing/outgoing-client.ts';
import type { RateLimit } from '../rate-limit.ts';
import { StoreError } from '../stores/store.ts';
import { TokenError } from '../tokens/token-error.ts';
import { type SessionCall, SessionRefusal, type SessionRoute } from './broker.ts';
import { upstreamRemedy } from './last-failure.ts';
import { PROOF_KEY_ID, type SessionProof, type SessionRefused } from './session-proof.ts';
import type { SessionEndpoint, SessionExchange } from './session-route.ts';
import { UpstreamError } from './upstream-error.ts';

export interface SessionEndpointOptions {
  /** The session's name. */
  readonly session: string;
  readonly route: SessionRoute;
  /** Origins whose pages may read the answers. */
  readonly origins: readonly string[];
  readonly limit: RateLimit;
  /** What the callers of guarded routes are judged by. Undefined: anybody is answered. */
  readonly proof: SessionProof | undefined;
}

/** Webhooks and log-ins are a few hundred bytes. */
const MAX_BODY_BYTES = 64 * 1024;
/** Answers hold tokens. */
const NO_STORE: readonly string[] = ['cache-control', 'no-store'];

export function createSessionEndpoint(options: SessionEndpointOptions): SessionEndpoint {
  const { session, route } = options;
  const endpoint = { ...options, proof: route.isGuarded ? options.proof : undefined };
  return {
    session,
    methods: route.caller === 'page' ? [route.method, 'OPTIONS'] : [route.method],
    maxBodyBytes: MAX_BODY_BYTES,
    streams: false,
    refuseHead: (exchange) => refuseHead(endpoint, exchange),
    handle: async (exchange) =>
      exchange.request.method === 'OPTIONS'
        ? preflightAnswer(endpoint, exchange)
        : answer(endpoint, exchange, headersFor(endpoint, exchange)),
  };
}

function refuseHead(endpoint: SessionEndpointOptions, exchange: SessionExchange): Handled | undefined {
  const { request, remoteAddress } = exchange;
  // A browser asks whether it may send the proof before it does (Fetch Standard §3.2.2).
  const refused = request.method === 'OPTIONS' ? undefined : endpoint.proof?.refuseHead(exchange);
  const headers = headersFor(endpoint, exchange);
  return refused && (refuseByLimit(endpoint, remoteAddress, headers) ?? refuse(endpoint, refused, headers));
}

function preflightAnswer(
  { route, origins, proof }: SessionEndpointOptions,
  { request }: SessionExchange,
): Handled {
  const headers = preflightHeaders({
    origin: request.headers.single('origin'),
    origins,
    methods: [route.method],
    headers: proof?.headers ?? [],
  });
  return { answer: { status: 204, headers, body: '' }, verdict: 'unsigned' };
}

async function answer(
  endpoint: SessionEndpointOptions,
  exchange: SessionExchange,
  headers: readonly string[],
): Promise<Handled> {
  const { route, proof } = endpoint;
  const limited = refuseByLimit(endpoint, exchange.remoteAddress, headers);
  if (limited !== undefined) return limited;
  const refused = await proof?.judge(exchange);
  if (refused !== undefined) return refuse(endpoint, refused, headers);
  const proven = {
    verdict: proof === undefined ? 'unsigned' : 'accepted',
    keyId: proof && PROOF_KEY_ID,
  } as const;
  try {
    const value = await route.answer(callOf(exchange));
    return { ...proven, answer: jsonAnswer(200, JSON.stringify(value), headers) };
  } catch (error) {
    return error instanceof SessionRefusal
      ? { ...proven, ...refusedByBroker(error, headers) }
      : { ...proven, error, remedy: upstreamRemedy(error), answer: failureAnswer(error, headers) };
  }
}

function refuseByLimit(
  { limit }: SessionEndpointOptions,
  address: string,
  headers: readonly string[],
): Handled | undefined {
  const retryMs = limit.take(networkOf(address));
  if (retryMs <= 0) return undefined;
  const retry = ['retry-after', String(Math.ceil(retryMs / 1000))];
  const { status, step, text } = REFUSALS['too-many-requests'];
  const answer = errorAnswer(status, text, [...headers, ...retry]);
  const problem = 'this address makes too many requests';
  return { answer, verdict: 'refused', reason: 'too-many-requests', step, problem };
}

function refuse(
  { proof }: SessionEndpointOptions,
  { reason, step, message: problem, remedy }: SessionRefused,
  headers: readonly string[],
): Handled {
  const plain = refusalAnswer({ reason });
  const answer = { ...plain, headers: [...plain.headers, ...headers, ...(proof?.challenge ?? [])] };
  return { answer, verdict: 'refused', reason, step, problem, remedy };
}

function headersFor(
  { route, origins }: SessionEndpointOptions,
  { request }: SessionExchange,
): readonly string[] {
  return [
    ...NO_STORE,
    ...(route.caller === 'page' ? corsHeaders(request.headers.single('origin'), origins) : []),
  ];
}

function callOf({ request, requestId, query }: SessionExchange): SessionCall {
  const params = new URLSearchParams(query);
  return {
    request,
    requestId,
    param: (name) => {
      const values = params.getAll(name);
      if (values.length > 1) throw new SessionRefusal(`${name} is given ${values.length} times`);
      return values[0] === '' ? undefined : values[0];
    },
    json: () => {
      const value = parseJson(request.body);
      if (!isObject(value)) throw new SessionRefusal('the body is not a JSON object');
      // Before anything of it is kept: what is too deep could not be written again.
      const hazard = findHazard(value);
      if (hazard !== undefined) {
        throw new SessionRefusal(
          `in the body, ${hazard.path === '' ? 'the object' : hazard.path} ${hazard.message}`,
        );
      }
      if (countNames(request.body) === countMembers(value)) return value;
      throw new SessionRefusal('in the body, a member stands twice: programs may read it differently');
    },
  };
}

/** A string of a text that is JSON, and the colon behind it where it is a name. */
const JSON_STRING = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?/g;

/** Of all members as they are written. In UTF-8 what tells strings apart is ASCII. */
function countNames(json: Uint8Array): number {
  let count = 0;
  for (const [, colon] of Buffer.from(json).toString('latin1').matchAll(JSON_STRING))
    if (colon !== undefined) count++;
  return count;
}

/** Of all members as they were read: of those with one name in one object, the last. It is nested no deeper than a body may be. */
function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const values = Object.values(value);
  const own = Array.isArray(value) ? 0 : values.length;
  return values.reduce<number>((count, inner) => count + countMembers(inner), own);
}

/** The caller's fault: it reads the refusal's text, the log has its reason. */
function refusedByBroker(refusal: SessionRefusal, headers: readonly string[]): Handled {
  const { status, message: problem, reason, logged, remedy } = refusal;
  return {
    answer: errorAnswer(status, problem, [...headers, ...refusal.headers]),
    verdict: 'refused',
    reason,
    step: REFUSALS[reason].step,
    problem: logged,
    remedy,
  };
}

/** What the caller learns of a failure that is not its fault. */
function failureAnswer(error: unknown, headers: readonly string[]): HttpAnswer {
  const status = statusOf(error);
  return errorAnswer(status, neutralText(status), [...headers, ...retryAfter(error)]);
}

function statusOf(error: unknown): number {
  if (error instanceof UpstreamError) {
    if (error.code === 'circuit-open') return 503;
    return error.code === 'timeout' ? 504 : 502;
  }
  if (error instanceof TokenError) return error.code === 'closed' ? 503 : 502;
  return error instanceof StoreError ? 503 : 500;
}

function retryAfter(error: unknown): readonly string[] {
  const ms = error instanceof UpstreamError ? error.retryAfterMs : undefined;
  return ms === undefined ? [] : ['retry-after', String(Math.ceil(ms / 1000))];
}
