/** The options that a sender's declaration leaves to its gates, as pages, types and editors have them. */
import { describe, expect, it } from 'vitest';
import { findProvider, optionRowsOf, providers } from '../../src/index.ts';
import type { ValueSchema } from '../../src/option-row.ts';

const NAME: ValueSchema = { type: 'string', pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$" };
const TEXT: ValueSchema = { type: 'string', minLength: 1 };

/** An object that may name each of these headers otherwise. */
const names = (headers: Readonly<Record<string, string>>): ValueSchema => ({
  type: 'object',
  properties: Object.fromEntries(
    Object.entries(headers).map(([part, name]) => [part, { ...NAME, description: `default: ${name}` }]),
  ),
  additionalProperties: false,
});

const tolerance = (preset: string) => ({
  name: 'toleranceMs',
  description: 'how old, and how far ahead, a request may be; or { past, future }',
  value: expect.objectContaining({ anyOf: [expect.objectContaining({ type: 'number' }), expect.anything()] }),
  default: preset,
});

const ROWS = {
  github: [
    {
      name: 'headers',
      description: 'other names of headers: { signature, id, type }, each where it differs',
      value: names({
        signature: 'x-hub-signature-256',
        id: 'x-github-delivery',
        type: 'x-github-event',
      }),
      default: 'x-hub-signature-256, x-github-delivery, x-github-event',
    },
  ],
  stripe: [
    tolerance('300000'),
    {
      name: 'headers',
      description: 'other names of headers: { signature }, each where it differs',
      value: names({ signature: 'stripe-signature' }),
      default: 'stripe-signature',
    },
  ],
  'standard-webhooks': [
    tolerance('300000'),
    {
      name: 'headers',
      description:
        'other names of headers: { signature, timestamp, id }, each where it differs; or the word before -signature, -timestamp, -id, e.g. svix',
      value: {
        anyOf: [
          NAME,
          names({ signature: 'webhook-signature', timestamp: 'webhook-timestamp', id: 'webhook-id' }),
        ],
      },
      default: 'webhook-signature, webhook-timestamp, webhook-id',
    },
  ],
  flowent: [tolerance('300000')],
  'flow-production-tracking': [tolerance('{ past: 10000, future: 5000 }')],
  twilio: [
    {
      name: 'headers',
      description: 'other names of headers: { signature }, each where it differs',
      value: names({ signature: 'x-twilio-signature' }),
      default: 'x-twilio-signature',
    },
    {
      name: 'origin',
      description: 'scheme and host as the sender knows them, behind a proxy or without TLS',
      value: TEXT,
      default: 'https and the request’s host, or what a trusted proxy says of them',
    },
  ],
} as const;

describe('the options', () => {
  it.each(Object.entries(ROWS))('of %s are what its declaration has', (id, rows) => {
    expect(optionRowsOf(findProvider(id as keyof typeof ROWS))).toEqual(rows);
  });

  it('of another provider are those that it names itself', () => {
    const own = providers.filter(({ scheme }) => !('declared' in scheme));
    expect(own.length).toBeGreaterThan(3);
    for (const provider of own) {
      const rows = optionRowsOf(provider);
      expect(rows.map(({ name }) => name)).toEqual(
        provider.scheme.options.flatMap((row) => (typeof row === 'string' ? [] : [row.name])),
      );
      expect(rows.every(({ description }) => description.length > 0)).toBe(true);
    }
  });

  it('of no provider are none', () => {
    expect(optionRowsOf(undefined)).toEqual([]);
  });
});
