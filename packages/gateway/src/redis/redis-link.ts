/**
 * The one connection to a Redis server. What is sent in one turn shares a write. Where the server is down, or silent for too long, everything is
 * refused at once, so that nothing waits and nothing piles up; behind that the connection is made anew, ever less often.
 */
import {
  COMMIT_SCRIPT,
  REDIS_SCRIPTS,
  type SendRedisCommand,
  within,
} from '@countersign/core/internal/redis-claims';
import { type RedisAddress, shownRedis } from '../config/redis-address.ts';
import { Histogram } from '../metrics/histogram.ts';
import { TAKE_RATES } from './rate-script.ts';
import { type ConnectRedis, connectRedis, type RedisClient } from './redis-client.ts';
import { needsNewConnection, type RedisFault, redisFault, replyCode } from './redis-fault.ts';

export interface RedisLinkOptions {
  readonly address: RedisAddress;
  /** How long it may be silent while something is asked. */
  readonly timeoutMs: number;
  /** A key that may be written to see whether writing is possible. */
  readonly trialKey: string;
  /** It is down from now on. */
  readonly onDown: (fault: RedisFault) => void;
  /** It is up again. @param info what `INFO` says; empty where the user may not ask */
  readonly onUp: (downMs: number, info: string) => void;
  /** Default: node-redis */
  readonly connect?: ConnectRedis;
}

const NOT_CONNECTED: RedisFault = { problem: 'is not connected yet' };
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;
/** For how many times its timeout a silent server is waited for on the same connection: then what it begins late is given back. */
const SILENT_TIMEOUTS = 5;

export class RedisLink {
  readonly #options: RedisLinkOptions;
  readonly #connect: ConnectRedis;
  /** How long commands took. */
  readonly waits: Histogram = new Histogram();
  #client: RedisClient | undefined;
  #fault: RedisFault | undefined = NOT_CONNECTED;
  #downSinceMs: number = performance.now();
  #isClosed = false;
  #retryMs = FIRST_RETRY_MS;
  #retry: NodeJS.Timeout | undefined;
  #waiting = 0;
  /** Since when nothing came, while something is asked. */
  #quietSinceMs = 0;
  #watch: NodeJS.Timeout | undefined;

  constructor(options: RedisLinkOptions) {
    this.#options = options;
    this.#connect = options.connect ?? connectRedis;
  }

  /** Why it is down; undefined where it is up. */
  get fault(): RedisFault | undefined {
    return this.#fault;
  }

