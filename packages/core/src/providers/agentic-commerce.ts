import type { Provider } from '../provider.ts';
import { member } from '../schemes/json-member.ts';
import { timedHmac } from '../schemes/timed-hmac.ts';

export const agenticCommerce: Provider<'agentic-commerce'> = {
  id: 'agentic-commerce',
  title: 'Agentic Commerce Protocol order events',
  summary: 'A merchant signs time and body of each order event with HMAC-SHA256, in Stripe’s form.',
  source: 'https://developers.openai.com/commerce/specs/checkout',
  unverified:
    'The specification says all of it; no request that somebody else has signed is among the test vectors.',
  keyVariable: 'ACP_WEBHOOK_SECRET',
  setUp: 'Give the merchant the address and the secret that it signs with.',
  scheme: timedHmac({
    name: 'agentic-commerce',
    header: 'merchant-signature',
    encoding: 'hex-any-case',
    type: member('type'),
  }),
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'No id is signed. Time and body are the identity.',
};
