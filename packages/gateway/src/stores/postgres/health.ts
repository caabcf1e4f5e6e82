/** Whether a PostgreSQL store takes what it is given, as far as is known without a write that somebody asked for. */
import { StoreError } from '../store.ts';
import type { Database } from './database.ts';
import type { WriteMeter } from './write-meter.ts';

export interface PostgresHealth {
  /**
   * Why nothing is taken; undefined where it is, as far as is known. Whoever asks has the server asked behind it, at most once a second:
   * a gateway that is sent nothing any more, because it says that it is unwell, learns so that the server is back.
   */
  fault(): string | undefined;
}

const LOOK_MS = 1_000;

const STANDBY = new StoreError('failed', 'PostgreSQL takes no writes: it is a standby, or set to read only.');

export function createPostgresHealth(
  database: Pick<Database, 'query' | 'closed'>,
  meter: Pick<WriteMeter, 'fault' | 'recovered'>,
): PostgresHealth {
  let lookedMs = Number.NEGATIVE_INFINITY;
  let isLooking = false;
  let fault: StoreError | undefined;
  const look = async (): Promise<void> => {
    try {
      const [row] = await database.query(
        "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on' AS is_standby",
      );
      fault = row?.['is_standby'] === true ? STANDBY : undefined;
      if (fault === undefined) meter.recovered();
    } catch (error) {
      if (error instanceof StoreError) fault = error;
    }
    isLooking = false;
  };
  return {
    fault() {
      const nowMs = performance.now();
      if (!isLooking && !database.closed && nowMs - lookedMs >= LOOK_MS) {
        lookedMs = nowMs;
        isLooking = true;
        void look();
      }
      return (meter.fault ?? fault)?.message;
    },
  };
}
