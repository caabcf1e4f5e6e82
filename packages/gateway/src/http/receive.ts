/**
 * A request's way through the gateway: bounds → path → body → gate → answer → log.
 * On raw node:http, and without a promise where nothing has to be waited for.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { RefusalReason } from '@countersign/core';
import type { AdmissionRefusal } from '../admission/admission.ts';
import { refusalAnswer } from '../answers/refusal-answer.ts';
import type { Handled } from '../call.ts';
import type { OpenGate } from '../gates/open-gate.ts';
import { takesMethod } from '../paths/gates-by-path.ts';
import { nearPath } from '../paths/near-path.ts';
import type { SessionEndpoint } from '../sessions/session-route.ts';
import type { BodyBudget } from './body-budget.ts';
import { Connection, MAX_UNANSWERED } from './connection.ts';
import type { OwnEndpoint } from './endpoints.ts';
import { endsSoon } from './ends-soon.ts';
import { Exchange } from './exchange.ts';
import { framingFault } from './framing.ts';
import { preflightOf } from './gate-cors.ts';
import { type IntakeSteps, isCutShort, type Recipient, takeIn } from './intake.ts';
import type { Expectation, Receiver, ReceiverOptions } from './receiver.ts';
import { Responder } from './responder.ts';
import { createRouting, type Routing, type RoutingRules, routedAreOver } from './routing.ts';

const OWN_METHODS: readonly string[] = ['GET', 'HEAD'];
const OWN_ALLOW: readonly string[] = ['allow', 'GET, HEAD'];

export function createReceiver(options: ReceiverOptions): Receiver {
  return new GatewayReceiver(options);
}

class GatewayReceiver implements Receiver, IntakeSteps {
  readonly bodies: BodyBudget;
  readonly responder: Responder;
  readonly #options: ReceiverOptions;
  #routing: Routing;
  /** Entries go with their sockets. */
  readonly #connections = new WeakMap<Socket, Connection<Exchange>>();
  #serial = 0;
  #unsettled = 0;
  #onSettled: (() => void) | undefined;

  constructor(options: ReceiverOptions) {
    this.#options = options;
    this.#routing = createRouting(options);
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
    exchange.trace = this.#options.tracer?.begin(exchange.traceparent, exchange.startedMs);
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

  reroute(rules: RoutingRules, sockets: Iterable<Socket>): Promise<void> {
    const old = this.#routing;
    this.#routing = createRouting(rules);
    return routedAreOver(
      old,
      [...sockets].flatMap((socket) => this.#connections.get(socket) ?? []),
    );
  }

  hangUp(sockets: Iterable<Socket>): void {
    for (const socket of sockets) {
      const connection = this.#connections.get(socket);
      if (connection === undefined) socket.destroy();
      else connection.afterAnswers(() => socket.destroySoon());
    }
  }

  get inFlight(): number {
    return this.#unsettled;
  }

  endConnections(): void {
    this.responder.isHangingUp = true;
  }

  stopTaking(): void {
    this.endConnections();
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
      this.#begin(exchange);
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
        this.#end(exchange);
      });
  }

  /** Something is awaited for it. */
  #begin({ routing }: Exchange): void {
    this.#unsettled++;
    if (routing !== undefined) routing.unsettled++;
  }

  #end({ routing }: Exchange): void {
    if (routing !== undefined && --routing.unsettled === 0) routing.onSettled?.();
    if (--this.#unsettled === 0) this.#onSettled?.();
  }

  #connectionOf(socket: Socket): Connection<Exchange> {
    const existing = this.#connections.get(socket);
    if (existing !== undefined) return existing;
    const connection = new Connection<Exchange>(socket);
    connection.certificate = this.#options.certificateOf?.(socket);
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
    const { maxHeaders } = this.#options;
    const { endpoints } = this.#routing;
    exchange.routing = this.#routing;
    const { incoming } = exchange;
    if (incoming.rawHeaders.length > maxHeaders * 2)
      return this.responder.refuse(exchange, 'too-many-headers');
    const framing = framingFault(incoming);
    if (framing !== undefined) return this.responder.refuse(exchange, framing, { hangUp: true });
    const problem = exchange.readTarget();
    if (problem !== undefined) return this.responder.refuse(exchange, 'malformed-request', { problem });
    exchange.trace?.step('pick');
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
    const refusal = gate.admission?.refuse(exchange);
    if (refusal instanceof Promise) this.#admitLater(exchange, gate, refusal);
    else this.#admit(exchange, gate, refusal);
  }

  #admit(exchange: Exchange, gate: OpenGate, refusal: AdmissionRefusal | undefined): void {
    if (refusal !== undefined) this.responder.refuse(exchange, refusal.reason, refusal);
    else this.#takeIn(exchange, gate);
  }

  /** It counts as one whose outcome is awaited: whoever floods a gate makes no more of them wait than of others. */
  #admitLater(exchange: Exchange, gate: OpenGate, later: Promise<AdmissionRefusal | undefined>): void {
    if (this.#unsettled >= this.#routing.maxInFlight) {
      this.responder.refuse(exchange, 'intake-full');
      return;
    }
    this.#begin(exchange);
    exchange.connection.awaited = exchange;
    void later
      .then((refusal) => {
        this.#end(exchange);
        // Its sender has left, or was too slow: of its body nothing would come any more, not even an end.
        const { incoming, connection, answered } = exchange;
        if (!answered && !incoming.socket.destroyed && !connection.isOver)
          this.#admit(exchange, gate, refusal);
      })
      .catch((error) => this.responder.crash(exchange, error));
  }

  #takeIn(exchange: Exchange, to: OpenGate | SessionEndpoint): void {
    exchange.trace?.step('extract');
    if (this.responder.isDraining) this.responder.refuse(exchange, 'draining');
    else if (this.#unsettled >= this.#routing.maxInFlight) this.responder.refuse(exchange, 'intake-full');
    else takeIn(exchange, to, this);
  }
}

/** As `pickGate` says it. */
function otherMethod({ method }: Exchange, taken: readonly string[]): string {
  return `the path takes ${taken.join(', ')}, and the request is a ${method}`;
}
