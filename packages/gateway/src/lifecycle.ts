/** The life of what a start opens: one list, in the order in which it was opened, that a stop and a failed start end. */
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { MaybePromise } from '@countersign/core';
import { timerDelay } from './timer-delay.ts';

/** What a start opens and a stop ends: a store, a gate's outcome, a session, a listener. */
export interface Part {
  /**
   * Takes nothing new from the call on, and resolves when what is under way has ended.
   * @param untilMs on the clock of `performance.now()`; later nobody waits for it
   */
  drain(untilMs: number): MaybePromise<void>;
  /** Lets go of what it holds, what is still under way with it; resolves when that is done. Called once, drained or not. */
  close(): MaybePromise<void>;
}

/** What a part is by its life where it holds nothing and waits for nothing. */
export const RESTING: Part = { drain() {}, close() {} };

/** A part with nothing to wait for before it is closed. */
export function closedBy(close: () => MaybePromise<void>): Part {
  return { drain() {}, close };
}

/** How long closing one part takes at most, when all that was in flight has ended. */
export const CLOSE_MS = 1_000;

interface NamedPart {
  readonly name: string;
  readonly part: Part;
  /** Resolves when it is drained, once it has been told. */
  drained?: Promise<void>;
}

/** Each part is opened after those that it uses: so it ends before them. */
export class Lifecycle {
  readonly #opened: NamedPart[] = [];
  readonly #onLate: (name: string) => void;
  readonly #failures: unknown[] = [];
  readonly #hurry: AbortController;
  #untilMs = 0;
  #isEnding = false;

  /** @param onLate told of a part that did not close in time: it is left as it is */
  constructor(onLate: (name: string) => void, hurry: AbortController = new AbortController()) {
    this.#onLate = onLate;
    this.#hurry = hurry;
  }

  /** What several parts are opened in that end as one: a part itself, still to be added. It is hurried with this one. */
  within(): Lifecycle {
    return new Lifecycle(this.#onLate, this.#hurry);
  }

  /** Whether a stop has begun. */
  get isEnding(): boolean {
    return this.#isEnding;
  }

  /**
   * Takes over a part that is open.
   * @param name tells it from the others
   * @param user the name of a part that is open already and will use it, so that this one ends after it. Default: none
   */
  add(name: string, part: Part, user?: string): void {
    const at = user === undefined ? -1 : this.#opened.findIndex((opened) => opened.name === user);
    this.#opened.splice(at < 0 ? this.#opened.length : at, 0, { name, part });
  }

  /** Tells all parts at once, the last opened first, that nothing new is taken, and waits for them together, no longer than that. */
  async drain(untilMs: number): Promise<void> {
    this.#isEnding = true;
    this.#untilMs = untilMs;
    const drained = this.#opened
      .toReversed()
      .map((opened) => (opened.drained ??= noting(() => opened.part.drain(untilMs), this.#failures)));
    const ended = this.#unlessHurried(Promise.all(drained));
    await isDoneWithin(untilMs - performance.now(), ended);
  }

  /**
   * Puts a part that is open into the place of the one of that name, which is drained and closed while all others live. Where
   * a stop has begun, the new one is closed instead.
   * @param untilMs on the clock of `performance.now()`; later nobody waits for the old one’s drain
   * @param unused resolves when nothing uses the old one any more: only then is it drained. Default: at once
   * @throws what the old one was rejected with, once it is closed; Error where no part has that name
   */
  async replace(name: string, part: Part, untilMs: number, unused?: Promise<unknown>): Promise<void> {
    const at = this.#newestOf(name);
    const old = this.#opened[at];
    if (this.#isEnding) return part.close();
    if (old === undefined) throw new Error(`no part is called ${name}`);
    // Both stand in the list until the old one has ended: a stop that comes meanwhile ends them.
    this.#opened.splice(at + 1, 0, { name, part });
    await this.#end(old, untilMs, unused);
  }

  /** Whether a part of that name is open. */
  has(name: string): boolean {
    return this.#newestOf(name) >= 0;
  }

  /**
   * Drains and closes a part that has no successor while all others live; a stop ends it, where one has begun.
   * @param untilMs @param unused @throws as `replace` does
   */
  async remove(name: string, untilMs: number, unused?: Promise<unknown>): Promise<void> {
    const old = this.#opened[this.#newestOf(name)];
    if (this.#isEnding) return;
    if (old === undefined) throw new Error(`no part is called ${name}`);
    await this.#end(old, untilMs, unused);
  }

  /** One that is being replaced still, or removed, may have the same name. */
  #newestOf(name: string): number {
    return this.#opened.findLastIndex((opened) => opened.name === name);
  }

  async #end(old: NamedPart, untilMs: number, unused: Promise<unknown> | undefined): Promise<void> {
    if (unused !== undefined) await isDoneWithin(untilMs - performance.now(), this.#unlessHurried(unused));
    const failures: unknown[] = [];
    old.drained ??= noting(() => old.part.drain(untilMs), failures);
    await isDoneWithin(untilMs - performance.now(), this.#unlessHurried(old.drained));
    const place = this.#opened.indexOf(old);
    if (place < 0) return;
    this.#opened.splice(place, 1);
    const closed = noting(() => old.part.close(), failures);
    if (!(await isDoneWithin(CLOSE_MS, closed))) this.#onLate(old.name);
    if (failures.length > 0) throw failures[0];
  }

  /** Resolves when that does, or once there is no time for it. Leaves nothing with the signal, which is there as long as the gateway. */
  async #unlessHurried(work: Promise<unknown>): Promise<void> {
    const { signal } = this.#hurry;
    if (signal.aborted) return;
    const listening = new AbortController();
    try {
      await Promise.race([work, once(signal, 'abort', { signal: listening.signal })]);
    } finally {
      listening.abort();
    }
  }

  /** A drain that is under way, or comes, is waited for no longer, and a part that closes a second at most. */
  hurry(): void {
    this.#hurry.abort();
  }

  /**
   * Closes the parts, the last opened first, one after the other: each within what is left of the drain's time, and a second at least.
   * @throws what the first of them was rejected with, once all are closed
   */
  async close(): Promise<void> {
    this.#isEnding = true;
    for (let last = this.#opened.pop(); last !== undefined; last = this.#opened.pop()) {
      const { name, part } = last;
      const closed = noting(() => part.close(), this.#failures);
      const ended = this.#unlessHurried(closed);
      await isDoneWithin(this.#untilMs - CLOSE_MS - performance.now(), ended);
      if (!(await isDoneWithin(CLOSE_MS, closed))) this.#onLate(name);
    }
    if (this.#failures.length > 0) throw this.#failures[0];
  }
}

/** One part’s failure keeps no other from ending. */
async function noting(act: () => MaybePromise<void>, failures: unknown[]): Promise<void> {
  try {
    await act();
  } catch (error) {
    failures.push(error);
  }
}

/** Waits for the promise, and no longer than that. @returns whether it has resolved */
async function isDoneWithin(waitMs: number, promise: Promise<unknown>): Promise<boolean> {
  const waiting = new AbortController();
  const done = promise.then(() => true);
  const over = delay(timerDelay(waitMs), false, { signal: waiting.signal }).catch(() => false);
  try {
    return await Promise.race([done, over]);
  } finally {
    waiting.abort();
  }
}
