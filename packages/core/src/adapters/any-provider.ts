/** Gates of providers by their ids, and of all that `createGate` of `@countersign/core` takes: draws the registry in. */
import { createGate } from '../create-gate.ts';
import type { ProviderChoice } from '../gate.ts';
import { memberOf } from '../given.ts';
import { isProvider } from '../provider-scheme.ts';
import { findProvider } from '../providers/registry.ts';
import type { GateMaker } from './settings.ts';

export const ANY_PROVIDER: GateMaker = {
  createGate,
  keyVariableOf,
  example: "webhook('stripe', process.env.STRIPE_WEBHOOK_SECRET, (event) => …)",
};

function keyVariableOf(choice: ProviderChoice): string | undefined {
  if (isProvider(choice)) return choice.keyVariable;
  const id = typeof choice === 'string' ? choice : memberOf(choice, 'id');
  return typeof id === 'string' ? findProvider(id)?.keyVariable : undefined;
}
