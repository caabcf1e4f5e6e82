/**
 * A request's way through the gateway: bounds → path → body → gate → answer → log.
 * On raw node:http, and without a promise where nothing has to be waited for.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { effectiveRequest, REFUSALS, type RefusalReason } from '@countersign/core';
import { refusalAnswer } from './answers/refusal-answer.ts';
import { withRequestId } from './answers/request-id.ts';
import type { BodyBudget } from './body-budget.ts';
import type { Judged, Reply } from './call.ts';
import type { TrustedProxies } from './client-address.ts';

import { Connection, Exchange, type ExchangeListener, MAX_HELD } from './exchange.ts';
import { framingFault } from './framing.ts';
import { preflightOf, withCors } from './gate-cors.ts';
import { takesMethod } from './gates-by-path.ts';
import { createAnswerSender, dropBody, isStream, sendAnswerAndHangUp } from './http-answer.ts';
import { endsSoon, type IntakeSteps, isCutShort, type Judge, takeIn } from './intake.ts';
import type { Log } from './log.ts';
import { nearPath } from './near-path.ts';
import { count, crashed, type OpenGate } from './open-gate.ts';
import { pathFault } from './path-fault.ts';
import type { PathTable } from './path-table.ts';
import { AMBIGUOUS } from './pick-gate.ts';
import type { Place, SessionPlace } from './places.ts';
import type { RequestLog } from './request-log.ts';
import { verdictRecord } from './verdict-record.ts';

export interface ReceiverOptions {
  readonly places: PathTable<Place>;
  readonly maxHeaders: number;
  /** Requests whose outcome is awaited, of all connections. */
  readonly maxInFlight: number;
  /** How long a streamed answer waits for its reader. */
  readonly slowReaderTimeoutMs: number;
  readonly bodies: BodyBudget;
  /** Undefined: a client's address is its socket's. */
  readonly proxies: TrustedProxies | undefined;
  readonly requestLog: RequestLog;
  readonly log: Log;
  /** Tells this gateway's request ids from another's. */
  readonly idPrefix: string;
  readonly isDraining: () => boolean;
}

export interface Receiver {
  /** @param expectsContinue whether the sender waits for 100 before it sends its body. */
  receive(incoming: IncomingMessage, response: ServerResponse, expectation?: Expectation): void;
  /**
   * What comes on this connection is no request, too slow, or (`undefined`) at its end in the middle of one: refuses or
   * drops the request whose body is awaited; else has `refuseHead` answer, once the requests before it are answered.
   */
  cutOff(socket: Socket, reason: RefusalReason | undefined, refuseHead: () => void): void;
  /** Whether nothing is under way on a connection. */
  isIdle(socket: Socket): boolean;
  /** Resolves when no outcome is on its way, or after `timeoutMs`. */
  settled(timeoutMs: number): Promise<void>;
}

/** What the sender waits for before it sends its body. */
export type Expectation = 'continue' | 'unknown';

/** How a refusal is told beside its reason's own words. */
interface HowRefused {
  readonly headers?: readonly string[];
  /** Default: where much is left of the request. */
  readonly hangUp?: boolean;
  /** For the operator. */
  readonly message?: string | undefined;
}

const OWN_METHODS: readonly string[] = ['GET', 'HEAD'];
const OWN_ALLOW: readonly string[] = ['allow', 'GET, HEAD'];

