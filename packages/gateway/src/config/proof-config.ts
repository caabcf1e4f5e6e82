/** How a gate's requests prove themselves, resolved. */
import type { KeyConfig } from './key-config.ts';

/** How requests prove themselves. */
export type ProofConfig =
  | {
      readonly kind: 'provider';
      readonly id: string;
      /** The provider's own options, for core to judge. */
      readonly options: Readonly<Record<string, unknown>>;
    }
  /** A scheme declared in the file, for core to judge. */
  | { readonly kind: 'scheme'; readonly scheme: Readonly<Record<string, unknown>> }
  /** `provider: none`: takes unsigned requests. */
  | { readonly kind: 'none' };

/** A gate that lets through what it refuses, with a label. */
export interface MonitorConfig {
  /** From then on it enforces: milliseconds since the epoch. Absent: it never does. */
  readonly untilMs?: number;
}

/** A proof that is verified beside the gate's own, and decides nothing. */
export interface ShadowConfig {
  readonly proof: ProofConfig;
  /** Absent: the gate's own. */
  readonly keys?: readonly KeyConfig[];
}

/** A proof that a gate takes besides its own, while senders migrate. */
export interface OldProofConfig extends ShadowConfig {
  /** Where it stands in the gate, e.g. `accept[0]`. */
  readonly at: string;
  /** From then on it is as if it were not there: milliseconds since the epoch. */
  readonly untilMs: number;
}
