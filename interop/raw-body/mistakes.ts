/** Set-ups that people have by mistake, of each library, and ours at the same place. */
import * as onExpress from '@countersign/core/express';
import { createWebhookMiddleware } from '@hookflo/tern/express';
import { createNodeMiddleware, Webhooks } from '@octokit/webhooks';
import bolt from '@slack/bolt';
import express, { type RequestHandler } from 'express';
import { Webhook } from 'svix';
import twilioClient from 'twilio';
import { below, EVENT, type Mistake, MOUNT, TAKEN, theirApp } from './mistake.ts';
import { answering, boltApp, ourApp } from './originals.ts';
import { httpReceiver, type Receiver } from './receivers.ts';
import { github, slack, stripe, svix, twilio } from './senders.ts';
import { STRIPE_MISTAKES } from './stripe-mistakes.ts';

const ISSUE = '{"action":"opened","issue":{"number":7}}';
const MENTION =
  '{"type":"event_callback","event_id":"Ev1","team_id":"T1","event":{"type":"app_mention","text":"hi"}}';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const HANDLED = (): void => console.log('handled');

function twilioApp(...middlewares: readonly RequestHandler[]): Promise<Receiver> {
  const app = express();
  app.set('trust proxy', 1);
  const validate = twilioClient.webhook(twilio.secret) as unknown as RequestHandler;
  app.post('/webhooks/sms', ...middlewares, validate, (_req, res) => {
    HANDLED();
    res.sendStatus(200);
  });
  return httpReceiver(app);
}

function ourTwilio(
  options: onExpress.AdapterOptions,
  ...middlewares: readonly RequestHandler[]
): Promise<Receiver> {
  const app = express();
  const handler = onExpress.webhook(twilio.provider, twilio.secret, HANDLED, options);
  app.post('/webhooks/sms', ...middlewares, handler);
  return httpReceiver(app);
}

export const MISTAKES: readonly Mistake[] = [
  ...STRIPE_MISTAKES,
  {
    library: 'svix',
    sender: svix,
    setUp: '`app.use(express.json())` above, `wh.verify(req.body, …)`',
    body: EVENT,
    theirs: () =>
      theirApp(
        below(express.json()),
        answering((req) => new Webhook(svix.secret).verify(req.body, req.headers as Record<string, string>)),
      ),
    ours: () => ourApp(below(express.json()), svix),
    demand: MOUNT,
  },
  {
    library: '@octokit/webhooks',
    sender: github,
    setUp: '`app.use(express.json())` above, `createNodeMiddleware(webhooks)`',
    body: ISSUE,
    async theirs() {
      const webhooks = new Webhooks({ secret: github.secret });
      webhooks.on('issues', HANDLED);
      const app = below(express.json());
      app.use(createNodeMiddleware(webhooks, { path: '/' }));
      return httpReceiver(app);
    },
    ours: () => ourApp(below(express.json()), github),
    demand: MOUNT,
    timeoutMs: 1500,
  },
  {
    library: '@octokit/webhooks',
    sender: github,
    setUp: '`app.use(express.json())` above, `webhooks.verify(req.body, …)`',
    body: ISSUE,
    theirs: () =>
      theirApp(
        below(express.json()),
        answering((req) =>
          new Webhooks({ secret: github.secret }).verify(
            req.body,
            String(req.headers['x-hub-signature-256']),
          ),
        ),
      ),
    ours: () => ourApp(below(express.json()), github),
    demand: MOUNT,
  },
  {
    library: 'Bolt',
    sender: slack,
    setUp: '`new ExpressReceiver({ app })`, `app.use(express.json())` above',
    body: MENTION,
    async theirs() {
      const app = below(express.json());
      return httpReceiver(
        boltApp(new bolt.ExpressReceiver({ signingSecret: slack.secret, endpoints: '/', app })),
      );
    },
    ours: () => ourApp(below(express.json()), slack),
    demand: MOUNT,
  },
  {
    library: 'Bolt',
    sender: slack,
    setUp: '`new ExpressReceiver({ app })`, `app.use(express.urlencoded())` above: a command',
    body: 'command=%2Fweather&text=caf%C3%A9+tea&team_id=T1&user_id=U2&channel_id=C1',
    headers: FORM,
    async theirs() {
      const app = below(express.urlencoded({ extended: true }));
      return httpReceiver(
        boltApp(new bolt.ExpressReceiver({ signingSecret: slack.secret, endpoints: '/', app })),
      );
    },
    ours: () => ourApp(below(express.urlencoded({ extended: true })), slack),
    demand: MOUNT,
  },
  {
    library: 'tern',
    sender: stripe,
    setUp: '`app.use(express.json())` above',
    body: EVENT,
    theirs: () =>
      theirApp(
        below(express.json()),
        createWebhookMiddleware({ platform: 'stripe', secret: stripe.secret }) as unknown as RequestHandler,
        answering(() => true),
      ),
    ours: () => ourApp(below(express.json()), stripe),
    demand: MOUNT,
  },
  {
    library: 'twilio',
    sender: twilio,
    setUp: 'no `express.urlencoded()` above `twilio.webhook()`',
    body: 'From=%2B15005550006&Body=tea',
    theirs: () => twilioApp(),
    ours: () => ourTwilio({ trustProxy: true }),
    demand: TAKEN,
  },
  {
    library: 'twilio',
    sender: twilio,
    setUp: '`express.urlencoded({ extended: true })`, a field named `a[b]`',
    body: 'From=%2B15005550006&a%5Bb%5D=tea',
    theirs: () => twilioApp(express.urlencoded({ extended: true })),
    ours: () => ourTwilio({ trustProxy: true }),
    demand: TAKEN,
  },
];
