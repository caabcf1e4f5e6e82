/** What gates keep no longer goes, beside everything else: a step, a commit, the next step. */
import { createSteadyClock } from '@countersign/core';
import type { GateConfig } from '../config/config.ts';
import { DAY, MINUTE } from '../config/units.ts';
import type { Log } from '../log/log.ts';
import type { DropOptions, EventStore } from '../stores/event-store.ts';
import { StoreError } from '../stores/store.ts';
import type { StoreUpkeep } from '../stores/store-upkeep.ts';

export interface Retention {
  /** Drops all that is kept no longer, and gives the room back; a second call waits for the first. */
  sweep(): Promise<void>;
  /** Ends after the step that is under way. */
  close(): Promise<void>;
}

export interface RetentionOptions {
  readonly gates: readonly Pick<GateConfig, 'name' | 'outcome'>[];
  readonly events: Pick<EventStore, 'drop'>;
  readonly upkeep: Pick<StoreUpkeep, 'shrink'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Pick<Log, 'warn'>;
}

/** The first sweep comes so long after the start, as each after the one before: by then a clock that was wrong at a boot has been set. */
const EVERY_MS = MINUTE;
/** What waits to be delivered is kept for twice as long as its gate says, and for so much longer at least. */
const WAITING_MS = 7 * DAY;
/** How often what waits to be delivered is looked at again; in between a sweep goes on where the last one was. */
const FROM_START_EVERY = 60;

export function createRetention(options: RetentionOptions): Retention {
  return new Sweeper(options);
}

class Sweeper implements Retention {
  readonly #options: RetentionOptions;
  readonly #timer: NodeJS.Timeout;
  readonly #steady = createSteadyClock();
  /** Where the next sweep of a gate begins: before it stands only what waits to be delivered. */
  readonly #places = new Map<string, number>();
  #sweeps = 0;
  #sweeping: Promise<void> | undefined;
  #isClosed = false;
  #isFailing = false;

  constructor(options: RetentionOptions) {
    this.#options = options;
    this.#steady(options.now());
    this.#timer = setInterval(() => void this.sweep(), EVERY_MS).unref();
  }

  sweep(): Promise<void> {
    this.#sweeping ??= this.#sweepAll().finally(() => {
      this.#sweeping = undefined;
    });
    return this.#sweeping;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    await this.#sweeping;
  }

  async #sweepAll(): Promise<void> {
    const { gates, upkeep, log } = this.#options;
    if (this.#sweeps++ % FROM_START_EVERY === 0) this.#places.clear();
    try {
      for (const gate of gates) await this.#sweepGate(gate);
      while (!this.#isClosed && (await upkeep.shrink()));
      this.#isFailing = false;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      // The next sweep goes on; a store that takes nothing says so elsewhere.
      if (!this.#isFailing)
        log.warn({ error }, 'what gates keep no longer could not be dropped; it is tried again');
      this.#isFailing = true;
    }
  }

  async #sweepGate({ name, outcome }: RetentionOptions['gates'][number]): Promise<void> {
    const bounds = outcome.kind === 'keep' ? boundsOf(outcome, this.#steady(this.#options.now())) : undefined;
    if (bounds === undefined) return;
    let waiting = 0;
    for (let after = this.#places.get(name) ?? 0; !this.#isClosed; ) {
      const step = await this.#options.events.drop({ gate: name, after, ...bounds });
      waiting += step.droppedWaiting;
      if (step.next === undefined) break;
      after = step.next;
      this.#places.set(name, after);
    }
    if (waiting === 0) return;
    this.#options.log.warn(
      { gate: name, events: waiting },
      'events were dropped that were still to be delivered: they have waited for twice as long as the gate keeps them',
    );
  }
}

/** Undefined for what is kept for good. */
function boundsOf(
  { forMs, maxBytes }: { readonly forMs?: number; readonly maxBytes?: number },
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
