/** Whether a PostgreSQL store takes what it is given, as far as is known without a write that somebody asked for. */
import { StoreError } from '../store.ts';
import type { Database } from './database.ts';
import { STANDBY } from './errors.ts';
import { VERSION } from './schema.ts';
import type { WriteMeter } from './write-meter.ts';

export interface PostgresHealth {
  /**
   * Why nothing is taken; undefined where it is, as far as is known. Whoever asks has the server asked behind it, at most once a second:
   * a gateway that is sent nothing any more, because it says that it is unwell, learns so that the server is back.
   */
  fault(): string | undefined;
}

export interface HealthOptions {
  readonly database: Pick<Database, 'query' | 'closed'>;
  readonly meter: Pick<WriteMeter, 'fault' | 'recovered'>;
  /** Told once that a newer gateway has brought the schema to where this one cannot work with it: it must write nothing more. */
  readonly onOutdated: (fault: StoreError) => void;
}

/** Between two looks at a server, at least. */
export const LOOK_MS = 1_000;

const LOOK = `SELECT pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on' AS is_standby, version, serves_from
  FROM countersign.schema`;

export function createPostgresHealth({ database, meter, onOutdated }: HealthOptions): PostgresHealth {
  let lookedMs = Number.NEGATIVE_INFINITY;
  let isLooking = false;
  let fault: StoreError | undefined;
  let outdated: StoreError | undefined;
  const look = async (): Promise<void> => {
    try {
      const [row] = await database.query(LOOK);
      if (Number(row?.['serves_from']) > VERSION) {
        outdated = outdatedBy(Number(row?.['version']));
        onOutdated(outdated);
        return;
      }
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
      if (outdated !== undefined) return outdated.message;
      if (!isLooking && !database.closed && nowMs - lookedMs >= LOOK_MS) {
        lookedMs = nowMs;
        isLooking = true;
        void look();
      }
      return (meter.fault ?? fault)?.message;
    },
  };
}

function outdatedBy(version: number): StoreError {
  return new StoreError(
    'failed',
    `A newer gateway has brought the store to version ${version} of its schema, and this one, which knows ${VERSION}, cannot work with that: replace it by the newer version.`,
  );
}
