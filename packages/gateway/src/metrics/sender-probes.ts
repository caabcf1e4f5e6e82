/**
 * Refusals that look like a platform's own probes of an address (Discord, Xero), which it sends with wrong signatures and wants refused. Nobody has
 * proved that they are: they are refused as all others, and of each gate so few are taken for probes that nothing can hide behind them.
 */
import { HOUR } from '../config/units.ts';

/** A platform sends one or two where an address is entered, and now and then another. */
const MOST = 6;
const PER_MS: number = HOUR;

export class SenderProbes {
  /** Since the start. */
  count = 0;
  #sinceMs = Number.NEGATIVE_INFINITY;
  #taken = 0;

  /** Whether a refusal that looks like one is taken for one: those beyond are refusals like any other. */
  take(nowMs: number): boolean {
    // A clock that was set back begins anew.
    if (nowMs - this.#sinceMs >= PER_MS || nowMs < this.#sinceMs) {
      this.#sinceMs = nowMs;
      this.#taken = 0;
    }
    if (this.#taken >= MOST) return false;
    this.#taken++;
    return true;
  }
}
