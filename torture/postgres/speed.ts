/** How fast gateways are, for a comparison with later. */
import { setTimeout as delay } from 'node:timers/promises';
import type { SharedWorld } from './shared-world.ts';

export interface Speed {
  readonly acknowledged: number;
  readonly delivered: number;
}

export const MEASURED_MS = 6_000;

/** A second. */
export async function speedOf({ ledger, sink }: Pick<SharedWorld, 'ledger' | 'sink'>): Promise<Speed> {
  const before = { acknowledged: ledger.acknowledged, delivered: sink.taken.size };
  const startMs = performance.now();
  await delay(MEASURED_MS);
  const seconds = (performance.now() - startMs) / 1_000;
  return {
    acknowledged: (ledger.acknowledged - before.acknowledged) / seconds,
    delivered: (sink.taken.size - before.delivered) / seconds,
  };
}
