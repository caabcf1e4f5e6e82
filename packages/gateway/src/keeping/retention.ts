/** What gates and sessions keep no longer goes, beside everything else: a few steps, a commit, the next steps. */
import { createSteadyClock } from '@countersign/core';
import { DAY, MINUTE, SECOND } from '../config/units.ts';
import type { Log } from '../log/log.ts';
import {
  type DropOptions,
  EVENT_ROW_BYTES,
  type EventStore,
  type EventTotal,
} from '../stores/event-store.ts';
import type { StoreUpkeep } from '../stores/store-upkeep.ts';
import type { Keeper } from './keepers.ts';
import { nextPace } from './pace.ts';

export interface Retention {
  /** Drops all that is kept no longer, and gives the room back; a second call waits for the first. */
  sweep(): Promise<void>;
  /** Sweeps where somebody has more than it may: what comes is far more than what grows old in a moment. */
  look(): Promise<void>;
  /** Ends after the steps that are under way. */
  close(): Promise<void>;
}

export interface RetentionOptions {
  readonly keepers: readonly Pick<Keeper, 'name' | 'forMs' | 'maxBytes'>[];
  readonly events: Pick<EventStore, 'drop' | 'totals'>;
  readonly upkeep: Pick<StoreUpkeep, 'shrink'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Pick<Log, 'warn'>;
}

/** The first sweep comes so long after the start, as each after the one before: by then a clock that was wrong at a boot has been set. */
const EVERY_MS = MINUTE;
/** How often it is looked whether there is too much. */
const LOOK_MS = SECOND;
/** What waits to be delivered is kept for twice as long as its gate says, and for so much longer at least. */
const WAITING_MS = 7 * DAY;
/** How often what waits to be delivered is looked at again; in between a sweep goes on where the last one was. */
const FROM_START_EVERY = 60;

export function createRetention(options: RetentionOptions): Retention {
  return new Sweeper(options);
}

class Sweeper implements Retention {
  readonly #options: RetentionOptions;
  readonly #timers: readonly NodeJS.Timeout[];
  readonly #steady = createSteadyClock();
  /** Where the next sweep of a gate begins: before it stands only what waits to be delivered. */
  readonly #places = new Map<string, number>();
  #sweeps = 0;
  #sweeping: Promise<void> | undefined;
  #looking: Promise<void> | undefined;
  #isClosed = false;
  #isFailing = false;

  constructor(options: RetentionOptions) {
    this.#options = options;
    this.#steady(options.now());
    const isSized = options.keepers.some(({ maxBytes }) => maxBytes !== undefined);
    this.#timers = [
      setInterval(() => void this.sweep(), EVERY_MS).unref(),
      ...(isSized ? [setInterval(() => void this.look(), LOOK_MS).unref()] : []),
    ];
  }

  sweep(): Promise<void> {
    this.#sweeping ??= this.#after(this.#looking, async () => {
      if (this.#sweeps++ % FROM_START_EVERY === 0) this.#places.clear();
      for (const keeper of this.#options.keepers) await this.#sweepOf(keeper);
      while (!this.#isClosed && (await this.#options.upkeep.shrink()));
    }).finally(() => {
      this.#sweeping = undefined;
    });
    return this.#sweeping;
  }

  look(): Promise<void> {
    this.#looking ??= this.#after(this.#sweeping, async () => {
      const totals = await this.#options.events.totals();
      for (const { name, maxBytes } of this.#options.keepers) {
        const total = totals.find(({ gate }) => gate === name);
        if (maxBytes !== undefined && total !== undefined && sizeOf(total) > maxBytes)
          await this.#sweepOf({ name, maxBytes });
      }
    }).finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const timer of this.#timers) clearInterval(timer);
    await Promise.all([this.#sweeping, this.#looking]);
  }

  /** One at a time: both go by the same places. */
  async #after(other: Promise<void> | undefined, work: () => Promise<void>): Promise<void> {
    await other;
    try {
      await work();
      this.#isFailing = false;
    } catch (error) {
      // The next sweep goes on; a store that takes nothing says so elsewhere.
      if (!this.#isFailing)
        this.#options.log.warn(
          { error },
          'what gates keep no longer could not be dropped; it is tried again',
        );
      this.#isFailing = true;
    }
  }

  async #sweepOf({ name, ...bounds }: RetentionOptions['keepers'][number]): Promise<void> {
    const drop = dropOf(bounds, this.#steady(this.#options.now()));
    if (drop === undefined) return;
    const { events, log } = this.#options;
    let waiting = 0;
    let steps = 1;
    let number = await this.#numberOf(name);
    for (let after = this.#places.get(name) ?? 0; !this.#isClosed; ) {
      const from = after;
      const results = await Promise.all(
        Array.from({ length: steps }, () => events.drop({ gate: name, after: from, ...drop })),
      );
      const dropped = results.reduce((sum, result) => sum + result.dropped, 0);
      waiting += results.reduce((sum, result) => sum + result.droppedWaiting, 0);
      // The last of them has seen what the others have left.
      if (results.at(-1)?.next === undefined) break;
      after = Math.max(...results.map(({ next = 0 }) => next));
      this.#places.set(name, after);
      const numberNow = await this.#numberOf(name);
      steps = nextPace({ steps, dropped, came: numberNow - number + dropped });
      number = numberNow;
    }
    if (waiting === 0) return;
    log.warn(
      { gate: name, events: waiting },
      'events were dropped that were still to be delivered: they have waited for twice as long as the gate keeps them',
    );
  }

  async #numberOf(name: string): Promise<number> {
    const totals = await this.#options.events.totals();
    return totals.find(({ gate }) => gate === name)?.number ?? 0;
  }
}

/** As `atMost` counts. */
function sizeOf({ number, bodyBytes }: EventTotal): number {
  return bodyBytes + number * EVENT_ROW_BYTES;
}

/** Undefined for what is kept for good. */
function dropOf(
  { forMs, maxBytes }: Omit<RetentionOptions['keepers'][number], 'name'>,
  nowMs: number,
): Omit<DropOptions, 'gate' | 'after'> | undefined {
  if (forMs === undefined && maxBytes === undefined) return undefined;
  return {
    ...(forMs !== undefined && {
      beforeMs: nowMs - forMs,
      waitingBeforeMs: nowMs - forMs - Math.max(forMs, WAITING_MS),
    }),
    ...(maxBytes !== undefined && { maxBytes }),
  };
}
