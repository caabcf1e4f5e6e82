/** The demo's keys: made to be seen, and good for nothing else. Each holds a word that no placeholder has, so that none is told as one. */
import { DUMMY_SECRET, type SandboxKeys } from '@countersign/sandbox';

export const DEMO_KEYS: SandboxKeys = {
  flowent: 'flowent-demo-lighthouse-0001',
  hmac: 'hmac-demo-lighthouse-0001',
  flowProductionTracking: 'ami-demo-lighthouse-0001',
  approov: DUMMY_SECRET,
  incode: 'incode-demo-lighthouse-0001',
  github: 'github-demo-lighthouse-0001',
  stripe: 'whsec_stripe_demo_lighthouse_0001',
  slack: 'slack-demo-lighthouse-0001',
  standardWebhooks: 'whsec_c3RhbmRhcmQtd2ViaG9va3MtZGVtby1zZWNyZXQ=',
  messageSignatures: 'message-signatures-demo-key-0001',
  dpop: 'dpop-demo-issuer-secret-of-32-bytes',
};
