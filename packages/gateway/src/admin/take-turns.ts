/** Work of the admin API that takes a processor's time: so much of it at once, and no more waits than may. */
import { createTurns, type TurnLimits } from '../turns.ts';
import { Problem } from './problem.ts';

export type Bench = <T>(work: () => Promise<T>) => Promise<T | Problem>;

/** Makes what does work in turn; where too much of it waits, that it does. */
export function createBench(limits: TurnLimits): Bench {
  const turns = createTurns(limits);
  return async (work) => {
    if (!turns.take()) {
      const isTurn = await new Promise<boolean>((resolve) => {
        if (!turns.wait(resolve)) resolve(false);
      });
      if (!isTurn) return BUSY;
    }
    try {
      return await work();
    } finally {
      turns.give();
    }
  };
}

const BUSY = new Problem('too-busy', 'as many of these run and wait as may: try again in a moment', [
  'retry-after',
  '2',
]);
