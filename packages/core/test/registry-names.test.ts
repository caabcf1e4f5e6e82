/** Which providers somebody meant who has written another name. */
import { describe, expect, it } from 'vitest';
import { meantProviders } from '../src/providers/registry-names.ts';

describe('the providers that are meant', () => {
  it.each([
    ['another spelling of one', 'Stripe', ['stripe']],
    ['a slip in one', 'strpie', ['stripe']],
    ['the beginning of one', 'strip', ['stripe']],
    ['another name of its sender', 'anthropic', ['claude']],
    ['a product of its sender', 'whatsapp', ['meta']],
    ['the company behind a product', 'facebook', ['meta']],
    ['a word of an id', 'sns', ['aws-sns']],
    ['words of a title, written together', 'pubsub', ['google-pubsub']],
    ['words of a title with a dash', 'amazon-sns', ['aws-sns']],
    ['a sender of several', 'hubspot', ['hubspot-v1', 'hubspot-v2', 'hubspot-v3']],
    ['one of two generations', 'messagebird', ['messagebird-jwt', 'messagebird-legacy']],
    ['a profile of message signatures', 'web-bot-auth', ['http-message-signatures']],
    ['another name before a word of a title', 'gitlab', ['gitlab-signing-token']],
    ['a word of many titles, which tells nothing', 'webhooks', []],
    ['the middle of a word', 'ipe', []],
    ['a sender that is none', 'paypal', []],
    ['no letters', '--', []],
    ['nothing', '', []],
  ])('by %s', (_, name, ids) => {
    expect(meantProviders(name)).toEqual(ids);
  });
});
