/** Requests as the senders of docs/migrate.md make them: signed by node:crypto alone, never by what is tested with them. */
import { createHmac } from 'node:crypto';
import type { Sent } from '../serve.ts';

export const SECRETS = {
  STRIPE_API_KEY: 'sk_test_unused',
  STRIPE_WEBHOOK_SECRET: 'whsec_a_secret_of_the_endpoint_for_tests',
  SVIX_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  WEBHOOK_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  GITHUB_WEBHOOK_SECRET: 'a-github-secret-of-27-bytes',
  SLACK_SIGNING_SECRET: 'a-slack-secret-of-24-byte',
  SLACK_BOT_TOKEN: 'xoxb-unused',
  TWILIO_AUTH_TOKEN: 'a-twilio-token-of-25-byte',
  APPROOV_BASE64_SECRET: Buffer.from('an Approov secret for tests, 32+').toString('base64'),
  PARTNER_SECRET: 'a-partner-secret-of-28-bytes',
} as const;

export interface Draft {
  readonly body: Uint8Array;
  /** When it is signed. */
  readonly seconds: number;
  /** Of the event, or of the delivery. */
  readonly id: string;
}

/** Signs a body; gives the headers. */
export type Signer = (draft: Draft) => Record<string, string>;

const JSON_TYPE = { 'content-type': 'application/json' } as const;

function hmac(hash: string, secret: string | Uint8Array, ...parts: readonly (string | Uint8Array)[]): Buffer {
  const mac = createHmac(hash, secret);
  for (const part of parts) mac.update(part);
  return mac.digest();
}

export const stripe: Signer = ({ body, seconds }) => ({
  ...JSON_TYPE,
  'stripe-signature': `t=${seconds},v1=${hmac('sha256', SECRETS.STRIPE_WEBHOOK_SECRET, `${seconds}.`, body).toString('hex')}`,
});

/** @param prefix of the three headers */
export function standardWebhooks(prefix: 'svix' | 'webhook', secret: string): Signer {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  return ({ body, seconds, id }) => ({
    ...JSON_TYPE,
    [`${prefix}-id`]: id,
    [`${prefix}-timestamp`]: String(seconds),
    [`${prefix}-signature`]: `v1,${hmac('sha256', key, `${id}.${seconds}.`, body).toString('base64')}`,
  });
}

export const github: Signer = ({ body, id }) => ({
  ...JSON_TYPE,
  'x-github-event': 'issues',
  'x-github-delivery': id,
  'x-hub-signature-256': `sha256=${hmac('sha256', SECRETS.GITHUB_WEBHOOK_SECRET, body).toString('hex')}`,
});

export const slack: Signer = ({ body, seconds }) => ({
  ...JSON_TYPE,
  'x-slack-request-timestamp': String(seconds),
  'x-slack-signature': `v0=${hmac('sha256', SECRETS.SLACK_SIGNING_SECRET, `v0:${seconds}:`, body).toString('hex')}`,
});

export const TWILIO_HOST = 'hooks.example';
export const TWILIO_PATH = '/webhooks/sms';

/** Of the URL that Twilio was given, and of each field in the order of their names. */
export const twilio: Signer = ({ body }) => {
  const form = [...new URLSearchParams(Buffer.from(body).toString())].sort(([a], [b]) => (a < b ? -1 : 1));
  const message = `https://${TWILIO_HOST}${TWILIO_PATH}${form.map(([name, value]) => name + value).join('')}`;
  return {
    'content-type': 'application/x-www-form-urlencoded',
    host: TWILIO_HOST,
    'x-forwarded-proto': 'https',
    'x-twilio-signature': hmac('sha1', SECRETS.TWILIO_AUTH_TOKEN, message).toString('base64'),
  };
};

/** A token that is good for five minutes from then on. */
export const approov: Signer = ({ seconds, id }) => {
  const encoded = [
    { alg: 'HS256', typ: 'JWT' },
    { exp: seconds + 300, did: id },
  ].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  const message = encoded.join('.');
  const key = Buffer.from(SECRETS.APPROOV_BASE64_SECRET, 'base64');
  return {
    ...JSON_TYPE,
    'approov-token': `${message}.${hmac('sha256', key, message).toString('base64url')}`,
  };
};

export const partner: Signer = ({ body, seconds }) => ({
  ...JSON_TYPE,
  'x-timestamp': String(seconds),
  'x-signature': hmac('sha256', SECRETS.PARTNER_SECRET, `${seconds}.`, body).toString('hex'),
});

/** The request of a draft. */
export function signed(signer: Signer, path: string, draft: Draft): Sent {
  return { path, headers: signer(draft), body: draft.body };
}
