/**
 * A request's way through the gateway: bounds → path → body → gate → answer → log.
 * On raw node:http, and without a promise where nothing has to be waited for.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { effectiveRequest, type RefusalReason } from '@countersign/core';
import { refusalAnswer } from '../answers/refusal-answer.ts';
import type { Handled } from '../call.ts';
import type { TrustedProxies } from '../client-address.ts';
import type { OpenGate } from '../gates/open-gate.ts';
import { takesMethod } from '../paths/gates-by-path.ts';
import { nearPath } from '../paths/near-path.ts';
import type { PathTable } from '../paths/path-table.ts';
import type { SessionEndpoint } from '../sessions/session-route.ts';
import type { BodyBudget } from './body-budget.ts';
import { Connection, MAX_UNANSWERED } from './connection.ts';
import type { Endpoint, OwnEndpoint } from './endpoints.ts';
import { endsSoon } from './ends-soon.ts';
import { Exchange } from './exchange.ts';
import { framingFault } from './framing.ts';
import { preflightOf } from './gate-cors.ts';
import { type IntakeSteps, isCutShort, type Recipient, takeIn } from './intake.ts';
import { Responder, type ResponderOptions } from './responder.ts';

export interface ReceiverOptions extends ResponderOptions {
  readonly endpoints: PathTable<Endpoint>;
  readonly maxHeaders: number;
  /** Requests whose outcome is awaited, of all connections. */
  readonly maxInFlight: number;
  readonly bodies: BodyBudget;
  /** Undefined: a client's address is its socket's. */
  readonly proxies: TrustedProxies | undefined;
  /** Tells this gateway's request ids from another's. */
  readonly idPrefix: string;
}

export interface Receiver {
  /** @param expectation what the sender waits for before it sends its body; undefined: nothing */
  receive(incoming: IncomingMessage, response: ServerResponse, expectation?: Expectation): void;
  /**
   * What comes on this connection is no request, too slow, or (`undefined`) at its end in the middle of one: refuses or
   * drops the request whose body is awaited; else has `refuseHead` answer, once the requests before it are answered.
   */
  cutOff(socket: Socket, reason: RefusalReason | undefined, refuseHead: () => void): void;
  /** Whether nothing is under way on a connection. */
  isIdle(socket: Socket): boolean;
  /** Refuses what comes from now on, and ends each connection with its answer. */
  stopTaking(): void;
  /** Requests whose outcome is awaited. */
  readonly inFlight: number;
  /** Resolves when no outcome is on its way, or after `timeoutMs`. */
  settled(timeoutMs: number): Promise<void>;
}

/** What the sender waits for before it sends its body. */
export type Expectation = 'continue' | 'unknown';

const OWN_METHODS: readonly string[] = ['GET', 'HEAD'];
const OWN_ALLOW: readonly string[] = ['allow', 'GET, HEAD'];

export function createReceiver(options: ReceiverOptions): Receiver {
  return new GatewayReceiver(options);
}

class GatewayReceiver implements Receiver, IntakeSteps {
  readonly bodies: BodyBudget;
  readonly responder: Responder;
  readonly #options: ReceiverOptions;
  /** Entries go with their sockets. */
  readonly #connections = new WeakMap<Socket, Connection<Exchange>>();
  #serial = 0;
  #unsettled = 0;
  #onSettled: (() => void) | undefined;

  constructor(options: ReceiverOptions) {
    this.#options = options;
    this.bodies = options.bodies;
    this.responder = new Responder(options);
  }

  receive(incoming: IncomingMessage, response: ServerResponse, expectation?: Expectation): void {
    const { idPrefix, proxies } = this.#options;
    this.#serial++;
    const requestId = idPrefix + this.#serial.toString(36);
    const connection = this.#connectionOf(incoming.socket);
    if (connection.isOver) {
      incoming.resume();
      return;
    }
    const exchange = new Exchange(incoming, response, connection, requestId, this.responder, proxies);
    if (!connection.begin(exchange)) {
      this.#endFlood(connection, requestId);
      return;
    }
    if (connection.isFull) connection.postpone(() => this.#run(exchange, expectation));
    else this.#run(exchange, expectation);
  }

  #run(exchange: Exchange, expectation: Expectation | undefined): void {
    exchange.awaitsContinue = expectation === 'continue';
    try {
      if (expectation === 'unknown') this.#refuseExpectation(exchange);
      else this.#route(exchange);
    } catch (error) {
      this.responder.crash(exchange, error);
    }
  }

  isIdle(socket: Socket): boolean {
    return this.#connections.get(socket)?.isIdle ?? true;
  }

  cutOff(socket: Socket, reason: RefusalReason | undefined, refuseHead: () => void): void {
    const connection = this.#connections.get(socket);
    const exchange = connection?.awaited;
    if (exchange === undefined || exchange.answered || exchange.incoming.complete) {
      // Its answer began before its body had come.
      if (exchange?.incoming.complete === false) exchange.dropBody();
      if (connection === undefined) refuseHead();
      else connection.afterAnswers(refuseHead);
    } else if (reason === undefined) socket.destroy();
    else this.responder.refuse(exchange, reason);
  }

  get inFlight(): number {
    return this.#unsettled;
  }

  stopTaking(): void {
    this.responder.isDraining = true;
  }

