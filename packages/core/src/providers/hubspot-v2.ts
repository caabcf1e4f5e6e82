import { HOUR, SECOND } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { WHOLE_URL } from '../schemes/address-parts.ts';
import { keyedHashForm } from '../schemes/keyed-hash-form.ts';
import { BODY, METHOD } from '../schemes/message-parts.ts';
import { template } from '../schemes/message-template.ts';
import { senderTemplate } from '../schemes/sender-template.ts';

export const hubspotV2: Provider<'hubspot-v2'> = {
  id: 'hubspot-v2',
  title: 'HubSpot requests, signature v2',
  summary:
    'HubSpot signs method, address and body of workflow and card requests with SHA-256 of client secret and these, which is no HMAC.',
  source: 'https://developers.hubspot.com/docs/guides/apps/authentication/validating-requests',
  keyVariable: 'HUBSPOT_CLIENT_SECRET',
  setUp:
    'At HubSpot, set the address in the workflow’s webhook action or in the app’s card; the app’s client secret is this gate’s key.',
  scheme: senderTemplate({
    name: 'hubspot-v2',
    keyForms: [
      keyedHashForm({ algorithm: 'sha256-secret-first', variant: 0, kind: 'secret', encoding: 'utf8' }),
    ],
    signature: { header: 'x-hubspot-signature', encoding: 'hex' },
    message: template(METHOD, WHOLE_URL, BODY),
    replay: 'message',
  }),
  marks: { 'x-hubspot-signature-version': 'v2' },
  answerWithinMs: 5 * SECOND,
  retriesForMs: 24 * HOUR,
  unpublished: ['givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote:
    'No timestamp and no id is signed. Method, address and body are the identity. Where HubSpot sends X-HubSpot-Signature-v3 too, hubspot-v3 proves more.',
};
