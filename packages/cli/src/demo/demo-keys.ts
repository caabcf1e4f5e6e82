/** The demo's keys: made to be seen, and good for nothing else. */
import { DUMMY_SECRET, type SandboxKeys } from '@countersign/sandbox';

export const DEMO_KEYS: SandboxKeys = {
  flowent: 'flowent-demo-key-0001',
  hmac: 'hmac-demo-key-0001',
  flowProductionTracking: 'ami-demo-token-0001',
  approov: DUMMY_SECRET,
  incode: 'incode-demo-token-0001',
  github: 'github-demo-secret-0001',
  stripe: 'whsec_stripe_demo_secret_0001',
  slack: 'slack-demo-secret-0001',
  standardWebhooks: 'whsec_c3RhbmRhcmQtd2ViaG9va3MtZGVtby1zZWNyZXQ=',
  messageSignatures: 'message-signatures-demo-key-0001',
  dpop: 'dpop-demo-issuer-secret-of-32-bytes',
};
