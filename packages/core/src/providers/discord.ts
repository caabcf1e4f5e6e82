import { MINUTE, SECOND } from '../freshness.ts';
import { publicKeyForm } from '../keys/public-key-form.ts';
import type { Provider } from '../provider.ts';
import { handshake } from '../schemes/handshake.ts';
import { member } from '../schemes/json-member.ts';
import { BODY, TIMESTAMP } from '../schemes/message-parts.ts';
import { template } from '../schemes/message-template.ts';
import { senderTemplate } from '../schemes/sender-template.ts';
import { signedTime } from '../schemes/signed-time.ts';

export const discord: Provider<'discord'> = {
  id: 'discord',
  title: 'Discord interactions and webhook events',
  summary: 'Discord signs time and body of each interaction and webhook event with Ed25519.',
  source: 'https://docs.discord.com/developers/interactions/overview#setting-up-an-endpoint',
  keyVariable: 'DISCORD_PUBLIC_KEY',
  setUp:
    'In Discord’s Developer Portal, under General Information: the address as Interactions Endpoint URL; the Public Key there is this gate’s key.',
  scheme: senderTemplate({
    name: 'discord',
    keyForms: [publicKeyForm({ algorithm: 'ed25519', variant: 0, kind: 'public', encoding: 'hex' })],
    signature: { header: 'x-signature-ed25519', encoding: 'hex' },
    message: template(TIMESTAMP, BODY),
    timestamp: signedTime({ header: 'x-signature-timestamp', unit: 's' }),
    id: member('id'),
    replay: 'signed-id',
    // Its test of the address is an interaction of its own kind; it sends some with wrong signatures.
    // A webhook event has the same type and no id: it is for whoever handles events.
    handshakes: [handshake({ when: { type: '1' }, challenge: 'id', answer: { type: 1 }, probes: true })],
  }),
  answerWithinMs: 3 * SECOND,
  // Webhook events: https://docs.discord.com/developers/events/webhook-events#responding-to-events
  retriesForMs: 10 * MINUTE,
  givesUp: 'Discord stops sending webhook events to an app that fails to answer too often.',
  proof: 'signature',
  usualOutcome: 'forward',
  repeats: 'by-id',
  replayNote:
    'The signed id of the interaction is the identity; a test has none, and webhook events are told apart by the message.',
};
