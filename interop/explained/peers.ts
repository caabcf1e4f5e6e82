/** What other libraries say of a request that they do not accept. */
import { verify as verifyGithub } from '@octokit/webhooks-methods';
import bolt from '@slack/bolt/dist/receivers/verify-request.js';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Stripe } from 'stripe';
import { Webhook as SvixWebhook } from 'svix';
import type { CorpusLine } from '../../packages/core/test/explain-corpus/corpus-lines.ts';

/** A request as a framework hands it to such a library: one text a lower-case name, and the body as bytes. */
interface Received {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly secret: string;
  readonly nowMs: number;
}

export interface Peer {
  readonly name: string;
  readonly takes: (line: CorpusLine) => boolean;
  /** False, or throws, where it does not accept. */
  readonly accepts: (received: Received) => unknown;
}

const stripe = new Stripe('sk_test_unused');

export const PEERS: readonly Peer[] = [
  {
    name: 'stripe',
    takes: ({ provider }) => provider === 'stripe',
    accepts: ({ headers, body, secret, nowMs }) =>
      stripe.webhooks.constructEvent(
        body,
        headers['stripe-signature'] ?? '',
        secret,
        undefined,
        undefined,
        nowMs,
      ),
  },
  {
    name: '@octokit/webhooks-methods',
    takes: ({ provider }) => provider === 'github',
    accepts: ({ headers, body, secret }) =>
      verifyGithub(secret, body.toString(), headers['x-hub-signature-256'] ?? ''),
  },
  {
    name: '@slack/bolt',
    takes: ({ provider }) => provider === 'slack',
    accepts({ headers, body, secret, nowMs }) {
      bolt.verifySlackRequest({
        signingSecret: secret,
        body: body.toString(),
        headers: {
          'x-slack-signature': headers['x-slack-signature'] ?? '',
          'x-slack-request-timestamp': Number(headers['x-slack-request-timestamp']),
        },
        nowMilliseconds: nowMs,
      });
    },
  },
  {
    name: 'standardwebhooks',
    // It knows the standard’s own names of the headers only.
    takes: ({ provider, options }) => provider === 'standard-webhooks' && options?.['headers'] !== 'svix',
    accepts: ({ headers, body, secret }) => new StandardWebhook(secret).verify(body, headers),
  },
  {
    name: 'svix',
    takes: ({ provider }) => provider === 'standard-webhooks',
    accepts: ({ headers, body, secret }) => new SvixWebhook(secret).verify(body, headers),
  },
];

/** What the library says, on one line; undefined where it accepts. */
export async function textOf({ accepts }: Peer, line: CorpusLine): Promise<string | undefined> {
  const nowMs = line.now * 1000;
  const received = receivedOf(line, nowMs);
  const clock = Date.now;
  // Two of them take no time but the machine’s.
  Date.now = () => nowMs;
  try {
    return (await accepts(received)) === false ? '(false, without a text)' : undefined;
  } catch (error) {
    return lineOf(error instanceof Error ? error.message : String(error));
  } finally {
    Date.now = clock;
  }
}

function receivedOf({ request, keys: [key] }: CorpusLine, nowMs: number): Received {
  const headers: Record<string, string> = {};
  for (const [name, value] of request.headers) {
    const lower = name.toLowerCase();
    headers[lower] = Object.hasOwn(headers, lower) ? `${headers[lower]}, ${value}` : value;
  }
  const secret = typeof key?.secret === 'string' ? key.secret : '';
  return { headers, body: Buffer.from(request.bodyBase64, 'base64'), secret, nowMs };
}

function lineOf(message: string): string {
  return message.replaceAll(/\s+/g, ' ').trim();
}