  settled(timeoutMs: number): Promise<void> {
    if (this.#unsettled === 0) return Promise.resolve();
    return new Promise((resolve) => {
      // Whoever drains waits by a timer of their own; nobody does once the gateway is closed.
      const timer = setTimeout(resolve, timeoutMs).unref();
      this.#onSettled = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  pass(exchange: Exchange, to: Recipient): void {
    const handled = to.handle(exchange);
    if (handled instanceof Promise) {
      this.#unsettled++;
      void this.#respondLater(exchange, handled);
      return;
    }
    // A refused request may be kept with its body.
    this.responder.respond(exchange, handled, isCutShort(exchange, handled));
    exchange.settleBody();
  }

  #respondLater(exchange: Exchange, handled: Promise<Handled>): Promise<void> {
    return handled
      .then((value) => this.responder.respond(exchange, value, isCutShort(exchange, value)))
      .catch((error) => this.responder.crash(exchange, error))
      .then(() => {
        exchange.settleBody();
        if (--this.#unsettled === 0) this.#onSettled?.();
      });
  }

  #connectionOf(socket: Socket): Connection<Exchange> {
    const existing = this.#connections.get(socket);
    if (existing !== undefined) return existing;
    const connection = new Connection<Exchange>(socket);
    this.#connections.set(socket, connection);
    return connection;
  }

  /** Nobody sends so many ahead and reads the answers. */
  #endFlood(connection: Connection<Exchange>, requestId: string): void {
    connection.cutOff();
    this.#options.log.warn(
      { requestId },
      `a connection was ended: more than ${MAX_UNANSWERED} requests on it waited for an answer`,
    );
  }

  /** RFC 9110 §10.1.1 */
  #refuseExpectation(exchange: Exchange): void {
    const reason = 'malformed-request';
    const answer = { ...refusalAnswer({ reason }), status: 417 };
    const problem = 'the request expects something other than 100-continue';
    this.responder.respond(exchange, { answer, verdict: 'refused', reason, step: 'receive', problem }, true);
  }

  /** Finds what the path leads to, refuses what needs no body for it, and reads on. */
  #route(exchange: Exchange) {
    const { endpoints, maxHeaders } = this.#options;
    const { incoming } = exchange;
    if (incoming.rawHeaders.length > maxHeaders * 2)
      return this.responder.refuse(exchange, 'too-many-headers');
    const framing = framingFault(incoming);
    if (framing !== undefined) return this.responder.refuse(exchange, framing, { hangUp: true });
    const problem = readTarget(exchange);
    if (problem !== undefined) return this.responder.refuse(exchange, 'malformed-request', { problem });
    const match = endpoints.find(exchange.path);
    if (match === undefined)
      return this.responder.refuse(exchange, 'no-gate', { problem: nearPath(endpoints, exchange.path) });
    if ('fault' in match)
      return this.responder.refuse(exchange, 'malformed-request', { problem: match.fault });
    if (match.value.kind === 'own') return this.#answerOwn(exchange, match.value);
    if (match.value.kind === 'session') return this.#receiveSession(exchange, match.value.endpoint);
    exchange.params = match.params;
    return this.#receiveAtGate(exchange, match.value.gates);
  }

  #answerOwn(exchange: Exchange, { answer }: OwnEndpoint) {
    if (!OWN_METHODS.includes(exchange.method))
      return this.responder.refuse(exchange, 'method-not-allowed', {
        headers: OWN_ALLOW,
        problem: otherMethod(exchange, OWN_METHODS),
        remedy: 'Have the caller send GET: the gateway itself answers this path.',
      });
    this.responder.respondUnlogged(exchange, answer());
  }

  #receiveSession(exchange: Exchange, endpoint: SessionEndpoint) {
    exchange.session = endpoint.session;
    if (!endpoint.methods.includes(exchange.method)) {
      return this.responder.refuse(exchange, 'method-not-allowed', {
        headers: ['allow', endpoint.methods.join(', ')],
        problem: otherMethod(exchange, endpoint.methods),
        remedy: 'Have the caller send what the session takes: it has no other methods.',
      });
    }
    this.#takeIn(exchange, endpoint);
  }

  #receiveAtGate(exchange: Exchange, gates: readonly OpenGate[]) {
    const gate = gates.find(({ config }) => takesMethod(config, exchange.method));
    const preflight =
      exchange.method === 'OPTIONS' ? preflightOf(gates, exchange.request.headers) : undefined;
    if (preflight !== undefined) {
      exchange.dropBody();
      return this.responder.respond(exchange, preflight, !endsSoon(exchange));
    }
    exchange.gate = gate ?? gates[0];
    if (gate === undefined) {
      const methods = gates.flatMap(({ config }) => config.methods);
      return this.responder.refuse(exchange, 'method-not-allowed', {
        headers: ['allow', methods.join(', ')],
        problem: otherMethod(exchange, methods),
      });
    }
    this.#takeIn(exchange, gate);
  }

  #takeIn(exchange: Exchange, to: OpenGate | SessionEndpoint): void {
    if (this.responder.isDraining) this.responder.refuse(exchange, 'draining');
    else if (this.#unsettled >= this.#options.maxInFlight) this.responder.refuse(exchange, 'intake-full');
    else takeIn(exchange, to, this);
  }
}

/** Sets the exchange's path and query. @returns what of its head does not fit the grammar. */
function readTarget(exchange: Exchange): string | undefined {
  const effective = effectiveRequest(exchange.readHead());
  if ('reason' in effective) return effective.problem;
  const { path, query } = effective;
  exchange.path = path;
  exchange.query = query === undefined ? '' : `?${query}`;
  return undefined;
}

/** As `pickGate` says it. */
function otherMethod({ method }: Exchange, taken: readonly string[]): string {
  return `the path takes ${taken.join(', ')}, and the request is a ${method}`;
}
