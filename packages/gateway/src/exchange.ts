/** One request on its way through the gateway, from its head to its answer. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { HeaderList, type SignedRequest } from '@countersign/core';
import type { Call, Reply } from './call.ts';
import { canonicalAddress, clientAddress, type TrustedProxies } from './client-address.ts';
import type { Connection } from './connection.ts';
import type { OpenCall, OpenGate } from './open-gate.ts';
import type { PathParams } from './path-table.ts';

const UNREAD: SignedRequest = { method: '', url: '', headers: new HeaderList([]), body: new Uint8Array(0) };
const NO_PARAMS: PathParams = Object.freeze({});

/** What the receiver is told of an exchange that goes on after its verdict. */
export interface ExchangeListener {
  onEarlyAnswer(exchange: Exchange, reply: Reply): void;
  onStreamFailed(exchange: Exchange, error: unknown): void;
}

export class Exchange implements OpenCall {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly connection: Connection;
  readonly requestId: string;
  readonly startedMs: number = performance.now();
  readonly #listener: ExchangeListener;
  /** The trusted proxy that it came from. */
  readonly proxyAddress: string | undefined;
  readonly #clientAddress: string | undefined;
  answered = false;
  gate: OpenGate | undefined;
  /** The session whose route it is. */
  session: string | undefined;
  path = '';
  query = '';
  params: PathParams = NO_PARAMS;
  /** Whole once the body is read. */
  request: SignedRequest = UNREAD;
  accepted: Call['accepted'];
  claim: Call['claim'];
  attempt = 1;

  constructor(
    incoming: IncomingMessage,
    response: ServerResponse,
    connection: Connection,
    requestId: string,
    listener: ExchangeListener,
    proxies?: TrustedProxies,
  ) {
    this.incoming = incoming;
    this.response = response;
    this.connection = connection;
    this.requestId = requestId;
    this.#listener = listener;
    if (proxies === undefined) return;
    const peer = canonicalAddress(incoming.socket.remoteAddress ?? '');
    if (peer !== undefined && proxies.has(peer)) {
      this.proxyAddress = peer;
      this.#clientAddress = clientAddress(peer, forwardedFor(incoming), proxies);
    } else this.#clientAddress = peer;
  }

  get method(): string {
    return this.incoming.method ?? '';
  }

  get remoteAddress(): string {
    return this.#clientAddress ?? this.incoming.socket.remoteAddress ?? '';
  }

  answerEarly(reply: Reply): void {
    this.#listener.onEarlyAnswer(this, reply);
  }

  onSenderLeft(listener: () => void): () => void {
    return this.connection.onEnd(listener);
  }

  streamFailed(error: unknown): void {
    this.#listener.onStreamFailed(this, error);
  }
}

/** All its fields, joined by commas. */
function forwardedFor({ headers }: IncomingMessage): string | undefined {
  const value = headers['x-forwarded-for'];
  return typeof value === 'object' ? value.join() : value;
}
