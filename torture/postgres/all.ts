/** The trials of a store in PostgreSQL, in the order in which they run. */
import type { Trial } from '../engine/trial.ts';
import { clock } from './clock.ts';
import { heldSnapshot } from './held-snapshot.ts';
import { kills } from './kills.ts';

export const POSTGRES_TRIALS: readonly Trial[] = [kills, heldSnapshot, clock];
