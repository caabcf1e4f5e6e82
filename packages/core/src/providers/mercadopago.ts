import { SECOND } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { headerPart, TIMESTAMP } from '../schemes/message-parts.ts';
import { template } from '../schemes/message-template.ts';
import { fallsAway } from '../schemes/optional-part.ts';
import { query } from '../schemes/query-parameter.ts';
import { senderTemplate } from '../schemes/sender-template.ts';
import { signatureList } from '../schemes/signature-list.ts';
import { signedTime } from '../schemes/signed-time.ts';
import { parameterPart } from '../schemes/url-parts.ts';

export const mercadopago: Provider<'mercadopago'> = {
  id: 'mercadopago',
  title: 'Mercado Pago notifications',
  summary:
    'Mercado Pago signs the id of what changed, the request’s id and the time with HMAC-SHA256, and nothing of the body.',
  source: 'https://www.mercadopago.com.br/developers/en/docs/your-integrations/notifications/webhooks',
  keyVariable: 'MERCADOPAGO_WEBHOOK_SECRET',
  setUp:
    'At Mercado Pago, under Your integrations, Webhooks, Configure notifications, set the address; the secret that is made there is this gate’s key.',
  scheme: senderTemplate({
    name: 'mercadopago',
    keyForms: [{ algorithm: 'hmac-sha256', variant: 0, kind: 'secret', encoding: 'utf8' }],
    signature: {
      header: 'x-signature',
      encoding: 'hex',
      list: signatureList({ separator: ',', assign: '=', labels: ['v1'] }),
    },
    message: template(
      // Its letters are signed in lower case, the documentation says.
      fallsAway('id:', parameterPart('data.id', true), ';'),
      fallsAway('request-id:', headerPart('x-request-id', true), ';'),
      'ts:',
      TIMESTAMP,
      ';',
    ),
    // Seconds in older examples of its documentation, milliseconds in newer ones.
    timestamp: signedTime({ item: 'ts', unit: 's-or-ms' }),
    id: { header: 'x-request-id' },
    type: query('type'),
    replay: 'message',
  }),
  answerWithinMs: 22 * SECOND,
  unpublished: ['retriesForMs', 'givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote:
    'The signed content is the identity. The body is not signed: act on data.id of the query, and ask Mercado Pago’s API what became of it.',
};
