/** Gates of providers by their ids, and of all that `createGate` of `@countersign/core` takes: draws the registry in. */
import { createGate } from '../create-gate.ts';
import { chosenProvider } from '../gate-options.ts';
import { findProvider } from '../providers/registry.ts';
import type { GateMaker } from './settings.ts';

export const ANY_PROVIDER: GateMaker = {
  createGate,
  keyVariableOf: (choice) => chosenProvider(choice, findProvider)?.keyVariable,
  example: "webhook('stripe', process.env.STRIPE_WEBHOOK_SECRET, (event) => …)",
};
