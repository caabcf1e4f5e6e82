/** Set-ups that people have, and that lose the bytes before the signature is looked at: the library’s and ours at the same place. */
import * as onExpress from '@countersign/core/express';
import * as onLambda from '@countersign/core/lambda';
import { createWebhookMiddleware } from '@hookflo/tern/express';
import { createNodeMiddleware, Webhooks } from '@octokit/webhooks';
import bolt from '@slack/bolt';
import express, { type Express, type RequestHandler } from 'express';
import { Webhook } from 'svix';
import twilioClient from 'twilio';
import { answering, boltApp, constructEvent, ourApp } from './originals.ts';
import { httpReceiver, type LambdaReply, lambdaReceiver, type Receiver } from './receivers.ts';
import { github, type Sender, slack, stripe, svix, twilio } from './senders.ts';

/** What ours must do with the genuine request: take it, or say in its log how to mend the set-up. */
export type Demand = { readonly takes: true } | { readonly remedy: RegExp };

export interface Mistake {
  readonly library: string;
  readonly setUp: string;
  readonly sender: Sender;
  readonly body: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  readonly theirs: () => Promise<Receiver>;
  readonly ours: () => Promise<Receiver>;
  readonly demand: Demand;
  /** Where theirs never answers. */
  readonly timeoutMs?: number;
}

const MOUNT: Demand = { remedy: /Mount this before the parser/ };
const TAKEN: Demand = { takes: true };

const EVENT =
  '{"id":"evt_1","object":"event","type":"invoice.paid","data":{"object":{"id":"in_1","note":"🎉"}}}';
const WITH_A_FRACTION = EVENT.replace('"note":"🎉"', '"amount":1.0');
const NO_UTF8 = Buffer.from(EVENT.replace('🎉', 'é'), 'latin1');
const ISSUE = '{"action":"opened","issue":{"number":7}}';
const MENTION =
  '{"type":"event_callback","event_id":"Ev1","team_id":"T1","event":{"type":"app_mention","text":"hi"}}';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const HANDLED = (): void => console.log('handled');

/** Below a parser. */
function below(...parsers: readonly RequestHandler[]): Express {
  const app = express();
  for (const parser of parsers) app.use(parser);
  return app;
}

function theirApp(app: Express, ...handlers: readonly RequestHandler[]): Promise<Receiver> {
  app.post('/', ...handlers);
  return httpReceiver(app);
}

/** `express.json()` that keeps what it read. */
const keeping = (): RequestHandler =>
  express.json({
    verify(req, _res, bytes) {
      Object.assign(req, { rawBody: bytes });
    },
  });

const constructFrom = (payload: (req: express.Request) => string | Buffer): RequestHandler =>
  answering((req) => constructEvent(payload(req), req.headers['stripe-signature']));

const onStripe = {
  library: 'stripe-node',
  sender: stripe,
} as const;

async function stripeLambda(isBase64Encoded: boolean): Promise<Receiver> {
  return lambdaReceiver(async ({ body, headers }): Promise<LambdaReply> => {
    try {
      constructEvent(body, headers['stripe-signature']);
    } catch (error) {
      return { statusCode: 400, body: error instanceof Error ? error.message : String(error) };
    }
    HANDLED();
    return { statusCode: 200 };
  }, isBase64Encoded);
}

async function ourLambda(isBase64Encoded: boolean): Promise<Receiver> {
  const handler = onLambda.webhook(stripe.provider, stripe.secret, HANDLED);
  return lambdaReceiver((event) => handler(event, undefined), isBase64Encoded);
}

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
  {
    ...onStripe,
    setUp: '`app.use(express.json())` above, `constructEvent(req.body, …)`',
    body: EVENT,
    theirs: () =>
      theirApp(
        below(express.json()),
        constructFrom((req) => req.body),
      ),
    ours: () => ourApp(below(express.json()), stripe),
    demand: MOUNT,
  },
  {
    ...onStripe,
    setUp: '`app.use(express.json())` above, `constructEvent(JSON.stringify(req.body), …)`',
    body: EVENT,
    theirs: () =>
      theirApp(
        below(express.json()),
        constructFrom((req) => JSON.stringify(req.body)),
      ),
    ours: () => ourApp(below(express.json()), stripe),
    demand: MOUNT,
  },
  {
    ...onStripe,
    setUp: 'the same, a body with `1.0`',
    body: WITH_A_FRACTION,
    theirs: () =>
      theirApp(
        below(express.json()),
        constructFrom((req) => JSON.stringify(req.body)),
      ),
    ours: () => ourApp(below(express.json()), stripe),
    demand: MOUNT,
  },
  {
    ...onStripe,
    setUp: '`express.json({ verify })` above, which keeps `req.rawBody`',
    body: WITH_A_FRACTION,
    theirs: () =>
      theirApp(
        below(keeping()),
        constructFrom((req) => (req as unknown as { rawBody: Buffer }).rawBody),
      ),
    ours: () => ourApp(below(keeping()), stripe),
    demand: TAKEN,
  },
  {
    ...onStripe,
    setUp: '`express.text({ type: "*/*" })` above: the body as a string',
    body: WITH_A_FRACTION,
    theirs: () =>
      theirApp(
        below(express.text({ type: '*/*' })),
        constructFrom((req) => req.body),
      ),
    ours: () => ourApp(below(express.text({ type: '*/*' })), stripe),
    demand: TAKEN,
  },
  {
    ...onStripe,
    setUp: 'the same, a body that is no UTF-8',
    body: NO_UTF8,
    theirs: () =>
      theirApp(
        below(express.text({ type: '*/*' })),
        constructFrom((req) => req.body),
      ),
    ours: () => ourApp(below(express.text({ type: '*/*' })), stripe),
    demand: { remedy: /holds U\+FFFD/ },
  },
  {
    ...onStripe,
    setUp: '`express.raw({ type: "application/json" })`, sent as `application/cloudevents+json`',
    body: EVENT,
    headers: { 'content-type': 'application/cloudevents+json' },
    theirs: () =>
      theirApp(
        below(express.raw({ type: 'application/json' })),
        constructFrom((req) => req.body),
      ),
    ours: () => ourApp(express(), stripe),
    demand: TAKEN,
  },
  {
    ...onStripe,
    setUp: 'AWS Lambda, `constructEvent(event.body, …)`',
    body: EVENT,
    theirs: () => stripeLambda(false),
    ours: () => ourLambda(false),
    demand: TAKEN,
  },
  {
    ...onStripe,
    setUp: 'the same, `isBase64Encoded: true`',
    body: EVENT,
    theirs: () => stripeLambda(true),
    ours: () => ourLambda(true),
    demand: TAKEN,
  },
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
