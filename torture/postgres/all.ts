/** The trials of a store in PostgreSQL, in the order in which they run. */
import type { Trial } from '../engine/trial.ts';
import { claimsServer } from './claims-server.ts';
import { clock } from './clock.ts';
import { heldSnapshot } from './held-snapshot.ts';
import { kills } from './kills.ts';
import { pastDays } from './past-days.ts';
import { leaveOutPostgres } from './server.ts';

export const POSTGRES_TRIALS: readonly Trial[] = [kills, heldSnapshot, pastDays, claimsServer, clock].map(
  whereThereIsOne,
);

function whereThereIsOne(trial: Trial): Trial {
  if (!leaveOutPostgres) return trial;
  const skipped = 'PostgreSQL is not installed (apt-get install postgresql)';
  return { ...trial, run: async () => ({ figures: {}, skipped }) };
}
