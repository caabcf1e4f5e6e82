/** What takes requests in: what it is made of, and what it can be told while it works. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { RefusalReason } from '@countersign/core';
import type { TrustedProxies } from '../client-address.ts';
import type { Tracer } from '../telemetry/tracer.ts';
import type { ClientCertificate } from '../tls/client-certificate.ts';
import type { BodyBudget } from './body-budget.ts';
import type { ResponderOptions } from './responder.ts';
import type { RoutingRules } from './routing.ts';

export interface ReceiverOptions extends ResponderOptions, RoutingRules {
  readonly maxHeaders: number;
  readonly bodies: BodyBudget;
  /** Undefined: a client's address is its socket's. */
  readonly proxies: TrustedProxies | undefined;
  /** Undefined: clients are not asked for certificates. */
  readonly certificateOf: ((socket: Socket) => ClientCertificate | undefined) | undefined;
  /** Tells this gateway's request ids from another's. */
  readonly idPrefix: string;
  /** Undefined: no traces are made. */
  readonly tracer?: Tracer | undefined;
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
  /**
   * Routes what comes from now on by another table, within another bound. Resolves when all requests are over that were routed by the old one.
   * @param sockets of the listener, those that are open
   */
  reroute(rules: RoutingRules, sockets: Iterable<Socket>): Promise<void>;
  /** Ends connections once what is under way on them is answered. */
  hangUp(sockets: Iterable<Socket>): void;
  /** Takes what comes, and ends each connection with its answer. */
  endConnections(): void;
  /** Refuses what comes from now on, and ends each connection with its answer. */
  stopTaking(): void;
  /** Requests whose outcome is awaited. */
  readonly inFlight: number;
  /** Resolves when no outcome is on its way, or after `timeoutMs`. */
  settled(timeoutMs: number): Promise<void>;
}

/** What the sender waits for before it sends its body. */
export type Expectation = 'continue' | 'unknown';
