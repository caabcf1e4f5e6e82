import type { Provider } from '../provider.ts';
import { member } from '../schemes/json-member.ts';
import { senderTemplate } from '../schemes/sender-template.ts';
import { numberedHeaders, otherPlaces } from '../schemes/signature-places.ts';
import { wholeBody } from '../schemes/whole-body.ts';

export const docusign: Provider<'docusign'> = {
  id: 'docusign',
  title: 'Docusign Connect messages',
  summary:
    'Docusign signs the body of each Connect message with HMAC-SHA256, once for each key, in numbered headers.',
  source: 'https://developers.docusign.com/platform/webhooks/connect/validate/',
  unverified:
    'Its documentation says all of it, and another project verifies alike; no request that somebody else has signed is among the test vectors.',
  keyVariable: 'DOCUSIGN_HMAC_KEY',
  setUp:
    'In Docusign, under Settings, Connect: a configuration with the address and Include HMAC Signature; the secret under Connect Keys is this gate’s key.',
  scheme: senderTemplate({
    name: 'docusign',
    keyForms: [{ algorithm: 'hmac-sha256', variant: 0, kind: 'secret', encoding: 'utf8' }],
    signature: {
      header: 'x-docusign-signature-1',
      encoding: 'base64',
      places: otherPlaces(...numberedHeaders('x-docusign-signature-', 2, 16)),
    },
    message: wholeBody,
    type: member('event'),
    replay: 'message',
  }),
  unpublished: ['answerWithinMs', 'retriesForMs', 'givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'No timestamp and no id is signed. The body is the identity.',
};
