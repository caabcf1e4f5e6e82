/** One request on its way through the gateway, from its head to its answer. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { effectiveRequest, HeaderList, type SignedRequest } from '@countersign/core';
import { forwardedOrigin } from '@countersign/core/forwarded-origin';
import type { Call, OpenCall, Reply } from '../call.ts';
import { canonicalAddress, clientAddress, type TrustedProxies } from '../client-address.ts';
import type { OpenGate } from '../gates/open-gate.ts';
import type { PathParams } from '../paths/path-table.ts';
import type { RequestTrace } from '../telemetry/tracer.ts';
import type { ClientCertificate } from '../tls/client-certificate.ts';
import type { Connection } from './connection.ts';
import { announcesBody, type BodyReading } from './read-body.ts';
import type { Routing } from './routing.ts';
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
  readonly connection: Connection<Exchange>;
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
  /** By what it was routed. */
  routing: Routing | undefined;
  /** The session whose route it is. */
  session: string | undefined;
  path = '';
  query = '';
  params: PathParams = NO_PARAMS;
  /** Empty, then the head, and whole once the body is read. */
  request: SignedRequest = UNREAD;
  accepted: Call['accepted'];
  claim: Call['claim'];
  isUnchecked = false;
  isMonitored = false;
  refused: Call['refused'];
  proof: Call['proof'];
  trace: RequestTrace | undefined;
  bodyStream: StreamedBody | undefined;
  #reading: BodyReading | undefined;

  constructor(
    incoming: IncomingMessage,
    response: ServerResponse,
    connection: Connection<Exchange>,
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

  /** As it came, signed by nobody. Undefined where there is none, and where there are several. */
  get traceparent(): string | undefined {
    const value = this.incoming.headers['traceparent'];
    return typeof value === 'string' ? value : undefined;
  }

  get certificate(): ClientCertificate | undefined {
    return this.connection.certificate;
  }

  /** Reads the head into `request`. */
  readHead(): SignedRequest {
    const { incoming, method, remoteAddress } = this;
    const headers = HeaderList.fromRaw(incoming.rawHeaders);
    const head = { method, url: incoming.url ?? '', headers, body: NO_BODY, remoteAddress };
    this.request = this.proxyAddress === undefined ? head : { ...head, forwarded: forwardedOrigin(headers) };
    return this.request;
  }

  /** Reads the head, and sets path and query. @returns what of it does not fit the grammar */
  readTarget(): string | undefined {
    const effective = effectiveRequest(this.readHead());
    if ('reason' in effective) return effective.problem;
    const { path, query } = effective;
    this.path = path;
    this.query = query === undefined ? '' : `?${query}`;
    return undefined;
  }

  /** Whether `request` has the whole body: nobody has dropped it, and it was not passed on. */
  get hasBody(): boolean {
    return this.request.body !== NO_BODY || !announcesBody(this.incoming);
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
