/** The demo's keys: made to be seen, and good for nothing else. */
import { DUMMY_SECRET, type SandboxKeys } from '@countersign/sandbox';

export const DEMO_KEYS: SandboxKeys = {
  flowent: 'flowent-demo-key-0001',
  hmac: 'hmac-demo-key-0001',
  flowProductionTracking: 'ami-demo-token-0001',
  approov: DUMMY_SECRET,
  incode: 'incode-demo-token-0001',
};
