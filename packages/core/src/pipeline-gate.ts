/** What the pipeline needs of a gate. */
import type { BoundActions } from './action-choice.ts';
import type { ClaimMaker } from './identity.ts';
import type { KeyRing } from './keys.ts';
import type { Leases } from './leases.ts';
import type { Repeats } from './model.ts';
import type { Scheme } from './scheme.ts';

export interface PipelineGate {
  readonly scheme: Scheme;
  readonly keys: KeyRing;
  /** Where keys are bound to actions. */
  readonly action?: BoundActions | undefined;
  readonly maxBodyBytes: number;
  readonly now: () => number;
  readonly leases: Leases;
  readonly repeats: Repeats;
  readonly claims: ClaimMaker;
}