export function createReceiver(options: ReceiverOptions): Receiver {
  const { places, maxHeaders, maxInFlight, bodies, proxies, requestLog, log, idPrefix, isDraining } = options;
  const { slowReaderTimeoutMs } = options;
  let serial = 0;
  const sender = createAnswerSender({
    waitMs: slowReaderTimeoutMs,
    onSlow: () => log.warn({}, 'a connection was ended: its reader took a streamed answer too slowly'),
  });
  let unsettled = 0;
  let onSettled: (() => void) | undefined;
  /** Entries go with their sockets. */
  const connections = new WeakMap<Socket, Connection>();
  const connectionOf = (socket: Socket): Connection => {
    const known = connections.get(socket);
    if (known !== undefined) return known;
    const connection = new Connection(socket);
    connections.set(socket, connection);
    return connection;
  };

  const onEarlyAnswer = (exchange: Exchange, { answer, reason, error }: Reply): void => {
    const { accepted, claim } = exchange;
    const verdict = accepted === undefined ? 'unsigned' : 'accepted';
    // The claim stays begun: the outcome is still on its way.
    respond(exchange, {
      answer,
      verdict,
      reason,
      error,
      keyId: accepted?.keyId,
      claim: claim && 'begun',
      claimId: claim?.identity,
    });
  };

  const listener: ExchangeListener = {
    onEarlyAnswer,
    onStreamFailed: ({ requestId, gate }, error) =>
      log.error({ requestId, gate: gate?.config.name, error }, 'a streamed answer broke off'),
  };

  const respond = (exchange: Exchange, judged: Judged, hangUp = false): void => {
    if (exchange.answered) {
      dropBody(judged.answer.body);
      return;
    }
    const readable = withCors(judged.answer, exchange.gate?.config.corsOrigins, exchange.request.headers);
    const answer = withRequestId(readable, exchange.requestId);
    exchange.answered = true;
    exchange.connection.answer();
    if (hangUp) {
      exchange.connection.isOver = true;
      sendAnswerAndHangUp(exchange.response, answer);
    } else {
      if (isStream(answer.body)) dropWithSender(exchange, answer.body);
      sender.send(exchange.response, answer, isDraining());
    }
    if (exchange.gate !== undefined) count(exchange.gate.counts, judged);
    requestLog.write(verdictRecord(exchange, judged), judged.error);
  };

  /** Ends a request that a bug has stopped: whatever a sender does, the process goes on. */
  const crash = (exchange: Exchange, error: unknown): void => {
    exchange.dropBody();
    try {
      respond(exchange, crashed(error));
    } catch (again) {
      log.error({ requestId: exchange.requestId, error: again }, 'a request could not be answered');
      exchange.incoming.socket.destroy();
    }
  };

  /** Refuses what no gate has judged. */
  const refuse = (
    exchange: Exchange,
    reason: RefusalReason,
    { headers = [], hangUp = !endsSoon(exchange), message }: HowRefused = {},
  ): void => {
    exchange.dropBody();
    const { step } = REFUSALS[reason];
    const plain = exchange.gate?.outcome.refusal({ reason }) ?? refusalAnswer({ reason });
    const answer = headers.length === 0 ? plain : { ...plain, headers: [...plain.headers, ...headers] };
    respond(exchange, { answer, verdict: 'refused', reason, step, message }, hangUp);
  };

  const pass = (exchange: Exchange, to: Judge): void => {
    const judged = to.judge(exchange);
    if (!(judged instanceof Promise)) {
      exchange.settleBody();
      respond(exchange, judged, isCutShort(exchange, judged));
      return;
    }
    unsettled++;
    void judged
      .then((value) => respond(exchange, value, isCutShort(exchange, value)))
      .catch((error) => crash(exchange, error))
      .then(() => {
        exchange.settleBody();
        if (--unsettled === 0) onSettled?.();
      });
  };

  /** Nobody sends so many ahead and reads the answers. */
  const endFlood = (connection: Connection, requestId: string): void => {
    connection.cutOff();
    log.warn(
      { requestId },
      `a connection was ended: more than ${MAX_HELD} requests on it waited for an answer`,
    );
  };

  const steps: IntakeSteps = { bodies, refuse, respond, pass, crash };

  const receiveSession = (exchange: Exchange, place: SessionPlace): void => {
    exchange.session = place.session;
    if (!place.methods.includes(exchange.method)) {
      refuse(exchange, 'method-not-allowed', { headers: ['allow', place.methods.join(', ')] });
    } else if (isDraining()) refuse(exchange, 'draining');
    else if (unsettled >= maxInFlight) refuse(exchange, 'intake-full');
    else takeIn(exchange, place, steps);
  };

  /** RFC 9110 §10.1.1 */
  const refuseExpectation = (exchange: Exchange): void => {
    const answer = { ...refusalAnswer({ reason: 'malformed-request' }), status: 417 };
    const message = 'the request expects something else than 100-continue';
    respond(
      exchange,
      { answer, verdict: 'refused', reason: 'malformed-request', step: 'receive', message },
      true,
    );
  };

  const answerPreflight = (exchange: Exchange, preflight: Judged): void => {
    exchange.dropBody();
    respond(exchange, preflight, !endsSoon(exchange));
  };

  /** Finds the request's place, refuses what needs no body for it, and reads on. */
  const route = (exchange: Exchange) => {
    const { incoming, response } = exchange;
    if (incoming.rawHeaders.length > maxHeaders * 2) return refuse(exchange, 'too-many-headers');
    const framing = framingFault(incoming);
    if (framing !== undefined) return refuse(exchange, framing, { hangUp: true });
    const message = readTarget(exchange);
    if (message !== undefined) return refuse(exchange, 'malformed-request', { message });
    const found = places.find(exchange.path);
    if (found === undefined) return refuse(exchange, 'no-gate', { message: nearPath(places, exchange.path) });
    if (found === 'ambiguous') return refuse(exchange, 'malformed-request', { message: AMBIGUOUS });
    if (found.value.kind === 'own') {
      if (!OWN_METHODS.includes(exchange.method))
        return refuse(exchange, 'method-not-allowed', { headers: OWN_ALLOW });
      const answer = withRequestId(found.value.answer(), exchange.requestId);
      exchange.connection.answer();
      return sender.send(response, answer, isDraining() || !endsSoon(exchange));
    }
    if (found.value.kind === 'session') return receiveSession(exchange, found.value.place);
    const { gates } = found.value;
    const gate = gates.find(({ config }) => takesMethod(config, exchange.method));
    exchange.params = found.params;
    const preflight = preflightOf(gates, exchange.method, exchange.request.headers);
    if (preflight !== undefined) return answerPreflight(exchange, preflight);
    exchange.gate = gate ?? gates[0];
    if (gate === undefined) return refuse(exchange, 'method-not-allowed', { headers: allowHeader(gates) });
    if (isDraining()) return refuse(exchange, 'draining');
    if (unsettled >= maxInFlight) return refuse(exchange, 'intake-full');
    takeIn(exchange, gate, steps);
  };

  return {
    receive(incoming, response, expectation) {
      serial++;
      const requestId = idPrefix + serial.toString(36);
      const connection = connectionOf(incoming.socket);
      if (connection.isOver) return void incoming.resume();
      const exchange = new Exchange(incoming, response, connection, requestId, listener, proxies);
      if (!connection.begin(exchange)) return endFlood(connection, requestId);
      exchange.awaitsContinue = expectation === 'continue';
      try {
        if (expectation === 'unknown') refuseExpectation(exchange);
        else route(exchange);
      } catch (error) {
        crash(exchange, error);
      }
    },
    isIdle: (socket) => connections.get(socket)?.isIdle ?? true,
    cutOff(socket, reason, refuseHead) {
      const connection = connections.get(socket);
      const exchange = connection?.awaited;
      if (exchange === undefined || exchange.answered || exchange.incoming.complete) {
        // Its answer began before its body had come.
        if (exchange?.incoming.complete === false) exchange.dropBody();
        if (connection === undefined) refuseHead();
        else connection.afterAnswers(refuseHead);
      } else if (reason === undefined) socket.destroy();
      else refuse(exchange, reason);
    },
    settled(timeoutMs) {
      if (unsettled === 0) return Promise.resolve();
      return new Promise((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        onSettled = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    },
  };
}

/** Sets the exchange's path and query. @returns what of its head does not fit the grammar. */
function readTarget(exchange: Exchange): string | undefined {
  const effective = effectiveRequest(exchange.readHead());
  if ('reason' in effective) return effective.message;
  const { path, query } = effective;
  exchange.path = path;
  exchange.query = query === undefined ? '' : `?${query}`;
  return pathFault(path);
}

/** A response that waits behind another has no socket yet, and is not told that its connection has ended. */
function dropWithSender({ connection }: Exchange, body: Readable): void {
  body.once(
    'close',
    connection.onEnd(() => dropBody(body)),
  );
}

function allowHeader(gates: readonly OpenGate[]): readonly string[] {
  return ['allow', gates.flatMap(({ config }) => config.methods).join(', ')];
}
