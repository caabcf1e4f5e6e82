/** A sample for each provider whose gates run actions. */
import type { Sample } from '../sample.ts';
import { flowProductionTracking } from './flow-production-tracking.ts';
import { flowent } from './flowent.ts';

const SAMPLES: readonly Sample[] = [flowent, flowProductionTracking];

/** What `init` writes for whoever names no provider. */
export const FIRST_PROVIDER: string = flowent.provider;

/** The sample of a provider. */
export function sampleOf(id: string): Sample | undefined {
  return SAMPLES.find(({ provider }) => provider === id);
}
