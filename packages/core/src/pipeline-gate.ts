/** What the pipeline needs of a gate. */
import type { LaterEnds } from './claiming.ts';
import type { ClaimMaker } from './identity.ts';
import type { KeyRing } from './keys.ts';
import type { Leases } from './leases.ts';
import type { Repeats } from './model.ts';
import type { ReplayGuard } from './replay.ts';
import type { Scheme } from './scheme.ts';

export interface PipelineGate {
  readonly scheme: Scheme;
  readonly keys: KeyRing;
  readonly maxBodyBytes: number;
  readonly now: () => number;
  readonly replay: ReplayGuard;
  readonly leaseMs: number;
  readonly leases: Leases;
  readonly repeats: Repeats;
  readonly claims: ClaimMaker;
  readonly laterEnds: LaterEnds;
}
