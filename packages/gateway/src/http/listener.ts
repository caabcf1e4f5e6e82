/** The public listener: node:http with its limits set, and what the parser refuses answered and cut off. */
import type { Server as HttpServer, ServerOptions } from 'node:http';
import { type AddressInfo, Server, type Socket } from 'node:net';
import { type Duplex, duplexPair } from 'node:stream';
import { type RefusalReason, SetupError } from '@countersign/core';
import type { LimitsConfig, ListenAddress } from '../config/config.ts';
import type { Part } from '../lifecycle.ts';
import type { Log } from '../log/log.ts';
import type { ListenerTls } from '../tls/listener-tls.ts';
import { hearOut } from './answer-sender.ts';
import { createGatheringRequest } from './gathering-request.ts';
import { nodeHttp } from './node-http.ts';
import type { Receiver } from './receiver.ts';
import { goOnAlone } from './streamed-answers.ts';

/** How often slow senders are looked for, at most. Looking costs a walk over the requests that are not complete. */
const CHECK_MS = 1000;

/** How long a drain waits, where others listen, for the next request of a connection, which may be on its way. */
export const SILENT_MS = 1_000;

/** Makes the server; it does not listen yet. @param tls undefined: it speaks plain HTTP */
export function createPublicServer(limits: LimitsConfig, receiver: Receiver, tls?: ListenerTls): HttpServer {
  const { requestTimeoutMs, headersTimeoutMs } = limits;
  const options: ServerOptions = {
    IncomingMessage: createGatheringRequest(),
    maxHeaderSize: limits.maxHeaderBytes,
    requestTimeout: requestTimeoutMs,
    headersTimeout: Math.min(headersTimeoutMs, requestTimeoutMs),
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: Math.min(CHECK_MS, Math.ceil(headersTimeoutMs / 4)),
    noDelay: true,
    // Refused as every malformed request is.
    requireHostHeader: false,
  };
  const server: HttpServer = tls?.createServer(options, headersTimeoutMs) ?? nodeHttp().createServer(options);
  // Node drops what is beyond its maximum without a word; one more than ours is let in, so that the receiver can refuse it.
  server.maxHeadersCount = limits.maxHeaders + 1;
  server.maxConnections = limits.maxConnections;
  server.on(tls === undefined ? 'connection' : 'secureConnection', dropWithoutPeer);
  server.on('request', (request, response) => receiver.receive(request, response));
  server.on('checkContinue', (request, response) => receiver.receive(request, response, 'continue'));
  server.on('checkExpectation', (request, response) => receiver.receive(request, response, 'unknown'));
  // Nothing was written or read for so long. What waits for its outcome goes on; who takes nothing of an answer has left.
  server.timeout = requestTimeoutMs;
  server.on('timeout', (socket) => {
    if (socket.writableLength > 0 || receiver.isIdle(socket)) socket.destroy();
  });
  const faulty = new WeakSet<object>();
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // Node says it again of all that comes behind.
    if (faulty.has(socket)) return;
    faulty.add(socket);
    onClientError(error, socket as Socket, receiver);
  });
  server.on('connect', (_request, socket) => {
    // Node leaves the socket to us, and an error on it would end the process.
    socket.on('error', () => {});
    goOnAlone(socket as Socket);
    const refuse = (): void => endWith(socket as Socket, '501 Not Implemented');
    receiver.cutOff(socket as Socket, 'malformed-request', refuse);
  });
  return server;
}

/**
 * Node keeps an address that was read once. Read later, that of a sender who has reset its connection is none: a trusted proxy would not be
 * known as one, and what it says of its client would be dropped.
 */
function dropWithoutPeer(socket: Socket): void {
  if (socket.remoteAddress === undefined) socket.destroy();
}

export interface ListenOptions {
  readonly address: ListenAddress;
  /** Where the configuration says the address. */
  readonly option: string;
  readonly isTls: boolean;
  readonly log: Log;
  /** Others go on listening there: whose next request may be on its way is heard out when this one drains. Default false. */
  readonly isShared?: boolean;
}

/** A server that listens. */
export interface Listening extends Part {
  readonly port: number;
  /** Connections that are open. */
  readonly connections: number;
  /** Those that carry requests. */
  readonly sockets: ReadonlySet<Socket>;
  /** A connection from within the process, which goes by no network and needs no TLS: what is written to it comes in here. */
  connect(): Duplex;
}

/** Listens. @throws SetupError where the address cannot be had. */
export async function listen(
  server: HttpServer,
  { address, option, isTls, log, isShared = false }: ListenOptions,
): Promise<Listening> {
  const listening = new ListeningServer(server, isTls, isShared ? SILENT_MS : 0);
  await new Promise<void>((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException): void => {
      const problem = `${address.host}:${address.port} cannot be listened on (${error.code ?? error.message})`;
      reject(new SetupError(option, problem, 'Stop what holds it, or choose another address.'));
    };
    server.once('error', refuse);
    server.once('listening', () => {
      server.removeListener('error', refuse);
      // A connection that cannot be taken, for want of a file descriptor.
      server.on('error', (error) => log.error({ error }, 'a connection could not be taken'));
      resolve();
    });
    server.listen(address.port, address.host);
  });
  return listening;
}

