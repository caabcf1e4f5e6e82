/** Whether a proof must say a time that ends it. Requiring more never lifts this; only this option does. */

import { type OptionRow, words } from '../option-row.ts';

export const LIFETIMES = ['bounded', 'unbounded'] as const;
export type Lifetime = (typeof LIFETIMES)[number];

/** @param time what a bounded one must have */
export function lifetimeRow(what: string, time: string): OptionRow {
  return {
    name: 'lifetime',
    description: `bounded: ${what} must have ${time}; or unbounded: one without it is accepted forever`,
    value: words(...LIFETIMES),
    default: 'bounded',
  };
}
