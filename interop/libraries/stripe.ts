import { Stripe } from 'stripe';
import { changeBody, type Exchange, ourSide, recordOf, textOf, webhook } from '../exchange.ts';

const SECRET = 'whsec_a_secret_of_the_endpoint_for_tests';
const OURS = { provider: 'stripe', keys: [SECRET] } as const;
const stripe = new Stripe('sk_test_unused');

export function exchanges(): readonly Exchange[] {
  return [
    {
      name: 'constructEvent',
      theirs: {
        sign: () => {
          const payload = textOf(webhook());
          return webhook({
            'stripe-signature': stripe.webhooks.generateTestHeaderString({ payload, secret: SECRET }),
          });
        },
        accepts: (request) =>
          stripe.webhooks.constructEvent(
            Buffer.from(request.body),
            recordOf(request)['stripe-signature'] ?? '',
            SECRET,
          ) !== undefined,
      },
      ours: ourSide(OURS, OURS, webhook),
      tamper: changeBody,
    },
  ];
}
