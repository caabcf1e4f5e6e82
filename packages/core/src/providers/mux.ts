import { HOUR } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { member } from '../schemes/json-member.ts';
import { timedHmac } from '../schemes/timed-hmac.ts';

export const mux: Provider<'mux'> = {
  id: 'mux',
  title: 'Mux webhooks',
  summary: 'Mux signs time and body of each webhook with HMAC-SHA256.',
  source: 'https://www.mux.com/docs/core/verify-webhook-signatures',
  keyVariable: 'MUX_WEBHOOK_SECRET',
  setUp:
    'In Mux’s dashboard, under Settings, Webhooks: the address; the signing secret that is shown there is this gate’s key.',
  scheme: timedHmac({
    name: 'mux',
    header: 'mux-signature',
    id: member('id'),
    type: member('type'),
    replay: 'signed-id',
  }),
  retriesForMs: 24 * HOUR,
  unpublished: ['answerWithinMs', 'givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'The signed id is the identity, so that a delivery sent again is known.',
};