  /** Its address, without user name and password. */
  get shown(): string {
    return shownRedis(this.#options.address);
  }

  /** Connects for the first time. @returns what `INFO` says. @throws what the first try came to; it is not tried again by itself */
  async open(): Promise<string> {
    const info = await this.#dial();
    this.#fault = undefined;
    return info;
  }

  /** Tries from now on, until it is up. */
  retry(fault: RedisFault): void {
    this.#fault = fault;
    this.#retryLater();
  }

  /** @throws Error (as a rejection) at once where it is down; else what the server says */
  readonly send: SendRedisCommand = (args) => {
    const client = this.#client;
    if (this.#fault !== undefined || client === undefined)
      return Promise.reject(new Error(this.#sentence(this.#fault ?? NOT_CONNECTED)));
    return this.#ask(client, args);
  };

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    clearTimeout(this.#watch);
    this.#fault ??= { problem: 'is not asked any more: the gateway stops' };
    this.#client?.destroy();
    this.#client = undefined;
  }

  async #ask(client: RedisClient, args: string[]): Promise<unknown> {
    const sentMs = performance.now();
    if (this.#waiting++ === 0) this.#quietSinceMs = sentMs;
    this.#watch ??= this.#watchFor(this.#options.timeoutMs);
    try {
      const answer = await client.sendCommand(args);
      this.waits.observe(performance.now() - sentMs);
      this.#answered(client);
      return answer;
    } catch (error) {
      if (this.#client === client && needsNewConnection(error)) this.#lose(client, error);
      throw isForTheScript(error) ? error : new Error(this.#sentence(redisFault(error)));
    } finally {
      this.#waiting--;
      this.#quietSinceMs = performance.now();
    }
  }

  /** One timer for all that is asked. */
  #watchFor(ms: number): NodeJS.Timeout {
    const timer = setTimeout(() => {
      // What came while this process stood still is read first.
      setImmediate(() => this.#lookForSilence());
    }, ms);
    return timer.unref();
  }

  #lookForSilence(): void {
    this.#watch = undefined;
    const client = this.#client;
    if (this.#isClosed || client === undefined || this.#waiting === 0) return;
    const { timeoutMs } = this.#options;
    const quietMs = performance.now() - this.#quietSinceMs;
    if (quietMs >= timeoutMs * SILENT_TIMEOUTS) {
      this.#lose(client, Object.assign(new Error('no answer came'), { code: 'ETIMEDOUT' }));
      return;
    }
    if (quietMs >= timeoutMs) this.#down({ problem: `has not answered for ${timeoutMs} ms` });
    const nextMs = quietMs >= timeoutMs ? timeoutMs : timeoutMs - quietMs;
    this.#watch = this.#watchFor(Math.max(1, nextMs));
  }

  /** It was silent, and is so no more. */
  #answered(client: RedisClient): void {
    if (this.#fault !== undefined && this.#client === client && !this.#isClosed) this.#up('');
  }

  #up(info: string): void {
    this.#fault = undefined;
    this.#retryMs = FIRST_RETRY_MS;
    this.#options.onUp(performance.now() - this.#downSinceMs, info);
  }

  #down(fault: RedisFault): void {
    if (this.#fault !== undefined) return;
    this.#fault = fault;
    this.#downSinceMs = performance.now();
    this.#options.onDown(fault);
  }

  /** The connection is of no more use. */
  #lose(client: RedisClient, error: unknown): void {
    if (this.#client !== client || this.#isClosed) return;
    this.#client = undefined;
    const fault = redisFault(error);
    this.#down(fault);
    client.destroy();
    this.#retryLater();
  }

  #retryLater(): void {
    if (this.#isClosed) return;
    // Of many gateways not all at once.
    const waitMs = this.#retryMs * (0.5 + Math.random() / 2);
    this.#retryMs = Math.min(LAST_RETRY_MS, this.#retryMs * 2);
    this.#retry = setTimeout(() => void this.#redial(), waitMs).unref();
  }

  async #redial(): Promise<void> {
    try {
      const info = await this.#dial();
      if (!this.#isClosed) this.#up(info);
    } catch (error) {
      // A new reason is worth knowing; each of the same is not.
      const fault = redisFault(error);
      if (fault.problem !== this.#fault?.problem && !this.#isClosed) this.#options.onDown(fault);
      this.#fault = fault;
      this.#retryLater();
    }
  }

  /** Connects, loads the scripts, and writes once: a replica, or a user with too few rights, is no server of claims. */
  async #dial(): Promise<string> {
    const { address, timeoutMs, trialKey } = this.#options;
    const client = await this.#connect(address, timeoutMs);
    try {
      const info = await within(timeoutMs, async () => {
        const digests = await Promise.all(
          [...REDIS_SCRIPTS, TAKE_RATES].map((script) => client.sendCommand(['SCRIPT', 'LOAD', script])),
        );
        const digest = String(digests[REDIS_SCRIPTS.indexOf(COMMIT_SCRIPT)]);
        await client.sendCommand(['EVALSHA', digest, '1', trialKey, '0', '1', '0']);
        // It tells nothing but warnings: a user may be without the right to ask.
        return String(await client.sendCommand(['INFO']).catch(() => ''));
      });
      if (this.#isClosed) throw new Error('the gateway stops');
      this.#client = client;
      client.onLost((error) => this.#lose(client, error));
      return info;
    } catch (error) {
      client.destroy();
      throw client.firstError ?? error;
    }
  }

  #sentence(fault: RedisFault): string {
    return `Redis at ${this.shown} ${fault.problem}`;
  }
}

/** What whoever runs scripts goes by: it is sent whole then, or there is no room. */
function isForTheScript(error: unknown): boolean {
  const code = error instanceof Error ? replyCode(error.message) : undefined;
  return code === 'NOSCRIPT' || code === 'OOM';
}
