import { SECOND } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { bodyHmac } from '../schemes/body-hmac.ts';
import { member } from '../schemes/json-member.ts';
import { signatureList } from '../schemes/signature-list.ts';

export const circleci: Provider<'circleci'> = {
  id: 'circleci',
  title: 'CircleCI webhooks',
  summary: 'CircleCI signs the body of each webhook with HMAC-SHA256, and lists signatures by version.',
  source: 'https://circleci.com/docs/guides/integration/outbound-webhooks/',
  keyVariable: 'CIRCLECI_WEBHOOK_SECRET',
  setUp:
    'In the project’s settings on CircleCI, under Webhooks: the address as Receiver URL, and the secret as Secret token.',
  scheme: bodyHmac({
    name: 'circleci',
    header: 'circleci-signature',
    list: signatureList({ separator: ',', assign: '=', labels: ['v1'] }),
    id: member('id'),
    type: member('type'),
    replay: 'signed-id',
  }),
  // https://circleci.com/docs/guides/integration/outbound-webhooks/
  answerWithinMs: 10 * SECOND,
  unpublished: ['retriesForMs', 'givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'The signed id is the identity, so that a delivery sent again is known.',
};