class ListeningServer implements Listening {
  readonly #server: HttpServer;
  readonly #silentMs: number;
  /** Node's own list holds none that it has let go of, after CONNECT. */
  readonly sockets: ReadonlySet<Socket>;
  readonly #sockets = new Set<Socket>();
  /** Of TLS: those that may still be in their handshake. */
  readonly #raw = new Map<string, Socket>();
  readonly #event: 'connection' | 'secureConnection';
  #closed: Promise<void> | undefined;

  constructor(server: HttpServer, isTls: boolean, silentMs: number) {
    this.#server = server;
    this.#silentMs = silentMs;
    this.sockets = this.#sockets;
    this.#event = isTls ? 'secureConnection' : 'connection';
    server.on(this.#event, (socket: Socket) => {
      if (isTls) this.#raw.delete(peerOf(socket));
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    if (!isTls) return;
    server.on('connection', (socket) => {
      const peer = peerOf(socket);
      this.#raw.set(peer, socket);
      socket.once('close', () => {
        if (this.#raw.get(peer) === socket) this.#raw.delete(peer);
      });
    });
  }

  connect(): Duplex {
    const [ours, theirs] = duplexPair();
    // What is asked of a socket is known of this one, too.
    const destroySoon = (): void => void theirs.end(() => theirs.destroy());
    this.#server.emit(this.#event, Object.assign(theirs, { remoteAddress: '127.0.0.1', destroySoon }));
    return ours;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get connections(): number {
    return this.#sockets.size + this.#raw.size;
  }

  /** Stops listening, and waits until every connection has ended. */
  drain(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      let idle: NodeJS.Timeout | undefined;
      const endIdle = (): void => {
        this.#server.close();
        this.#endSilent();
        // A connection falls idle when its answer ends; nothing tells us, so we look.
        idle = setInterval(() => this.#server.closeIdleConnections(), 50);
      };
      const silent = this.#silentMs === 0 ? undefined : setTimeout(endIdle, this.#silentMs);
      // Of node:http, it would end those that are idle.
      Server.prototype.close.call(this.#server, () => {
        clearInterval(idle);
        clearTimeout(silent);
        resolve();
      });
      if (this.#silentMs === 0) endIdle();
    });
    return this.#closed;
  }

  /** Node counts those who have sent nothing yet among the busy. */
  #endSilent(): void {
    for (const socket of this.#sockets) if (socket.bytesRead === 0) socket.destroy();
    for (const socket of this.#raw.values()) socket.destroy();
  }

  /** Ends every connection. */
  close(): Promise<void> {
    const closed = this.drain();
    for (const socket of [...this.#sockets, ...this.#raw.values()]) socket.destroy();
    return closed;
  }
}

/** A connection and the same under TLS have one. */
function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

/** `http://host:port`, or https; an IPv6 address in brackets. */
export function urlOf({ host }: ListenAddress, port: number, isTls: boolean): string {
  return `${isTls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** From the listener’s own machine: one that listens on all addresses is reached on loopback. */
export function localUrlOf({ host, port }: ListenAddress, actualPort: number, isTls: boolean): string {
  const loopback = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
  return urlOf({ host: loopback, port }, actualPort, isTls);
}

interface Fault {
  /** What follows `HTTP/1.1` in the status line that answers a request whose head did not come whole. */
  readonly status: string;
  /** The reason for a request whose head came and whose body did not. Undefined: the sender has left. */
  readonly reason?: RefusalReason;
}

const MALFORMED: Fault = { status: '400 Bad Request', reason: 'malformed-request' };
const FAULTS: Readonly<Record<string, Fault>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { status: '408 Request Timeout', reason: 'body-too-slow' },
  HPE_HEADER_OVERFLOW: { ...MALFORMED, status: '431 Request Header Fields Too Large' },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { status: '413 Payload Too Large', reason: 'body-too-large' },
  HPE_INVALID_EOF_STATE: { status: '400 Bad Request' },
};

function onClientError(error: NodeJS.ErrnoException, socket: Socket, receiver: Receiver): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const { status, reason } = FAULTS[error.code ?? ''] ?? MALFORMED;
  receiver.cutOff(socket, reason, () => endWith(socket, status));
}

/** Answers what is no request, and ends the connection: at once where the sender reads and ends it too. */
function endWith(socket: Socket, status: string): void {
  if (!socket.writable) return;
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
  socket.resume();
  hearOut(socket);
}
