/** Handlers of Stripe's events, typed by `Stripe.Event`: a union of payloads that say their type. */
import { events } from '@countersign/core/events';
import { webhook } from '@countersign/core/fetch';
import type { Stripe } from 'stripe';
import type { Equal } from './equal.ts';

export function ofStripe(secret: string, notes: string[]): (request: Request) => Promise<Response> {
  const stripe = events<Stripe.Event>()
    .on('invoice.paid', ({ payload }) => {
      const type: Equal<typeof payload, Stripe.InvoicePaidEvent> = true;
      notes.push(`paid: ${payload.data.object.amount_paid}`, String(type));
    })
    .on(['charge.refunded', 'customer.created'], (event) => {
      if (event.name === 'charge.refunded')
        notes.push(`refunded: ${event.payload.data.object.amount_refunded}`);
      else notes.push(`customer: ${event.payload.data.object.email}`);
    })
    .otherwise(({ type }) => notes.push(`otherwise: ${type}`));
  return webhook('stripe', secret, stripe, {
    onRefused: () => {},
    onError: (error) => void notes.push(String(error)),
  });
}

/** The union itself is told apart by its signed `type`, without names. */
export const narrowed = webhook<Stripe.Event>('stripe', 'whsec_of_a_test', ({ payload }) => {
  if (payload.type !== 'invoice.paid') return;
  const type: Equal<typeof payload, Stripe.InvoicePaidEvent> = true;
  console.log(payload.data.object.amount_paid, type);
});

export function wrongNames(): void {
  const stripe = events<Stripe.Event>();
  // @ts-expect-error: no such type
  stripe.on('invoice.payed', () => {});
  // @ts-expect-error: an invoice has no email of a customer
  stripe.on('invoice.paid', ({ payload }) => payload.data.object.email);
}
