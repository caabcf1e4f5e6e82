/** HMAC senders of webhooks that a receiver names by a provider’s id: each as its own documentation describes it. */
import { createHash } from 'node:crypto';
import { type Profile, part, text } from './profile.ts';
import { timedParts, type Webhook, webhook } from './webhook.ts';

/** `t=…,v1=…`, over time, point and body. */
const timed: Pick<Webhook, 'unit' | 'parts' | 'written'> = {
  unit: 's',
  parts: timedParts,
  written: (signature, timestamp) => `t=${timestamp},v1=${signature}`,
};

const labelled: Pick<Webhook, 'written'> = { written: (signature) => `v1=${signature}` };

const WITH_TIME: readonly Profile[] = [
  webhook({ ...timed, name: 'calendly', signatureHeader: 'Calendly-Webhook-Signature' }),
  webhook({ ...timed, name: 'mux', signatureHeader: 'Mux-Signature' }),
  webhook({ ...timed, name: 'agentic-commerce', signatureHeader: 'Merchant-Signature' }),
  webhook({
    ...timed,
    name: 'workos',
    unit: 'ms',
    signatureHeader: 'WorkOS-Signature',
    written: (signature, timestamp) => `t=${timestamp}, v1=${signature}`,
  }),
  webhook({
    name: 'adcp',
    prefix: 'sha256=',
    unit: 's',
    signatureHeader: 'X-AdCP-Signature',
    timestampHeader: 'X-AdCP-Timestamp',
    parts: timedParts,
  }),
  webhook({
    name: 'messagebird-legacy',
    form: 'base64',
    unit: 's',
    coversUrl: true,
    signatureHeader: 'MessageBird-Signature',
    timestampHeader: 'MessageBird-Request-Timestamp',
    parts: ({ url, body }, timestamp) => [
      part('timestamp', timestamp),
      text('\n'),
      part('query', new URL(url).search.slice(1).split('&').sort().join('&')),
      text('\n'),
      part('digest', createHash('sha256').update(body).digest()),
    ],
  }),
];

export const WEBHOOK_PROFILES: readonly Profile[] = [
  ...WITH_TIME,
  webhook({ ...labelled, name: 'circleci', signatureHeader: 'Circleci-Signature' }),
  webhook({ ...labelled, name: 'fingerprint', signatureHeader: 'FPJS-Event-Signature' }),
  webhook({ ...labelled, name: 'pagerduty', signatureHeader: 'X-PagerDuty-Signature' }),
  webhook({ name: 'coinbase-commerce', signatureHeader: 'X-CC-Webhook-Signature' }),
  webhook({ name: 'gocardless', signatureHeader: 'Webhook-Signature' }),
  webhook({ name: 'line', form: 'base64', signatureHeader: 'X-Line-Signature' }),
  webhook({
    name: 'linear',
    signatureHeader: 'Linear-Signature',
    // Its time is a member of the body.
    bodyAround: (body, at) => Buffer.from(`{"action":"update","data":${body},"webhookTimestamp":${at}}`),
  }),
  webhook({ name: 'mailersend', signatureHeader: 'Signature' }),
  webhook({ name: 'onfido', signatureHeader: 'X-SHA2-Signature' }),
  webhook({ name: 'pusher', signatureHeader: 'X-Pusher-Signature' }),
  webhook({ name: 'razorpay', signatureHeader: 'X-Razorpay-Signature' }),
  webhook({ name: 'sentry', signatureHeader: 'Sentry-Hook-Signature' }),
  webhook({ name: 'shopify-events', form: 'base64', signatureHeader: 'Shopify-Hmac-Sha256' }),
  webhook({ name: 'viber', signatureHeader: 'X-Viber-Content-Signature' }),
  webhook({ name: 'worldline', form: 'base64', signatureHeader: 'X-GCS-Signature' }),
];
