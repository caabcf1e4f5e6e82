/**
 * The way to the server for leases, on connections of its own: no search and no batch of events is waited for. Where the server is down everything is
 * refused at once, so that nothing piles up; behind that it is tried again, ever less often.
 */
import { Histogram } from '../../metrics/histogram.ts';
import type { LeaseListener } from '../lease-store.ts';
import { StoreError } from '../store.ts';
import type { Database, Row, Value } from './database.ts';
import { codeOf, isAway, STANDBY } from './errors.ts';
import { COMMIT_CLAIMS, commitParameters } from './lease-statements.ts';
import { withRetry } from './retry.ts';

export interface LeaseLink {
  /** How long statements took. */
  readonly waits: Histogram;
  readonly fault: StoreError | undefined;
  /** Told of each change of `fault`. */
  readonly listeners: Set<LeaseListener>;
  /** Runs a statement that is a transaction of its own. @throws StoreError */
  query(text: string, values: readonly Value[]): Promise<readonly Row[]>;
  /** Lets running statements end. */
  close(): Promise<void>;
}

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;

/** Beside a server that is away, what is wrong with all statements: no room or no connection, a standby, one that was ended for its length, a lock. */
const DOWN = /^(?:53|25006$|57014$|55P03$)/;
const READ_ONLY = '25006';

/** A row that is written to see whether writing is possible; it has ended, and is deleted with what has. */
const TRIAL = { gate: '', identity: new Uint8Array(16), untilMs: 1, nowMs: 1, answer: undefined };

/** @param database is closed with it */
export function createLeaseLink(database: Database): LeaseLink {
  const waits = new Histogram();
  const listeners = new Set<LeaseListener>();
  let fault: StoreError | undefined;
  let downSinceMs = 0;
  let retryMs = FIRST_RETRY_MS;
  let retry: NodeJS.Timeout | undefined;

  const down = (error: StoreError): void => {
    if (fault !== undefined || database.closed) return;
    fault = error;
    downSinceMs = performance.now();
    for (const { onDown } of listeners) onDown(error.message);
    tryLater();
  };
  const tryLater = (): void => {
    if (database.closed) return;
    // Of many gateways not all at once.
    const waitMs = retryMs * (0.5 + Math.random() / 2);
    retryMs = Math.min(LAST_RETRY_MS, retryMs * 2);
    retry = setTimeout(() => void tryAgain(), waitMs).unref();
  };
  const tryAgain = async (): Promise<void> => {
    try {
      await withRetry(() => database.query(COMMIT_CLAIMS, commitParameters([TRIAL])));
    } catch {
      tryLater();
      return;
    }
    fault = undefined;
    retryMs = FIRST_RETRY_MS;
    for (const { onUp } of listeners) onUp(performance.now() - downSinceMs);
  };
  return {
    waits,
    listeners,
    get fault() {
      return fault;
    },
    async query(text, values) {
      if (fault !== undefined) throw fault;
      const beganMs = performance.now();
      try {
        const rows = await withRetry(() => database.query(text, values));
        waits.observe(performance.now() - beganMs);
        return rows;
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        const code = codeOf(error.cause);
        if (isAway(error.cause) || DOWN.test(code)) down(code === READ_ONLY ? STANDBY : error);
        throw error;
      }
    },
    async close() {
      clearTimeout(retry);
      await database.close();
    },
  };
}
