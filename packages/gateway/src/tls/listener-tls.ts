/** TLS of a listener: its certificates, read again when they change, and what is counted of its handshakes. */
import { constants } from 'node:crypto';
import type { RequestListener, ServerOptions } from 'node:http';
import type { Server } from 'node:https';
import type { Socket } from 'node:net';
import { SetupError } from '@countersign/core';
import type { TlsConfig } from '../config/config.ts';
import { DAY, MINUTE, SECOND } from '../config/units.ts';
import type { Log } from '../log/log.ts';
import type { TlsFigures } from '../metrics/tls-families.ts';
import { createRateLimit } from '../rate-limit.ts';
import { readTlsMaterial, type TlsMaterial, type TlsOption } from './tls-material.ts';

const LOOK_MS: number = 30 * SECOND;
/** Before a certificate expires. */
export const SOON_MS: number = 14 * DAY;

export interface ListenerTlsOptions {
  readonly listener: TlsFigures['listener'];
  readonly config: TlsConfig;
  readonly now: () => number;
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>;
  /** How often files are looked at. Default: every 30 s. */
  readonly lookMs?: number;
}

/** TLS of a listener. */
export interface ListenerTls {
  /** Whether clients are asked for certificates. */
  readonly asksClients: boolean;
  createServer(options: ServerOptions, handshakeTimeoutMs: number, onRequest?: RequestListener): Server;
  /** Called when the authorities of clients' certificates have changed: connections from before were let in by the old ones. */
  onNewAuthorities: (() => void) | undefined;
  /** Reads what the next configuration says. The result puts it to use. @throws SetupError; nothing has changed then */
  stage(next: TlsConfig): Promise<() => void>;
  /** Looks at the files now. What is broken is logged, and what was there stays in use. */
  look(): Promise<void>;
  figures(): TlsFigures;
  close(): void;
}

/** Reads the certificates. @throws SetupError for such as cannot be used */
export async function openListenerTls(options: ListenerTlsOptions): Promise<ListenerTls> {
  const { config, listener } = options;
  const material = await readTlsMaterial(config, optionOf(listener));
  return new WatchedTls(options, material);
}

function optionOf(listener: TlsFigures['listener']): TlsOption {
  return listener === 'public' ? 'listen.tls' : 'listen.adminTls';
}

class WatchedTls implements ListenerTls {
  readonly asksClients: boolean;
  onNewAuthorities: (() => void) | undefined;
  readonly #options: ListenerTlsOptions;
  readonly #lines: ReturnType<typeof createRateLimit>;
  #config: TlsConfig;
  #material: TlsMaterial;
  #server: Server | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  /** Of the last look: why nothing could be made of the files; and whether the log says so. */
  #trouble: string | undefined;
  #hasTold = false;
  #toldMs = Number.NEGATIVE_INFINITY;
  #failed = 0;
  #untold = 0;

  constructor(options: ListenerTlsOptions, material: TlsMaterial) {
    this.#options = options;
    this.#config = options.config;
    this.#material = material;
    this.asksClients = options.config.clientCertificates !== 'none';
    this.#lines = createRateLimit({ requests: 1, perMs: MINUTE, now: () => performance.now() });
    this.#tellExpiry();
    this.#lookLater();
  }

