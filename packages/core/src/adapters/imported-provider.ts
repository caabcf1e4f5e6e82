/** Gates of providers that are imported, and of nothing else: what is not imported is in no bundle. */
import type { ImportedGateOptions } from '../choose-imported.ts';
import type { GateOptions } from '../gate.ts';
import { createGate } from '../imported-gate.ts';
import { isProvider } from '../provider-scheme.ts';
import type { GateMaker } from './settings.ts';

export const IMPORTED_PROVIDER: GateMaker = {
  // It takes no other, and says so.
  createGate: (options: GateOptions) => createGate(options as ImportedGateOptions),
  keyVariableOf: (choice) => (isProvider(choice) ? choice.keyVariable : undefined),
  example: 'webhookOf(stripe, process.env.STRIPE_WEBHOOK_SECRET, (event) => …)',
};
