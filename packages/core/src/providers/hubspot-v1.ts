import { HOUR, SECOND } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { keyedHashForm } from '../schemes/keyed-hash-form.ts';
import { senderTemplate } from '../schemes/sender-template.ts';
import { wholeBody } from '../schemes/whole-body.ts';

export const hubspotV1: Provider<'hubspot-v1'> = {
  id: 'hubspot-v1',
  title: 'HubSpot webhooks, signature v1',
  summary: 'HubSpot signs the body of app webhooks with SHA-256 of client secret and body, which is no HMAC.',
  source: 'https://developers.hubspot.com/docs/guides/apps/authentication/validating-requests',
  keyVariable: 'HUBSPOT_CLIENT_SECRET',
  setUp:
    'In the app’s settings at HubSpot, under Webhooks, set the address as target URL; the app’s client secret is this gate’s key.',
  scheme: senderTemplate({
    name: 'hubspot-v1',
    keyForms: [
      keyedHashForm({ algorithm: 'sha256-secret-first', variant: 0, kind: 'secret', encoding: 'utf8' }),
    ],
    signature: { header: 'x-hubspot-signature', encoding: 'hex' },
    message: wholeBody,
    replay: 'message',
  }),
  marks: { 'x-hubspot-signature-version': 'v1' },
  answerWithinMs: 5 * SECOND,
  retriesForMs: 24 * HOUR,
  unpublished: ['givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote:
    'No timestamp and no id is signed. The body is the identity. Where HubSpot sends X-HubSpot-Signature-v3 too, hubspot-v3 proves more.',
};
