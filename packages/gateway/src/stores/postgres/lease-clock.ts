/** The server’s clock, by which leases end: all gateways see the same, and none is asked for each. */
import type { Database } from './database.ts';

export interface LeaseClock {
  /** Milliseconds since the epoch, as the server has them. Rarely asks it. */
  nowMs(): Promise<number>;
}

/** In that time the two clocks come apart by less than a tenth of a second; a server that took another’s place is noticed. */
const SYNC_MS = 300_000;

/** @param monotonicMs a clock that only goes on: what an operator sets here changes no lease */
export function createLeaseClock(database: Database, monotonicMs: () => number): LeaseClock {
  let aheadMs = 0;
  let syncedMs = Number.NEGATIVE_INFINITY;
  return {
    async nowMs() {
      if (monotonicMs() - syncedMs >= SYNC_MS) {
        const [row] = await database.query(
          'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now_ms',
        );
        syncedMs = monotonicMs();
        aheadMs = Number(row?.['now_ms']) - syncedMs;
      }
      return Math.floor(monotonicMs() + aheadMs);
    },
  };
}
