/** Gates of which several gateways share the claims. */
import type { GateInput } from '../../src/config/config-input.ts';
import { SECRET } from '../harness.ts';

export const STORE_KEY = 'a'.repeat(64);

/** One that forwards what its key has signed. */
export function forwarding(to: string, replay: GateInput['replay'] = {}): { readonly gate: GateInput } {
  return {
    gate: {
      path: '/hook',
      provider: 'hmac',
      keys: [{ id: 'main', secret: SECRET }],
      replay,
      forward: { to },
    },
  };
}
