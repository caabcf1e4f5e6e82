/** A captured request beside the gate of a configuration that it comes to: one rule for what judges and what explains. */

import type { RequestInput } from '@countersign/core/internal/request-input';
import type { Call } from './command.ts';
import type { ConfiguredGate } from './config-gate.ts';
import { readConfiguredGate } from './gate-input.ts';
import { readRequestInput } from './request-source.ts';

/** @throws UsageError, SetupError or ConfigError where there is no such request or gate. */
export async function readConfiguredCase(call: Call): Promise<RequestInput & Omit<ConfiguredGate, 'note'>> {
  const input = await readRequestInput(call);
  const { note, ...configured } = await readConfiguredGate(call, input.request);
  return { ...input, ...configured, notes: note === undefined ? input.notes : [...input.notes, note] };
}
