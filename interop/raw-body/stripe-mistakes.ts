/** Set-ups of stripe-node that people have by mistake, and ours at the same place. */
import * as onLambda from '@countersign/core/lambda';
import express, { type RequestHandler } from 'express';
import { below, EVENT, type Mistake, MOUNT, TAKEN, theirApp } from './mistake.ts';
import { answering, constructEvent, ourApp } from './originals.ts';
import { type LambdaReply, lambdaReceiver, type Receiver } from './receivers.ts';
import { stripe } from './senders.ts';

const WITH_A_FRACTION = EVENT.replace('"note":"🎉"', '"amount":1.0');
const NO_UTF8 = Buffer.from(EVENT.replace('🎉', 'é'), 'latin1');
const HANDLED = (): void => console.log('handled');

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

export const STRIPE_MISTAKES: readonly Mistake[] = [
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
    setUp: 'the same, a body that is not UTF-8',
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
];
