import { HOUR } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { bodyHmac } from '../schemes/body-hmac.ts';
import { member } from '../schemes/json-member.ts';

export const viber: Provider<'viber'> = {
  id: 'viber',
  title: 'Viber bot callbacks',
  summary: 'Viber signs the body of each callback with HMAC-SHA256, under the bot’s token.',
  source: 'https://developers.viber.com/docs/api/rest-bot-api/#callbacks',
  keyVariable: 'VIBER_AUTH_TOKEN',
  setUp:
    'Set the webhook by Viber’s API with the address; the bot’s authentication token is this gate’s key.',
  scheme: bodyHmac({ name: 'viber', header: 'x-viber-content-signature', type: member('event') }),
  retriesForMs: HOUR,
  unpublished: ['answerWithinMs', 'givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'The body, which has its time and the message’s token in it, is the identity.',
};
