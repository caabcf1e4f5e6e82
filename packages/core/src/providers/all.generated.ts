/** Generated from this folder by scripts/generate-registry.ts. */
import type { Provider } from '../provider.ts';
import { approov } from './approov.ts';
import { dpop } from './dpop.ts';
import { firebaseAppCheck } from './firebase-app-check.ts';
import { flowProductionTrackingWebhook } from './flow-production-tracking-webhook.ts';
import { flowProductionTracking } from './flow-production-tracking.ts';
import { flowent } from './flowent.ts';
import { github } from './github.ts';
import { hmac } from './hmac.ts';
import { httpMessageSignatures } from './http-message-signatures.ts';
import { incode } from './incode.ts';
import { jwtBearer } from './jwt-bearer.ts';
import { slack } from './slack.ts';
import { standardWebhooks } from './standard-webhooks.ts';
import { stripe } from './stripe.ts';
import { twilio } from './twilio.ts';

export const PROVIDERS: readonly Provider[] = [
  approov,
  dpop,
  firebaseAppCheck,
  flowProductionTrackingWebhook,
  flowProductionTracking,
  flowent,
  github,
  hmac,
  httpMessageSignatures,
  incode,
  jwtBearer,
  slack,
  standardWebhooks,
  stripe,
  twilio,
];
