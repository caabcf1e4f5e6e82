import { HOUR, MINUTE } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { member } from '../schemes/json-member.ts';
import { timedHmac } from '../schemes/timed-hmac.ts';

export const workos: Provider<'workos'> = {
  id: 'workos',
  title: 'WorkOS webhooks',
  summary: 'WorkOS signs time and body of each webhook with HMAC-SHA256.',
  source: 'https://workos.com/docs/events/data-syncing/webhooks',
  keyVariable: 'WORKOS_WEBHOOK_SECRET',
  setUp:
    'In WorkOS’s dashboard, under Developer, Webhooks: the address; the secret that is shown there is this gate’s key.',
  scheme: timedHmac({
    name: 'workos',
    header: 'workos-signature',
    unit: 'ms',
    tolerance: { pastMs: 3 * MINUTE, futureMs: 3 * MINUTE },
    id: member('id'),
    type: member('event'),
    replay: 'signed-id',
  }),
  retriesForMs: 72 * HOUR,
  unpublished: ['answerWithinMs', 'givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'The signed id is the identity, so that a delivery sent again is known.',
};
