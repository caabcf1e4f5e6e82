/** How attempts at one destination went of late: for whoever looks at it. Not kept: a restart forgets it. */
import { SECOND } from '../config/units.ts';
import type { Attempt } from '../stores/delivery-store.ts';

export interface RecentView {
  /** When the last one that was delivered ended: milliseconds since the epoch. Absent: none since the start. */
  readonly lastDeliveredMs?: number;
  /** The last one that failed. Absent: none since the start. */
  readonly lastFailure?: RecentFailure;
  /** Attempts that ended in the last sixty seconds. */
  readonly lastMinute: { readonly delivered: number; readonly failed: number };
}

export interface RecentFailure {
  /** When it ended: milliseconds since the epoch. */
  readonly ms: number;
  readonly code: string;
  readonly status?: number;
}

type Ended = Pick<Attempt, 'code' | 'status'>;

const SECONDS = 60;

export class RecentAttempts {
  readonly #monotonicMs: () => number;
  #lastDeliveredMs: number | undefined;
  #lastFailure: RecentFailure | undefined;
  /** By second, modulo sixty: which second it is, and what ended in it. */
  readonly #seconds = new Float64Array(SECONDS).fill(-1);
  readonly #delivered = new Uint32Array(SECONDS);
  readonly #failed = new Uint32Array(SECONDS);

  /** @param monotonicMs a clock that only goes on, in milliseconds */
  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
  }

  /** @param endedMs milliseconds since the epoch */
  add({ code, status }: Ended, endedMs: number): void {
    // The transformation did not want it sent: that says nothing of the destination.
    if (code === 'skipped') return;
    const slot = this.#slot();
    if (code === 'delivered') {
      this.#lastDeliveredMs = endedMs;
      this.#delivered[slot] = (this.#delivered[slot] ?? 0) + 1;
    } else {
      this.#lastFailure = { ms: endedMs, code, ...(status !== undefined && { status }) };
      this.#failed[slot] = (this.#failed[slot] ?? 0) + 1;
    }
  }

  get view(): RecentView {
    const second = this.#second();
    const sum = (counts: Uint32Array): number =>
      counts.reduce(
        (all, count, slot) => all + ((this.#seconds[slot] ?? -1) > second - SECONDS ? count : 0),
        0,
      );
    return {
      ...(this.#lastDeliveredMs !== undefined && { lastDeliveredMs: this.#lastDeliveredMs }),
      ...(this.#lastFailure !== undefined && { lastFailure: this.#lastFailure }),
      lastMinute: { delivered: sum(this.#delivered), failed: sum(this.#failed) },
    };
  }

  #second(): number {
    return Math.floor(this.#monotonicMs() / SECOND);
  }

  #slot(): number {
    const second = this.#second();
    const slot = second % SECONDS;
    if (this.#seconds[slot] !== second) {
      this.#seconds[slot] = second;
      this.#delivered[slot] = 0;
      this.#failed[slot] = 0;
    }
    return slot;
  }
}