  createServer(options: ServerOptions, handshakeTimeoutMs: number, onRequest?: RequestListener): Server {
    const { clientCertificates } = this.#config;
    const server = process.getBuiltinModule('node:https').createServer(
      {
        ...options,
        ...this.#contextOptions(),
        requestCert: this.asksClients,
        rejectUnauthorized: clientCertificates === 'required',
        handshakeTimeout: handshakeTimeoutMs,
        // HTTP/2 has streams, windows and resets of its own, for which the listener has no bounds.
        ALPNProtocols: ['http/1.1'],
      },
      onRequest,
    );
    // Node's own would answer in plain HTTP.
    server.removeAllListeners('tlsClientError');
    server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
      socket.destroy();
      this.#countFailed(error, socket);
    });
    this.#server = server;
    return server;
  }

  #contextOptions() {
    const { SSL_OP_NO_RENEGOTIATION, SSL_OP_NO_TICKET } = constants;
    return {
      ...this.#material.options,
      // Whoever comes again shows the certificate again: what a ticket remembers may have been revoked or have expired.
      secureOptions: SSL_OP_NO_RENEGOTIATION | (this.asksClients ? SSL_OP_NO_TICKET : 0),
    };
  }

  async stage(next: TlsConfig): Promise<() => void> {
    const material = await readTlsMaterial(next, optionOf(this.#options.listener));
    return () => {
      this.#config = next;
      this.#use(material);
    };
  }

  async look(): Promise<void> {
    const before = this.#trouble;
    const config = this.#config;
    try {
      const material = await readTlsMaterial(config, optionOf(this.#options.listener));
      // A reload of the configuration may have come between.
      if (this.#isClosed || config !== this.#config) return;
      this.#trouble = undefined;
      this.#hasTold = false;
      this.#use(material);
      this.#tellExpiry();
    } catch (error) {
      if (this.#isClosed || config !== this.#config) return;
      const { listener, log } = this.#options;
      const problem =
        error instanceof SetupError ? `${error.option}: ${error.problem}` : 'they cannot be read';
      this.#trouble = problem;
      // Of a pair that is being replaced the first file is there before the second: that is no trouble unless it stays.
      if (before !== problem || this.#hasTold) return;
      this.#hasTold = true;
      log.error({ listener, problem }, BROKEN);
    }
  }

  #use(material: TlsMaterial): void {
    const { digest, authoritiesDigest } = this.#material;
    if (material.digest === digest) return;
    this.#material = material;
    this.#server?.setSecureContext(this.#contextOptions());
    const { listener, log } = this.#options;
    log.info({ listener, expires: new Date(material.expiresMs).toISOString() }, REPLACED);
    if (material.authoritiesDigest !== authoritiesDigest) this.onNewAuthorities?.();
  }

  #tellExpiry(): void {
    const { listener, log, now } = this.#options;
    const nowMs = now();
    const { expiresMs } = this.#material;
    if (expiresMs - nowMs > SOON_MS || nowMs - this.#toldMs < DAY) return;
    this.#toldMs = nowMs;
    const record = { listener, expires: new Date(expiresMs).toISOString() };
    if (expiresMs <= nowMs) log.error(record, EXPIRED);
    else log.warn(record, EXPIRES);
  }

  #countFailed(error: NodeJS.ErrnoException, socket: Socket & { authorizationError?: unknown }): void {
    this.#failed++;
    this.#untold++;
    if (this.#lines.take('') > 0) return;
    const { listener, log } = this.#options;
    const reason = String(socket.authorizationError ?? error.code ?? error.message);
    log.info({ listener, failed: this.#untold, reason }, FAILED);
    this.#untold = 0;
  }

  #lookLater(): void {
    if (this.#isClosed) return;
    const { lookMs = LOOK_MS } = this.#options;
    this.#timer = setTimeout(() => void this.look().finally(() => this.#lookLater()), lookMs).unref();
  }

  figures(): TlsFigures {
    const { listener } = this.#options;
    return { listener, expiresMs: this.#material.expiresMs, failedHandshakes: this.#failed };
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }
}

const BROKEN =
  'the listener’s certificates have changed and cannot be used: it goes on with those that it has; mend the files, and they are read again within half a minute';
const REPLACED = 'the listener uses its new certificate; connections that are open go on';
const EXPIRES =
  'the listener’s certificate expires in less than 14 days: renew it; its file is read again by itself';
const EXPIRED =
  'the listener’s certificate has expired, and whoever checks it does not connect: renew it; its file is read again by itself';
const FAILED =
  'TLS handshakes failed: reason is of the last one, failed counts those since the line before; there is one line a minute at most';
