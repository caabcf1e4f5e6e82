/** Follows what other gateways on the store change: asks for one record each second, and looks at all of it where that is another. */
import type { Log } from '../log/log.ts';
import { changeMark } from '../stores/change-mark.ts';
import type { RecordStore } from '../stores/record-store.ts';

export interface StoreFollower {
  /** How long ago all of it was known to be as the store has it, in milliseconds. */
  readonly behindMs: number;
  /** Looks at once, as after a change that was marked. For tests. */
  look(): Promise<void>;
  /** Ends, once a look that is under way is over. */
  close(): Promise<void>;
}

export interface StoreFollowerOptions {
  readonly records: Pick<RecordStore, 'get'>;
  /** Goes by what the store has. Where it rejects it is called again with the next turn. */
  readonly look: () => Promise<void>;
  /** A clock that only goes on, in milliseconds. */
  readonly monotonicMs: () => number;
  readonly log: Pick<Log, 'info' | 'warn'>;
}

const EVERY_MS = 1_000;
/** One that is killed between a change and its mark is seen by this. */
const LOOK_MS = 30_000;
/** Behind by so much, it is said: several turns have failed, or one does not end. */
export const BEHIND_MS = 10_000;

export function followStore(options: StoreFollowerOptions): StoreFollower {
  return new Follower(options);
}

class Follower implements StoreFollower {
  readonly #options: StoreFollowerOptions;
  readonly #timer: NodeJS.Timeout;
  #turn: Promise<void> | undefined;
  #mark: number | undefined;
  #lookedMs: number;
  #currentMs: number;
  #isTold = false;

  constructor(options: StoreFollowerOptions) {
    this.#options = options;
    // What was opened a moment ago was read from the store.
    this.#currentMs = options.monotonicMs();
    this.#lookedMs = this.#currentMs;
    this.#timer = setInterval(() => this.#tick(), EVERY_MS).unref();
  }

  get behindMs(): number {
    return Math.max(0, this.#options.monotonicMs() - this.#currentMs);
  }

  async look(): Promise<void> {
    await this.#turn;
    this.#tick();
    await this.#turn;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#turn;
  }

  #tick(): void {
    if (this.#turn !== undefined) {
      if (this.behindMs >= BEHIND_MS) this.#tell({});
      return;
    }
    const beganMs = this.#options.monotonicMs();
    this.#turn = this.#follow(beganMs)
      .then(
        () => this.#isCurrent(beganMs),
        (error: unknown) => this.#tell({ error }),
      )
      .finally(() => {
        this.#turn = undefined;
      });
  }

  async #follow(nowMs: number): Promise<void> {
    const { records, look } = this.#options;
    const mark = await changeMark(records);
    if (mark === this.#mark && nowMs - this.#lookedMs < LOOK_MS) return;
    await look();
    this.#mark = mark;
    this.#lookedMs = nowMs;
  }

  #isCurrent(beganMs: number): void {
    this.#currentMs = beganMs;
    if (!this.#isTold) return;
    this.#isTold = false;
    this.#options.log.info({}, 'what other gateways change is read from the store again');
  }

  /** Once, whatever comes after it. */
  #tell(reason: { readonly error?: unknown }): void {
    if (this.#isTold) return;
    this.#isTold = true;
    this.#options.log.warn(reason, NOT_READ);
  }
}

const NOT_READ =
  'what other gateways change of keys and destinations is not read from the store at present: this gateway goes on with what it knows, and looks again each second';
