import type { Provider } from '../provider.ts';
import { itemPart } from '../schemes/item-part.ts';
import { BODY, TIMESTAMP } from '../schemes/message-parts.ts';
import { template } from '../schemes/message-template.ts';
import { senderTemplate } from '../schemes/sender-template.ts';
import { signatureList } from '../schemes/signature-list.ts';
import { signedTime } from '../schemes/signed-time.ts';
import { jsonStringBody } from '../schemes/written-body.ts';

export const hygraph: Provider<'hygraph'> = {
  id: 'hygraph',
  title: 'Hygraph webhooks',
  summary: 'Hygraph signs a JSON object of body, environment and time of each webhook with HMAC-SHA256.',
  source: 'https://www.npmjs.com/package/@hygraph/utils, whose code checks and makes them',
  keyVariable: 'HYGRAPH_WEBHOOK_SECRET',
  setUp:
    'In Hygraph, under Webhooks, set the address; the secret key that is given there is this gate’s key.',
  scheme: senderTemplate({
    name: 'hygraph',
    keyForms: [{ algorithm: 'hmac-sha256', variant: 0, kind: 'secret', encoding: 'utf8' }],
    signature: {
      header: 'gcms-signature',
      encoding: 'base64',
      list: signatureList({
        separator: ', ',
        assign: '=',
        labels: ['sign'],
        items: { env: 'master' },
      }),
    },
    message: template(
      '{"Body":"',
      BODY,
      '","EnvironmentName":"',
      itemPart('env'),
      '","TimeStamp":',
      TIMESTAMP,
      '}',
    ),
    body: [jsonStringBody],
    timestamp: signedTime({ item: 't', unit: 'ms' }),
    replay: 'message',
  }),
  unpublished: ['answerWithinMs', 'retriesForMs', 'givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'No id is signed. Time, environment and body are the identity.',
};
