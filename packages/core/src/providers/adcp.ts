import type { Provider } from '../provider.ts';
import { distinctNamesBody } from '../schemes/json-body.ts';
import { BODY, TIMESTAMP } from '../schemes/message-parts.ts';
import { template } from '../schemes/message-template.ts';
import { senderTemplate } from '../schemes/sender-template.ts';
import { signedTime } from '../schemes/signed-time.ts';

export const adcp: Provider<'adcp'> = {
  id: 'adcp',
  title: 'AdCP webhooks, by HMAC',
  summary:
    'The older way of Ad Context Protocol agents to sign webhooks: time and body under HMAC-SHA256. The newer one is HTTP message signatures.',
  source: 'https://adcontextprotocol.org/docs/building/implementation/webhooks',
  keyVariable: 'ADCP_WEBHOOK_SECRET',
  setUp:
    'Give the agent the address and a secret of your own as push_notification_config: it is this gate’s key.',
  scheme: senderTemplate({
    name: 'adcp',
    keyForms: [{ algorithm: 'hmac-sha256', variant: 0, kind: 'secret', encoding: 'utf8' }],
    signature: { header: 'x-adcp-signature', prefix: 'sha256=', encoding: 'hex' },
    message: template(TIMESTAMP, '.', BODY),
    timestamp: signedTime({ header: 'x-adcp-timestamp', unit: 's' }),
    // Its page on webhooks: a receiver refuses a body in which a member’s name occurs twice.
    body: [distinctNamesBody],
    replay: 'message',
  }),
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'No id is signed. Time and body are the identity.',
};
