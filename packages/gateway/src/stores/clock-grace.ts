import { HOUR } from '../config/units.ts';

/** How far ahead a clock may be at start without anything being forgotten that is needed when it is set right. */
export const CLOCK_GRACE_MS: number = 24 * HOUR;
