/** What happens at a worker, for those who follow it at another: in batches, of which one is on its way at a time. */
import type { LiveView } from '@countersign/api';
import type { LiveSource } from '@countersign/gateway';
import type { LiveBatch } from './messages.ts';

/** What comes together is sent together. */
const GATHER_MS = 20;
/** Of a batch: some 150 KB, as JSON made and read within two milliseconds. */
const MOST_SENT = 256;
/** What waits for those who are slow; the oldest is left out. */
const MOST_WAITING = 1024;

export class LiveRelay {
  readonly #send: (batch: LiveBatch) => void;
  #source: LiveSource | undefined;
  #isFollowed = false;
  #stopSource: (() => void) | undefined;
  #waiting: LiveView[] = [];
  #lost = 0;
  #isOnItsWay = false;
  #gathering: NodeJS.Timeout | undefined;

  /** @param send after which `taken` is called, once it was taken */
  constructor(send: (batch: LiveBatch) => void) {
    this.#send = send;
  }

  /** What happens is known from here. */
  share(source: LiveSource): void {
    this.#source = source;
    this.#update();
  }

  /** Whether somebody follows it. Costs nothing while nobody does. */
  follow(isFollowed: boolean): void {
    this.#isFollowed = isFollowed;
    this.#update();
  }

  /** What was sent was taken. */
  taken(): void {
    this.#isOnItsWay = false;
    if (this.#waiting.length > 0) this.#sendSome();
  }

  /** Sends all that waits: the worker ends. */
  end(): void {
    while (this.#waiting.length > 0) this.#sendSome();
  }

  #update(): void {
    if (this.#isFollowed) {
      this.#stopSource ??= this.#source?.(
        (view) => this.#gather(view),
        () => {},
      );
      return;
    }
    this.#stopSource?.();
    this.#stopSource = undefined;
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    this.#waiting = [];
    this.#lost = 0;
    this.#isOnItsWay = false;
  }

  #gather(view: LiveView): void {
    this.#waiting.push(view);
    if (this.#waiting.length > MOST_WAITING) {
      // A batch less at once: one by one, each would move all the others.
      this.#waiting = this.#waiting.slice(MOST_SENT);
      this.#lost += MOST_SENT;
    }
    if (this.#isOnItsWay) return;
    this.#gathering ??= setTimeout(() => this.#sendSome(), GATHER_MS).unref();
  }

  #sendSome(): void {
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    const views = this.#waiting.splice(0, MOST_SENT);
    const lost = this.#lost;
    this.#lost = 0;
    this.#isOnItsWay = true;
    this.#send({ views, lost });
  }
}
