/** What the pipeline needs of a gate. */
import type { BoundActions } from './action-choice.ts';
import type { GateOptions } from './gate.ts';
import type { ClaimMaker } from './identity.ts';
import type { KeyRing } from './keys.ts';
import type { Leases } from './leases.ts';
import type { Repeats } from './model.ts';
import type { Scheme } from './scheme.ts';

/** Up to the verdict. */
export interface JudgingGate {
  readonly scheme: Scheme;
  readonly keys: KeyRing;
  /** Where keys are bound to actions. */
  readonly action?: BoundActions | undefined;
  readonly maxBodyBytes: number;
  readonly now: () => number;
}

/** The whole way. */
export interface PipelineGate extends JudgingGate {
  readonly leases: Leases;
  readonly repeats: Repeats;
  readonly claims: ClaimMaker;
  readonly takeKey?: GateOptions['takeKey'];
}
