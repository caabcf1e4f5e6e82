/**
 * Deliveries that run code of the operator's at present (a transformation, an action): where an error that nobody caught ends the process,
 * it is noted as their attempt, so that the next start does not send what ends it at once, again and again.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { DueDelivery, Settlement } from '../stores/delivery-store.ts';
import type { AttemptReport } from './attempts.ts';
import type { Settlements } from './settlements.ts';

/** A delivery that an uncaught error has cut off. */
export interface CutOffDelivery {
  readonly destination: string;
  readonly eventId: string;
}

/** What runs, and what is to be written of it where the process ends meanwhile. */
export interface RunningDelivery {
  readonly destination: string;
  readonly due: DueDelivery;
  readonly cutOff: () => Settlement;
}

export interface OperatorsCode {
  run(running: RunningDelivery, attempt: () => Promise<AttemptReport>): Promise<AttemptReport>;
  /**
   * Writes the attempt of the delivery that an uncaught error came from, or of all that run where it came from none of them; and what is
   * gathered. To be called while that error is handled (`uncaughtException`), in the same turn.
   */
  noteUncaught(): Promise<readonly CutOffDelivery[]>;
}

export function createOperatorsCode(settlements: Settlements): OperatorsCode {
  const current = new AsyncLocalStorage<RunningDelivery>();
  const running = new Set<RunningDelivery>();
  return {
    run: async (delivery, attempt) => {
      running.add(delivery);
      try {
        return await current.run(delivery, attempt);
      } finally {
        running.delete(delivery);
      }
    },
    noteUncaught: async () => {
      const own = current.getStore();
      const ended = own !== undefined && running.has(own) ? [own] : [...running];
      const writes = ended.map(({ cutOff }) => settlements.add(cutOff(), true));
      settlements.flush();
      // A store that takes nothing must not keep the process from ending.
      await Promise.allSettled(writes);
      return ended.map(({ destination, due }) => ({ destination, eventId: due.event.id }));
    },
  };
}
