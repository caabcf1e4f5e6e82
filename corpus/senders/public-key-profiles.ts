/** Senders that sign with a private key. */
import { sign } from 'node:crypto';
import { ecPair, ed25519Pair, pemOf, rawPublicOf, rsaPair, spkiOf } from './key-pairs.ts';
import { type HeaderLines, type Profile, part, text } from './profile.ts';

const discordPair = ed25519Pair('discord');
const telnyxPair = ed25519Pair('telnyx');
const sendgridPair = ecPair('sendgrid');
const wisePair = rsaPair('sender');

const base = {
  hash: 'sha256',
  prefix: '',
  kinds: ['json'],
  coversUrl: false,
  keyOf: () => Buffer.alloc(0),
  usual: (): HeaderLines => [
    ['User-Agent', 'webhook-sender/1.4'],
    ['Accept', '*/*'],
  ],
} as const;

const discord: Profile = {
  ...base,
  name: 'discord',
  choice: { provider: 'discord' },
  secret: rawPublicOf(discordPair.publicKey).toString('hex'),
  encoding: 'hex',
  form: 'hex',
  unit: 's',
  signatureHeader: 'X-Signature-Ed25519',
  timestampHeader: 'X-Signature-Timestamp',
  signBytes: (message) => sign(null, message, discordPair.privateKey),
  parts: ({ body }, timestamp) => [part('timestamp', timestamp), part('body', body)],
  headers: (_draft, timestamp, signature) => [
    ['X-Signature-Ed25519', signature],
    ['X-Signature-Timestamp', timestamp],
  ],
};

const telnyx: Profile = {
  ...base,
  name: 'telnyx',
  choice: { provider: 'telnyx' },
  secret: rawPublicOf(telnyxPair.publicKey).toString('base64'),
  encoding: 'base64',
  form: 'base64',
  unit: 's',
  signatureHeader: 'Telnyx-Signature-Ed25519',
  timestampHeader: 'Telnyx-Timestamp',
  signBytes: (message) => sign(null, message, telnyxPair.privateKey),
  parts: ({ body }, timestamp) => [part('timestamp', timestamp), text('|'), part('body', body)],
  headers: (_draft, timestamp, signature) => [
    ['Telnyx-Signature-Ed25519', signature],
    ['Telnyx-Timestamp', timestamp],
  ],
};

const sendgrid: Profile = {
  ...base,
  name: 'sendgrid',
  choice: { provider: 'sendgrid' },
  secret: spkiOf(sendgridPair.publicKey).toString('base64'),
  form: 'base64',
  unit: 's',
  signatureHeader: 'X-Twilio-Email-Event-Webhook-Signature',
  timestampHeader: 'X-Twilio-Email-Event-Webhook-Timestamp',
  signBytes: (message) => sign('sha256', message, sendgridPair.privateKey),
  parts: ({ body }, timestamp) => [part('timestamp', timestamp), part('body', body)],
  headers: (_draft, timestamp, signature) => [
    ['X-Twilio-Email-Event-Webhook-Signature', signature],
    ['X-Twilio-Email-Event-Webhook-Timestamp', timestamp],
  ],
};

const wise: Profile = {
  ...base,
  name: 'wise',
  choice: { provider: 'wise' },
  secret: pemOf(wisePair.publicKey),
  form: 'base64',
  signatureHeader: 'X-Signature-SHA256',
  signBytes: (message) => sign('sha256', message, wisePair.privateKey),
  parts: ({ body }) => [part('body', body)],
  headers: ({ id }, _timestamp, signature) => [
    ['X-Delivery-Id', id],
    ['X-Signature-SHA256', signature],
  ],
};

export const PUBLIC_KEY_PROFILES: readonly Profile[] = [discord, telnyx, sendgrid, wise];
