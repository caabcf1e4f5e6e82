/** The last calls of a gate's actions, for operators: in memory, and so many at most. */
import type { RefusalReason } from '@countersign/core';

/** One call, whoever made it, once it was answered. */
export interface ActionRun {
  /** When it was answered: milliseconds since the epoch. */
  readonly atMs: number;
  readonly action: string;
  readonly requestId: string;
  /** From where its input was checked, waiting included. */
  readonly durationMs: number;
  readonly status: number;
  /** Why it failed. */
  readonly reason: RefusalReason | undefined;
}

export const MAX_RUNS = 100;

/** A ring: a call costs one place in it. */
export class ActionRuns {
  readonly #runs: ActionRun[] = [];
  #next = 0;

  add(run: ActionRun): void {
    this.#runs[this.#next] = run;
    this.#next = (this.#next + 1) % MAX_RUNS;
  }

  /** The last first. */
  list(): readonly ActionRun[] {
    return [...this.#runs.slice(this.#next), ...this.#runs.slice(0, this.#next)].reverse();
  }
}
