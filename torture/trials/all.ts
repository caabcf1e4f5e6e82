/** All trials, in the order in which they run. */
import type { Trial } from '../engine/trial.ts';
import { kills } from './kills.ts';

export const TRIALS: readonly Trial[] = [kills];
