/** Gateways of one database tell each other where something may be due: by NOTIFY, never within a write, and few times a second. */
import type { Client } from 'pg';
import type { PostgresAddress } from '../../config/postgres-address.ts';
import { connectionOf } from './connection.ts';
import type { Database } from './database.ts';
import { storeError } from './errors.ts';

export interface WakeChannel {
  /** Something may be due at these destinations: the other gateways hear of it soon. */
  tell(destinations: readonly string[]): void;
  /** @param listener told of destinations; of all of them: undefined. @returns what ends it */
  listen(listener: WakeListener): () => void;
  close(): Promise<void>;
}

export type WakeListener = (destinations: readonly string[] | undefined) => void;

export interface WakeChannelOptions {
  /** `postgres://…`. May hold a password: it is in no message. */
  readonly address: string | PostgresAddress;
  readonly database: Database;
  /** Told once of a connection that cannot listen, as behind PgBouncer in transaction mode: all look from time to time then. */
  readonly onProblem: (message: string, error: unknown) => void;
}

const CHANNEL = 'countersign_due';
/** Told together: each commit with a NOTIFY waits for the one before, all over the server. */
const GATHER_MS = 50;
/** Where nobody can be heard, or a connection is lost, all may have something due. */
const LOOK_MS = 1_000;
const CONNECT_AGAIN_MS = 5_000;
/** Each says something that often, to hear itself. */
const PING_MS = 10_000;
/** Who does not hear itself hears nobody: a proxy takes LISTEN and gives the connection to another, or a network swallows all. */
const DEAF_MS = 3 * PING_MS;
const PING = '[]';
/** PostgreSQL takes 8,000 bytes. */
const MAX_PAYLOAD_BYTES = 7_500;
const ALL = '*';

export function openWakeChannel(options: WakeChannelOptions): WakeChannel {
  return new Channel(options);
}

class Channel implements WakeChannel {
  readonly #options: WakeChannelOptions;
  readonly #listeners = new Set<WakeListener>();
  readonly #told = new Set<string>();
  #sending: NodeJS.Timeout | undefined;
  #client: Client | undefined;
  #connecting: Promise<void> | undefined;
  #connectedAfterMs = 0;
  #heardMs = Number.NEGATIVE_INFINITY;
  #pingedMs = Number.NEGATIVE_INFINITY;
  #isReported = false;
  #isClosed = false;
  readonly #looking: NodeJS.Timeout;

  constructor(options: WakeChannelOptions) {
    this.#options = options;
    this.#looking = setInterval(() => this.#look(), LOOK_MS);
    this.#looking.unref();
    this.#look();
  }

  tell(destinations: readonly string[]): void {
    if (this.#isClosed || destinations.length === 0) return;
    for (const name of destinations) this.#told.add(name);
    this.#sending ??= setTimeout(() => this.#send(), GATHER_MS);
  }

  listen(listener: WakeListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#looking);
    clearTimeout(this.#sending);
    await this.#connecting;
    await this.#client?.end().catch(() => {});
  }

  #send(): void {
    this.#sending = undefined;
    const names = JSON.stringify([...this.#told]);
    this.#told.clear();
    this.#notify(Buffer.byteLength(names) > MAX_PAYLOAD_BYTES ? ALL : names);
  }

  #notify(payload: string): void {
    this.#options.database.query('SELECT pg_notify($1, $2)', [CHANNEL, payload]).catch(() => {
      // Who is not told looks from time to time.
    });
  }

  #look(): void {
    const nowMs = performance.now();
    const isHearing = this.#client !== undefined && nowMs - this.#heardMs < DEAF_MS;
    if (!isHearing) this.#give(undefined);
    if (this.#client !== undefined) this.#ping(nowMs);
    else if (this.#connecting === undefined && nowMs >= this.#connectedAfterMs)
      this.#connecting = this.#connect(nowMs).finally(() => {
        this.#connecting = undefined;
      });
  }

  #ping(nowMs: number): void {
    if (nowMs - this.#pingedMs < PING_MS) return;
    this.#pingedMs = nowMs;
    this.#notify(PING);
  }

  async #connect(nowMs: number): Promise<void> {
    this.#connectedAfterMs = nowMs + CONNECT_AGAIN_MS;
    const { default: pg } = await import('pg');
    const client = new pg.Client({
      ...connectionOf(this.#options.address),
      connectionTimeoutMillis: CONNECT_AGAIN_MS,
      keepAlive: true,
      application_name: 'countersign wake-ups',
    });
    client.on('error', (error) => this.#lost(client, error));
    client.on('end', () => this.#lost(client, undefined));
    client.on('notification', ({ payload = ALL }) => {
      this.#heardMs = performance.now();
      const names = destinationsIn(payload);
      if (names?.length !== 0) this.#give(names);
    });
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
      this.#client = client;
      this.#pingedMs = Number.NEGATIVE_INFINITY;
      this.#ping(performance.now());
      // What was told before was not heard.
      this.#give(undefined);
    } catch (error) {
      this.#report(error);
      await client.end().catch(() => {});
    }
  }

  #lost(client: Client, error: unknown): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    this.#heardMs = Number.NEGATIVE_INFINITY;
    if (!this.#isClosed) this.#report(error);
    client.end().catch(() => {});
  }

  #report(error: unknown): void {
    if (this.#isReported || this.#isClosed) return;
    this.#isReported = true;
    this.#options.onProblem(
      'other gateways are not heard: what they have is looked for each second',
      error === undefined ? undefined : storeError(error),
    );
  }

  #give(destinations: readonly string[] | undefined): void {
    if (this.#isClosed) return;
    for (const listener of this.#listeners) listener(destinations);
  }
}

/** Undefined: all. */
function destinationsIn(payload: string): readonly string[] | undefined {
  try {
    const names: unknown = JSON.parse(payload);
    return Array.isArray(names) ? names.map(String) : undefined;
  } catch {
    return undefined;
  }
}
