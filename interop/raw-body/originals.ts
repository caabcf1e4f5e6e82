/** Libraries as their documentation sets them up, and ours in the same place. A handler prints what it was given. */
import * as onExpress from '@countersign/core/express';
import * as onFetch from '@countersign/core/fetch';
import * as onNode from '@countersign/core/node';
import { createWebhookMiddleware } from '@hookflo/tern/express';
import { createNodeMiddleware, Webhooks } from '@octokit/webhooks';
import bolt from '@slack/bolt';
import express, { type Express, type RequestHandler } from 'express';
import { Stripe } from 'stripe';
import { Webhook } from 'svix';
import { fetchReceiver, httpReceiver, type Receiver } from './receivers.ts';
import { github, type Sender, slack, stripe, svix } from './senders.ts';

export interface Original {
  readonly title: string;
  readonly setUp: string;
  readonly sender: Sender;
  readonly takesForms: boolean;
  readonly theirs: () => Promise<Receiver>;
  readonly ours: () => Promise<Receiver>;
}

const client = new Stripe('sk_test_unused');
const { provider, secret } = stripe;

const HANDLED = (): void => console.log('handled');

function atRoot(...handlers: readonly RequestHandler[]): Promise<Receiver> {
  const app = express();
  app.post('/', ...handlers);
  return httpReceiver(app);
}

export function ourApp(app: Express, sender: Sender): Promise<Receiver> {
  app.post('/', onExpress.webhook(sender.provider, sender.secret, HANDLED));
  return httpReceiver(app);
}

/** Has what a verifier throws be the answer, as Stripe’s examples do. */
export function answering(verify: (req: express.Request) => unknown): RequestHandler {
  return async (req, res) => {
    try {
      await verify(req);
    } catch (error) {
      res.status(400).send(error instanceof Error ? error.message : String(error));
      return;
    }
    console.log('handled');
    res.sendStatus(200);
  };
}

export const constructEvent = (payload: string | Buffer, header: unknown): unknown =>
  client.webhooks.constructEvent(payload, String(header), secret);

export function boltApp(receiver: bolt.ExpressReceiver): Express {
  const app = new bolt.App({
    receiver,
    authorize: async () => ({ botToken: 'xoxb-unused', botId: 'B1', botUserId: 'U1' }),
  });
  app.event('app_mention', async () => HANDLED());
  app.command('/weather', async ({ ack }) => {
    HANDLED();
    await ack();
  });
  return receiver.app as Express;
}

export const ORIGINALS: readonly Original[] = [
  {
    title: 'stripe-node',
    setUp: '`express.raw({ type: "application/json" })`, `constructEvent(req.body, …)`',
    sender: stripe,
    takesForms: false,
    theirs: () =>
      atRoot(
        express.raw({ type: 'application/json' }),
        answering((req) => constructEvent(req.body, req.headers['stripe-signature'])),
      ),
    ours: () => ourApp(express(), stripe),
  },
  {
    title: 'stripe-node, Next.js',
    setUp: '`constructEvent(await request.text(), …)` in a route handler',
    sender: stripe,
    takesForms: false,
    theirs: async () =>
      fetchReceiver(async (request) => {
        try {
          constructEvent(await request.text(), request.headers.get('stripe-signature'));
        } catch (error) {
          return new Response(error instanceof Error ? error.message : String(error), { status: 400 });
        }
        HANDLED();
        return Response.json({ received: true });
      }),
    ours: async () => fetchReceiver(onFetch.webhook(provider, secret, HANDLED)),
  },
  {
    title: 'svix',
    setUp: '`express.raw({ type: "application/json" })`, `wh.verify(req.body, req.headers)`, `JSON.parse`',
    sender: svix,
    takesForms: false,
    theirs: () =>
      atRoot(
        express.raw({ type: 'application/json' }),
        answering((req) => {
          new Webhook(svix.secret).verify(req.body, req.headers as Record<string, string>);
          return JSON.parse(String(req.body));
        }),
      ),
    ours: () => ourApp(express(), svix),
  },
  {
    title: '@octokit/webhooks',
    setUp: '`createServer(createNodeMiddleware(webhooks))`',
    sender: github,
    takesForms: true,
    theirs: async () => {
      const webhooks = new Webhooks({ secret: github.secret });
      webhooks.on('issues', HANDLED);
      return httpReceiver((req, res) => void createNodeMiddleware(webhooks, { path: '/' })(req, res));
    },
    ours: () => httpReceiver(onNode.webhook(github.provider, github.secret, HANDLED)),
  },
  {
    title: 'Bolt',
    setUp: '`new ExpressReceiver({ signingSecret })`',
    sender: slack,
    takesForms: true,
    theirs: async () =>
      httpReceiver(boltApp(new bolt.ExpressReceiver({ signingSecret: slack.secret, endpoints: '/' }))),
    ours: () => ourApp(express(), slack),
  },
  {
    title: 'tern',
    setUp: '`express.raw({ type: "*/*" })`, `createWebhookMiddleware({ platform: "stripe", … })`',
    sender: stripe,
    takesForms: false,
    theirs: () =>
      atRoot(
        express.raw({ type: '*/*' }),
        createWebhookMiddleware({ platform: 'stripe', secret }) as unknown as RequestHandler,
        (_req, res) => {
          HANDLED();
          res.sendStatus(200);
        },
      ),
    ours: () => ourApp(express(), stripe),
  },
];
