/** Faults that the engine had, or that its kind has: each is put back into a copy of the sources, and must be found. */
import { COST_FAULTS } from './cost-faults.ts';
import type { Fault } from './fault.ts';
import { PROOF_FAULTS } from './proof-faults.ts';
import { REQUEST_FAULTS } from './request-faults.ts';

export const FAULTS: readonly Fault[] = [...REQUEST_FAULTS, ...PROOF_FAULTS, ...COST_FAULTS];
