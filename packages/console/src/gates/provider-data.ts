/** Providers as core declares them. */
import { findProvider, type Provider } from '@countersign/core';

export type ProviderData = Pick<
  Provider,
  'id' | 'title' | 'setUp' | 'answerWithinMs' | 'replayNote' | 'repeats'
>;

export function providerData(id: string): ProviderData | undefined {
  return findProvider(id);
}
