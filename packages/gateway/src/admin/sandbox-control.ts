/** Requests for trying a gateway out, as an operator steers them: whoever plays them hands this to the gateway. */
import type { MaybePromise } from '@countersign/core';

export interface SandboxScenario {
  /** Unique, e.g. `stripe/tampered`. */
  readonly id: string;
  /** One line for a person. */
  readonly title: string;
  readonly provider: string;
  /** What the gate must decide: `accepted`, `handshake`, or a reason of the table of refusals. */
  readonly expects: string;
  /** What became of it when it was played last. Absent: it was not played yet. */
  readonly last?: SandboxResult;
}

/** What the gate decided. */
export interface SandboxResult {
  readonly requestId: string;
  /** In the words of `expects`. */
  readonly verdict: string;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
}

export interface SandboxControl {
  /** Those of the moment: where they are made of a configuration, a reload changes them. */
  scenarios(): MaybePromise<readonly SandboxScenario[]>;
  /** Whether it sends by itself. */
  readonly isPlaying: boolean;
  pause(): void;
  resume(): void;
  /** Sends one of the scenarios, and waits for its answer. False where there is none of that id. Rejects where no answer came. */
  play(id: string): Promise<boolean>;
}
