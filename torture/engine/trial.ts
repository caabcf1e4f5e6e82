/** A trial: one way in which a gateway is tortured. */
import type { Faults } from './fault.ts';

export interface TrialOptions {
  readonly seed: number;
  readonly kills: number;
  readonly connections: number;
  readonly faults: Faults;
  /** What takes time is tried for as long as it takes. Default false. */
  readonly isLong?: boolean;
  /** One line for who waits. */
  readonly say: (line: string) => void;
}

export interface TrialResult {
  /** What was done, in figures. */
  readonly figures: Readonly<Record<string, number | string>>;
  /** Why nothing was done. */
  readonly skipped?: string;
}

export interface Trial {
  readonly name: string;
  readonly summary: string;
  readonly run: (options: TrialOptions) => Promise<TrialResult>;
}
