/** The connection of a destination to NATS: made at the first send, kept, made again where it ends; and known to be down while it is. */
import type { Authenticator, ConnectionOptions, NatsConnection } from '@nats-io/transport-node';
import type { Secret } from '../config/secret.ts';
import { type NatsAddress, probe } from './nats-probe.ts';

/** Who the gateway is. */
export type NatsCredentials =
  | { readonly kind: 'token'; readonly token: Secret }
  | { readonly kind: 'password'; readonly user: string; readonly password: Secret }
  /** An NKey's seed: `SU…`. */
  | { readonly kind: 'nkey'; readonly seed: Secret }
  /** The content of a file that `nsc` made. */
  | { readonly kind: 'creds'; readonly creds: Secret };

/** PEM texts. */
export interface NatsTls {
  /** Of who signs the servers' certificates. Default: those that Node trusts. */
  readonly authority?: string;
  readonly certificate?: string;
  readonly key?: Secret;
}

export interface NatsConnectionOptions {
  readonly servers: readonly NatsAddress[];
  readonly credentials?: NatsCredentials;
  /** Present: no connection without TLS. */
  readonly tls?: NatsTls;
  readonly connectTimeoutMs: number;
}

/** There is no connection now: the client makes one by itself. */
export class Disconnected extends Error {
  override readonly name = 'Disconnected';
}

type Client = typeof import('@nats-io/transport-node');

/** A connection that was made once; it may be down. */
export interface MadeConnection {
  readonly nats: NatsConnection;
  /** The promise's result; or it rejects with Disconnected when the connection breaks off first. */
  unlessLost<T>(promise: Promise<T>): Promise<T>;
}

interface Open extends MadeConnection {
  isUp: boolean;
  /** Why it does not come up again, where a server said so. */
  refusal: Error | undefined;
}

export class KeptConnection {
  readonly #options: NatsConnectionOptions;
  readonly #closing: AbortController = new AbortController();
  #opening: Promise<Open> | undefined;

  constructor(options: NatsConnectionOptions) {
    this.#options = options;
  }

  get isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Rejects with what stood in the way. */
  async current(): Promise<MadeConnection> {
    this.#opening ??= this.#open();
    const open = await this.#opening;
    if (!open.isUp) throw new Disconnected('the connection is down', { cause: open.refusal });
    return open;
  }

  async close(): Promise<void> {
    this.#closing.abort(new Disconnected('the destination is closed'));
    const open = await this.#opening?.catch(() => undefined);
    if (open !== undefined) await end(open.nats);
  }

  async #open(): Promise<Open> {
    try {
      return await this.#connect();
    } catch (error) {
      // The next send tries again.
      this.#opening = undefined;
      throw error;
    }
  }

  async #connect(): Promise<Open> {
    const { servers, connectTimeoutMs } = this.#options;
    const client = await import('@nats-io/transport-node');
    const late = AbortSignal.timeout(connectTimeoutMs);
    const first = await firstThatGreets(servers, AbortSignal.any([late, this.#closing.signal]));
    const order = [first, ...servers.filter((server) => server !== first)];
    const nats = await client.connect(connectionOptions(this.#options, order, client));
    if (this.isClosed) {
      await end(nats);
      throw this.#closing.signal.reason;
    }
    const open = watch(nats);
    void nats.closed().then(() => {
      this.#opening = undefined;
    });
    return open;
  }
}

/** Rejects with what the last of them failed with. */
async function firstThatGreets(servers: readonly NatsAddress[], signal: AbortSignal): Promise<NatsAddress> {
  let failure: unknown;
  for (const server of servers) {
    try {
      await probe(server, signal);
      return server;
    } catch (error) {
      failure = error;
      if (signal.aborted) break;
    }
  }
  throw failure;
}

function connectionOptions(
  { credentials, tls, connectTimeoutMs }: NatsConnectionOptions,
  servers: readonly NatsAddress[],
  client: Client,
): ConnectionOptions {
  return {
    name: 'countersign',
    servers: servers.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`),
    noRandomize: true,
    timeout: connectTimeoutMs,
    maxReconnectAttempts: -1,
    // A server whose configuration is being mended refuses for a while.
    ignoreAuthErrorAbort: true,
    reconnectTimeWait: 500,
    pingInterval: 10_000,
    noAsyncTraces: true,
    ...(credentials !== undefined && { authenticator: authenticator(credentials, client) }),
    ...(tls !== undefined && {
      tls: {
        ...(tls.authority !== undefined && { ca: tls.authority }),
        ...(tls.certificate !== undefined && { cert: tls.certificate }),
        ...(tls.key !== undefined && { key: tls.key.reveal() }),
      },
    }),
  };
}

function authenticator(credentials: NatsCredentials, client: Client): Authenticator {
  switch (credentials.kind) {
    case 'token':
      return client.tokenAuthenticator(() => credentials.token.reveal());
    case 'password':
      return client.usernamePasswordAuthenticator(credentials.user, () => credentials.password.reveal());
    case 'nkey':
      return client.nkeyAuthenticator(() => Buffer.from(credentials.seed.reveal()));
    case 'creds':
      return client.credsAuthenticator(() => Buffer.from(credentials.creds.reveal()));
  }
}

/** While it is down the client would keep what is published until it is up again: without a bound, and without an end. */
function watch(nats: NatsConnection): Open {
  const waiting = new Set<(reason: Error) => void>();
  const open: Open = {
    nats,
    isUp: true,
    refusal: undefined,
    unlessLost: (promise) =>
      new Promise((resolve, reject) => {
        waiting.add(reject);
        promise.then(resolve, reject).finally(() => waiting.delete(reject));
      }),
  };
  const down = (): void => {
    open.isUp = false;
    for (const reject of waiting) reject(new Disconnected('the connection broke off'));
  };
  void (async () => {
    for await (const status of nats.status()) {
      if (status.type === 'disconnect' || status.type === 'staleConnection') down();
      else if (status.type === 'reconnect') {
        open.isUp = true;
        open.refusal = undefined;
      } else if (status.type === 'error' && !open.isUp) open.refusal = status.error;
    }
    down();
  })();
  return open;
}

/** What the client has under way beside its own close: a connection that waits for a greeting. */
interface Internals {
  readonly protocol?: { readonly transport?: { discard?(): void } };
}

async function end(nats: NatsConnection): Promise<void> {
  await nats.close();
  (nats as unknown as Internals).protocol?.transport?.discard?.();
}
