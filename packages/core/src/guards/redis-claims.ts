/** The claims of a gateway's gate in Redis: the guard, and what a gateway asks beside it. */
import { CLOCK_MARGIN_MS } from './claim-server.ts';
import type { SharedGuardOptions } from './guard-options.ts';
import { createScript, type SendRedisCommand } from './redis-client.ts';
import { FIND, RELEASE, STORE_AHEAD } from './redis-scripts.ts';
import { createRedisServer, decodeAnswer, textOf } from './redis-server.ts';
import { keyOf, ServerGuard } from './server-guard.ts';
import { within } from './within.ts';

export { COMMIT as COMMIT_SCRIPT, REDIS_SCRIPTS } from './redis-scripts.ts';
export { type RedisWarning, warningsOf } from './redis-warnings.ts';
export { within } from './within.ts';
export type { SendRedisCommand };

export interface RedisClaimsOptions extends Required<SharedGuardOptions> {
  readonly send: SendRedisCommand;
  /** Of its keys; 32 hexadecimal digits follow. */
  readonly prefix: string;
}

/** A committed claim. */
export interface FoundClaim {
  readonly untilMs: number;
  readonly answer?: Uint8Array;
}

/** The guard of `createRedisReplayGuard`, and three further steps. Times are the caller's, in milliseconds since the epoch. */
export class RedisClaims extends ServerGuard {
  readonly #options: RedisClaimsOptions;
  readonly #storeAhead: Script;
  readonly #find: Script;
  readonly #release: Script;

  constructor(options: RedisClaimsOptions) {
    const { send, prefix } = options;
    super(createRedisServer(send, prefix), options);
    this.#options = options;
    this.#storeAhead = createScript(STORE_AHEAD, send);
    this.#find = createScript(FIND, send);
    this.#release = createScript(RELEASE, send);
  }

  /**
   * Has a begun claim outlive its lease: where nobody renews, commits or aborts it, it counts as committed until `untilMs`.
   * @throws Error (as a rejection) where its lease is no longer held here, and where the server does not answer
   */
  async storeAhead(identity: Uint8Array, untilMs: number, nowMs: number): Promise<void> {
    const owner = this.ownerOf(identity);
    const times = [String(Math.floor(nowMs)), String(Math.ceil(untilMs))];
    const stored =
      owner === undefined
        ? 0
        : await this.#run(this.#storeAhead, identity, [...times, owner, String(CLOCK_MARGIN_MS)]);
    if (Number(stored) !== 1) throw new Error('the claim’s lease is over');
  }

  /** The claim, where it is committed. @throws Error where the server does not answer */
  async find(identity: Uint8Array, nowMs: number): Promise<FoundClaim | undefined> {
    const said = await this.#run(this.#find, identity, [String(Math.floor(nowMs))]);
    if (!Array.isArray(said)) return undefined;
    const [untilMs, text] = said;
    const answer = decodeAnswer(text);
    return { untilMs: Number(textOf(untilMs)), ...(answer && { answer }) };
  }

  /** Frees a committed claim. False where there is none. @throws Error where the server does not answer */
  async release(identity: Uint8Array, nowMs: number): Promise<boolean> {
    return Number(await this.#run(this.#release, identity, [String(Math.floor(nowMs))])) === 1;
  }

  #run(script: Script, identity: Uint8Array, args: readonly string[]): Promise<unknown> {
    const { prefix, timeoutMs } = this.#options;
    const key = prefix + keyOf(identity);
    return within(timeoutMs, () => script(key, args));
  }
}

type Script = (key: string, args: readonly string[]) => Promise<unknown>;
