/** Simulates senders of webhooks: GitHub, Stripe, Slack, Standard Webhooks, each as its own page describes it. */
import { createHmac } from 'node:crypto';
import type { HeaderField, SandboxRequest } from './sandbox-request.ts';
import { CLOCK_ERROR_MS, otherKey, unixSeconds, utf8 } from './sandbox-request.ts';

/** `stale` is signed properly, ten minutes ago; GitHub signs no time. */
export type WebhookFault = 'tampered' | 'wrong-key' | 'stale' | 'unsigned';

export interface WebhookOptions {
  /** The signing secret as the sender's page shows it. */
  readonly secret: string;
  /** The sender's clock, milliseconds since the epoch. */
  readonly nowMs: number;
  /** The sender's id of the event. */
  readonly id: string;
  readonly body: string;
  readonly path: string;
  /** Default: none. */
  readonly fault?: WebhookFault;
}

/** @see https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries */
export function githubRequest(options: WebhookOptions): SandboxRequest {
  const { body, id, path, fault } = options;
  const signature = hmac(keyOf(options), body).toString('hex');
  return webhook('github', path, body, fault, [
    { name: 'x-github-event', value: 'ping' },
    { name: 'x-github-delivery', value: id },
    ...signed(fault, { name: 'x-hub-signature-256', value: `sha256=${signature}` }),
  ]);
}

/** @see https://docs.stripe.com/webhooks#verify-manually */
export function stripeRequest(options: WebhookOptions): SandboxRequest {
  const { body, path, fault } = options;
  const t = secondsOf(options);
  const signature = hmac(keyOf(options), `${t}.${body}`).toString('hex');
  return webhook(
    'stripe',
    path,
    body,
    fault,
    signed(fault, { name: 'stripe-signature', value: `t=${t},v1=${signature}` }),
  );
}

/** @see https://docs.slack.dev/authentication/verifying-requests-from-slack */
export function slackRequest(options: WebhookOptions): SandboxRequest {
  const { body, path, fault } = options;
  const timestamp = secondsOf(options);
  const signature = hmac(keyOf(options), `v0:${timestamp}:${body}`).toString('hex');
  return webhook('slack', path, body, fault, [
    { name: 'x-slack-request-timestamp', value: String(timestamp) },
    ...signed(fault, { name: 'x-slack-signature', value: `v0=${signature}` }),
  ]);
}

/**
 * @param options its secret is `whsec_` and base64.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function standardWebhooksRequest(options: WebhookOptions): SandboxRequest {
  const { body, id, path, fault, secret } = options;
  const timestamp = secondsOf(options);
  const raw = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const key = fault === 'wrong-key' ? Buffer.concat([raw, Buffer.of(1)]) : raw;
  const signature = hmac(key, `${id}.${timestamp}.${body}`).toString('base64');
  return webhook('standard-webhooks', path, body, fault, [
    { name: 'webhook-id', value: id },
    { name: 'webhook-timestamp', value: String(timestamp) },
    ...signed(fault, { name: 'webhook-signature', value: `v1,${signature}` }),
  ]);
}

function hmac(key: Uint8Array, message: string): Buffer {
  return createHmac('sha256', key).update(message, 'utf8').digest();
}

function keyOf({ secret, fault }: WebhookOptions): Uint8Array {
  return utf8(fault === 'wrong-key' ? otherKey(secret) : secret);
}

function secondsOf({ nowMs, fault }: WebhookOptions): number {
  return unixSeconds(fault === 'stale' ? nowMs - CLOCK_ERROR_MS : nowMs);
}

function signed(fault: WebhookFault | undefined, field: HeaderField): readonly HeaderField[] {
  return fault === 'unsigned' ? [] : [field];
}

function webhook(
  sender: string,
  path: string,
  body: string,
  fault: WebhookFault | undefined,
  headers: readonly HeaderField[],
): SandboxRequest {
  return {
    name: `${sender}/${fault ?? 'signed'}`,
    method: 'POST',
    path,
    headers: [{ name: 'content-type', value: 'application/json' }, ...headers],
    // One space more: the same JSON, and other bytes than those that were signed.
    body: utf8(fault === 'tampered' ? `${body} ` : body),
  };
}
