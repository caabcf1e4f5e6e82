/** One request on its way through the gateway, from its head to its answer; and the connection that it came on. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { HeaderList, type SignedRequest } from '@countersign/core';
import { isObject } from '@countersign/core/is-object';
import type { Call, Reply } from '../call.ts';
import { canonicalAddress, clientAddress, type TrustedProxies } from '../client-address.ts';
import type { OpenCall, OpenGate } from '../gates/open-gate.ts';
import type { PathParams } from '../paths/path-table.ts';
import { forwardedOrigin } from './forwarded-origin.ts';
import type { BodyReading } from './read-body.ts';
import type { StreamedBody } from './stream-body.ts';

const NO_BODY: Uint8Array = new Uint8Array(0);
const UNREAD: SignedRequest = { method: '', url: '', headers: new HeaderList([]), body: NO_BODY };
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
  /** The sender sends its body once it is told to, and might not where it is refused (RFC 9110 §10.1.1). */
  awaitsContinue = false;
  gate: OpenGate | undefined;
  /** The session whose route it is. */
  session: string | undefined;
  path = '';
  query = '';
  params: PathParams = NO_PARAMS;
  /** Empty, then the head, and whole once the body is read. */
  request: SignedRequest = UNREAD;
  accepted: Call['accepted'];
  claim: Call['claim'];
  bodyStream: StreamedBody | undefined;
  #reading: BodyReading | undefined;

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

  /** Reads the head into `request`. */
  readHead(): SignedRequest {
    const { incoming, method, remoteAddress } = this;
    const headers = HeaderList.fromRaw(incoming.rawHeaders);
    const head = { method, url: incoming.url ?? '', headers, body: NO_BODY, remoteAddress };
    this.request = this.proxyAddress === undefined ? head : { ...head, forwarded: forwardedOrigin(headers) };
    return this.request;
  }

  /** The body is on its way, or here. */
  holdBody(reading: BodyReading): void {
    this.#reading = reading;
  }

  /** The body is passed on. */
  streamBody(stream: StreamedBody): void {
    this.#reading = stream;
    this.bodyStream = stream;
  }

  /** Nobody needs the body any more. */
  dropBody(): void {
    this.#reading?.end();
    this.#forgetBody();
  }

  /** The outcome has settled; a body that is passed on may go on to its end. */
  settleBody(): void {
    this.#reading?.settle();
    this.#forgetBody();
  }

  /** The exchange itself may live as long as its connection. */
  #forgetBody(): void {
    if (this.#reading !== undefined) this.request = { ...this.request, body: NO_BODY };
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

/** How many requests of one connection are read before the first answer has left: nobody pipelines more. */
const READ_AHEAD = 64;
/** What was read in one piece may hold a few thousand: those are not run. */
export const MAX_HELD = 256;
/** While as much of answers waits behind a slow one, no further request of the connection is run, and nothing read of it. */
const MOST_WAITING_BYTES = 1024 * 1024;

/** A sender's connection, and what its requests have in common. */
export class Connection {
  readonly socket: Socket;
  /** The request whose body is awaited. */
  awaited: Exchange | undefined;
  /** The request that came last. */
  newest: Exchange | undefined;
  /** What answers take that wait behind a slow one. */
  waitingBytes = 0;
  /** Requests that are not run yet. */
  readonly #heldBack: (() => void)[] = [];
  #isOver = false;
  /** Requests whose answer is not decided. */
  #unanswered = 0;
  /** Requests whose answer has not left. */
  #held = 0;
  #leaveListeners: Set<() => void> | undefined;

  constructor(socket: Socket) {
    this.socket = socket;
  }

  /** Whether its last answer is given. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Its last answer is given: what still comes is read, but made into no request, for nobody would be told (RFC 9112 §9.6). */
  end(): void {
    this.#isOver = true;
    this.#heldBack.length = 0;
    makeNoRequests(this.socket);
  }

  /**
   * Calls `listener` once if the connection ends before the result of this is called. One listener on the socket for
   * all: of pipelined requests there can be thousands.
   */
  onEnd(listener: () => void): () => void {
    if (this.socket.destroyed) {
      listener();
      return () => {};
    }
    this.#leaveListeners ??= this.#listen();
    const listeners = this.#leaveListeners;
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /**
   * Counts a request until its answer has left, and reads no further where many are held.
   * @returns false where it is one more than are held, as what was read already may bring.
   */
  begin(exchange: Exchange): boolean {
    if (this.#held >= MAX_HELD) return false;
    this.newest = exchange;
    this.#unanswered++;
    this.#held++;
    exchange.response.on('finish', this.#letGo);
    // Node reads on by itself where a body is read: then this is said again.
    if (this.#held >= READ_AHEAD) this.socket.pause();
    return true;
  }

  /** Whether the next request must wait until enough has left of the answers that do. */
  get isFull(): boolean {
    return this.#heldBack.length > 0 || this.waitingBytes >= MOST_WAITING_BYTES;
  }

  /** @param run called when there is room; never where the connection ends before. */
  holdBack(run: () => void): void {
    this.#heldBack.push(run);
    this.socket.pause();
  }

  /** Runs what is held back, as far as there is room. */
  runHeldBack(): void {
    while (this.#heldBack.length > 0) {
      if (this.waitingBytes >= MOST_WAITING_BYTES || this.socket.destroyed) return;
      this.#heldBack.shift()?.();
      if (this.#heldBack.length === 0) this.#readOn();
    }
  }

  /** A request's answer is decided. */
  answer(): void {
    this.#unanswered--;
  }

  /** Node itself pauses a socket whose answers nobody takes, and stays with that. */
  readonly #letGo = (): void => {
    if (this.#held-- === READ_AHEAD) this.#readOn();
  };

  #readOn(): void {
    if (this.#held < READ_AHEAD && this.#heldBack.length === 0 && !this.#isOver) this.socket.resume();
  }

  /**
   * Ends it and gives its requests up; where all are answered, once the answers have left: of a socket that is destroyed Node keeps them
   * until every other that is ready was read, and 500 connections with 256 each would be half a gigabyte.
   */
  cutOff(): void {
    this.end();
    this.socket.pause();
    if (this.#unanswered > 0) this.socket.destroy();
    else this.afterAnswers(() => this.socket.destroy());
  }

  /** Whether nothing is under way, up to the last byte of the last answer. */
  get isIdle(): boolean {
    return this.newest === undefined || this.newest.response.writableFinished;
  }

  /** Calls `then` once the requests so far are answered: answers go out in their requests' order (RFC 9112 §9.3.2). */
  afterAnswers(then: () => void): void {
    const response = this.newest?.response;
    if (response === undefined || response.writableFinished) then();
    else response.once('finish', then);
  }

  #listen(): Set<() => void> {
    const listeners = new Set<() => void>();
    this.socket.once('close', () => {
      for (const listener of listeners) listener();
    });
    return listeners;
  }
}

/**
 * Has Node pass over what it reads from now on: of each request it would make and keep a response, in lists that it then takes apart one
 * by one. A socket's parser is no documented part of Node; where it is none, that much more memory and time is taken.
 */
function makeNoRequests(socket: Socket): void {
  const parser: unknown = Reflect.get(socket, 'parser');
  if (isObject(parser)) Reflect.set(parser, 'onIncoming', passOver);
}

/** @returns what the parser takes for: its body follows, if it says so */
function passOver(incoming: IncomingMessage): number {
  // A body that nobody takes would stop the reading. To have one taken costs more than all else, and few have any.
  if (incoming.rawHeaders.length > 0) incoming.resume();
  return 0;
}
