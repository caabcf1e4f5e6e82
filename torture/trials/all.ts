/** All trials, in the order in which they run. */
import type { Trial } from '../engine/trial.ts';
import { clock } from './clock.ts';
import { destination } from './destination.ts';
import { diskFull } from './disk-full.ts';
import { durability } from './durability.ts';
import { kills } from './kills.ts';

export const TRIALS: readonly Trial[] = [kills, destination, durability, diskFull, clock];
