/** What a gateway does now and then for a PostgreSQL store; where several are at it, one does it. */
import type { Database } from './database.ts';
import type { Days } from './days.ts';
import { LOOK_MS } from './health.ts';
import { compactTotals } from './totals.ts';

export interface TimersParts {
  readonly database: Database;
  readonly days: Days;
  readonly claims: { purge(): Promise<number> };
  /** Asks the server how it is. */
  readonly look: () => void;
  readonly now: () => number;
  /** Told where one fails while the server answers others. */
  readonly onProblem: (message: string, error: unknown) => void;
}

export interface UpkeepTimers {
  /** Waits for what is being done. */
  close(): Promise<void>;
}

const HOUR_MS = 3_600_000;
/** To read a total takes as many rows as there were commits since. */
const TOTALS_MS = 5_000;
const CLAIMS_MS = 10_000;
/** So many steps of a thousand ended claims in turn: faster than any gateway takes new ones. */
const PURGES = 50;

export function startTimers({ database, days, claims, look, now, onProblem }: TimersParts): UpkeepTimers {
  const timers = [
    // Also where nobody asks for /health: a newer gateway may migrate at any time.
    every(LOOK_MS, 'the server could not be asked how it is', async () => look()),
    every(HOUR_MS, 'the partitions of the next days could not be made', () => days.ensureAhead(now())),
    every(TOTALS_MS, 'the totals could not be added up', () => compactTotals(database)),
    every(CLAIMS_MS, 'claims that have ended could not be deleted', async () => {
      for (let steps = 0; steps < PURGES && !database.closed; steps++)
        if ((await claims.purge()) === 0) return;
    }),
  ];
  return {
    async close() {
      await Promise.all(timers.map((timer) => timer.close()));
    },
  };

  function every(periodMs: number, problem: string, work: () => Promise<void>): UpkeepTimers {
    let running: Promise<void> | undefined;
    let isFailing = false;
    const run = async (): Promise<void> => {
      try {
        await work();
        isFailing = false;
      } catch (error) {
        if (!isFailing && !database.closed) onProblem(problem, error);
        isFailing = true;
      }
      running = undefined;
    };
    const timer = setInterval(() => {
      running ??= run();
    }, periodMs);
    timer.unref();
    return {
      async close() {
        clearInterval(timer);
        await running;
      },
    };
  }
}
