import { HOUR, SECOND } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { BODY, METHOD, TIMESTAMP } from '../schemes/message-parts.ts';
import { template } from '../schemes/message-template.ts';
import { senderTemplate } from '../schemes/sender-template.ts';
import { signedTime } from '../schemes/signed-time.ts';
import { DECODED_URL } from '../schemes/url-parts.ts';

export const hubspotV3: Provider<'hubspot-v3'> = {
  id: 'hubspot-v3',
  title: 'HubSpot requests, signature v3',
  summary: 'HubSpot signs method, address, body and time of its requests with HMAC-SHA256.',
  source: 'https://developers.hubspot.com/docs/guides/apps/authentication/validating-requests',
  keyVariable: 'HUBSPOT_CLIENT_SECRET',
  setUp: 'At HubSpot, set the address as the app’s target URL; the app’s client secret is this gate’s key.',
  scheme: senderTemplate({
    name: 'hubspot-v3',
    keyForms: [{ algorithm: 'hmac-sha256', variant: 0, kind: 'secret', encoding: 'utf8' }],
    signature: { header: 'x-hubspot-signature-v3', encoding: 'base64' },
    message: template(METHOD, DECODED_URL, BODY, TIMESTAMP),
    timestamp: signedTime({ header: 'x-hubspot-request-timestamp', unit: 'ms' }),
    replay: 'message',
  }),
  answerWithinMs: 5 * SECOND,
  retriesForMs: 24 * HOUR,
  unpublished: ['givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'The signed content is the identity. Two equal requests in one millisecond count as one.',
};
