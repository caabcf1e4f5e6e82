import type { GateConfig } from '../config/config.ts';
import { isHandedKeys } from '../config/gate-rules.ts';

/** Whether the gate’s platform hands its key over. Keys that are looked up by tenant are changed where they are looked up. */
export function handsKeys({ proof, keysFrom }: Pick<GateConfig, 'proof' | 'keysFrom'>): boolean {
  return keysFrom === undefined && proof.kind === 'scheme' && isHandedKeys({ scheme: proof.scheme });
}
