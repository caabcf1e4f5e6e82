/** What is done for all destinations from time to time: it is noted how long they fail, and what a clock that was set has done is mended. */
import { MINUTE, SECOND } from '../config/units.ts';
import type { Log } from '../log/log.ts';
import type { DeliveryStore } from '../stores/delivery-store.ts';
import { createClockWatch } from './clock-watch.ts';
import type { OpenDelivery } from './open-delivery.ts';

export interface DeliveryUpkeepParts {
  readonly destinations: readonly Pick<OpenDelivery, 'health' | 'config' | 'pump'>[];
  readonly store: Pick<DeliveryStore, 'rebase'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A clock that only goes on, in milliseconds. */
  readonly monotonicMs: () => number;
  readonly log: Log;
}

const EVERY_MS = 5 * SECOND;
/** How long a destination has failed is noted no more often: a kill forgets so much of it at most, or a hundredth of what it may fail. */
const NOTED_AFTER_MS = MINUTE;

/** @returns what ends it */
export function startDeliveryUpkeep(parts: DeliveryUpkeepParts): () => void {
  const { destinations, store, now, log } = parts;
  const clockChange = createClockWatch(parts);
  let isEnding = false;
  const wakeAll = (): void => {
    for (const { pump } of destinations) pump.wake();
  };
  // What was put off by a clock that was ahead would wait for the old time to come again. It is not waited for: there may be millions.
  const rebase = (): void => {
    store.rebase(now()).then(wakeAll, (error: unknown) => {
      if (!isEnding) log.error({ error }, 'deliveries that a clock has put off could not be brought forward');
    });
  };
  const look = (): void => {
    for (const { health, config } of destinations) {
      health.look(now());
      health.note(Math.max(NOTED_AFTER_MS, config.disableAfterMs / 100));
    }
    const change = clockChange();
    if (change === 'forward') wakeAll();
    if (change === 'back') rebase();
  };
  const timer = setInterval(look, EVERY_MS);
  timer.unref();
  rebase();
  return () => {
    isEnding = true;
    clearInterval(timer);
  };
}
