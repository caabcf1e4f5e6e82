/** What an adapter cannot take of its framework. */
import { Readable } from 'node:stream';
import { webhook } from '../../src/adapters/express.ts';
import { requireProof } from '../../src/adapters/fastify.ts';
import { lambdaRequest } from '../../src/adapters/lambda-request.ts';
import { eventOf, ProofGuard } from '../../src/adapters/nest.ts';
import { nodeRequest } from '../../src/adapters/node-request.ts';
import { signedFetch } from '../../src/client/index.ts';
import type { SetupCase } from './setup-cases.ts';

const POST = {
  method: 'POST',
  url: '/webhooks/github',
  rawHeaders: ['content-length', '2'],
  headers: {},
};
const LAMBDA_POST = { rawPath: '/', requestContext: { http: { method: 'POST' } } };

const RPC = {
  getType: () => 'rpc',
  switchToHttp: () => ({ getRequest: () => ({}), getResponse: () => ({}) }),
};

/** What somebody writes by a slip, and TypeScript would refuse. */
const webhookOfSlip = webhook as (...parameters: readonly unknown[]) => unknown;

const act = (): void => {};
const untypedSecret = (value: unknown): string => value as string;

/** A request of node:http that has yet to be read. */
function streamed(): Parameters<typeof nodeRequest>[0] {
  const stream = Readable.from([Buffer.from('{}')]).setEncoding('utf8');
  return Object.assign(stream, POST) as unknown as Parameters<typeof nodeRequest>[0];
}

export const adapterCases: readonly SetupCase[] = [
  {
    when: 'no handler',
    act: () => webhookOfSlip('github', 'a webhook secret from the environment'),
    says: "handler: there is none. Give a function: webhook('stripe', process.env.STRIPE_WEBHOOK_SECRET, (event) => …).",
  },
  {
    when: 'a handler that is none',
    act: () => webhookOfSlip('github', 'a webhook secret from the environment', 'handler'),
    says: "handler: it is a text. Give a function: webhook('stripe', process.env.STRIPE_WEBHOOK_SECRET, (event) => …).",
  },
  {
    when: 'a gate without a handler',
    act: () => webhookOfSlip({ provider: 'github', keys: ['a webhook secret from the environment'] }),
    says: "handler: there is none. Give a function: webhook('stripe', process.env.STRIPE_WEBHOOK_SECRET, (event) => …).",
  },
  {
    when: 'no secret',
    act: () => webhookOfSlip('github', act),
    says: 'secret: there is none. Set GITHUB_WEBHOOK_SECRET in the environment of this program, and give process.env.GITHUB_WEBHOOK_SECRET here.',
  },
  {
    when: 'a secret of white space',
    act: () => webhook('stripe', ' ', act),
    says: 'secret: it is empty or only white space. Set STRIPE_WEBHOOK_SECRET in the environment of this program, and give process.env.STRIPE_WEBHOOK_SECRET here.',
  },
  {
    when: 'a secret of white space, in a key’s record',
    act: () => webhook('stripe', { secret: ' ' }, act),
    says: 'secret: it is empty or only white space. Set STRIPE_WEBHOOK_SECRET in the environment of this program, and give process.env.STRIPE_WEBHOOK_SECRET here.',
  },
  {
    when: 'a secret that a search finds',
    act: () => webhook('stripe', 'abc', act),
    says: 'secret: it is 3 bytes long; at least 8 are required. Use a longer key, or set allowShortKey on the gate.',
  },
  {
    when: 'the second secret of two',
    act: () => webhook('stripe', ['a webhook secret from the environment', untypedSecret(5)], act),
    says: 'secret[1]: it is a number. Give the key’s text, or { secret }; an unset environment variable is the usual cause.',
  },
  {
    when: 'a secret that is not awaited',
    act: () => webhook('stripe', untypedSecret(Promise.resolve('a secret')), act),
    says: 'secret: it is a promise. Await it, and give what it resolves to.',
  },
  {
    when: 'a key whose secret is not awaited',
    act: () => signedFetch('hmac', { secret: untypedSecret(Promise.resolve('a secret')) }),
    says: 'key.secret: it is a promise. Await it, and give what it resolves to.',
  },
  {
    when: 'Fastify: a proof that covers the body, for a whole API',
    act: () => requireProof('github', 'a webhook secret from the environment'),
    says: 'provider: the proof of github covers the body, which Fastify has not read when the hook runs. Use webhook(…) on its routes, or put the gateway in front.',
  },
  {
    when: 'Lambda: an event of a queue',
    act: () => lambdaRequest({ body: '{}' }),
    says: 'event: it is a plain object that holds no request of HTTP. Have an API Gateway, a function URL or a load balancer call this function.',
  },
  {
    when: 'Lambda: a body that is said to be base64',
    act: () => lambdaRequest({ ...LAMBDA_POST, body: '{"a":1}', isBase64Encoded: true }),
    says: 'event.body: it is marked as base64, and is none. Hand over the event as Lambda gave it.',
  },
  {
    when: 'Nest: an event of a request that no guard has proved',
    act: () => eventOf({}),
    says: 'request: no guard has proved its body. Put @UseGuards(new ProofGuard(…)) at its route; where the proof covers no body (a token), read request.proof.',
  },
  {
    when: 'Nest: a guard at a microservice',
    act: () => new ProofGuard('github', 'a webhook secret from the environment').canActivate(RPC),
    says: 'guard: it stands before "rpc", where no request is signed. Use ProofGuard at routes of HTTP controllers.',
  },
  {
    when: 'node:http: a body that a parser has read',
    act: () =>
      nodeRequest(
        { ...POST, readableDidRead: true, body: {} } as unknown as Parameters<typeof nodeRequest>[0],
        { maxBodyBytes: 100 },
      ),
    says: 'request.body: a body parser has read it before, and the bytes that were signed are lost. Mount this before the parser (Express: above app.use(express.json()); Koa: above the body parser), or have the parser keep the bytes: express.json({ verify: (req, _res, rawBody) => Object.assign(req, { rawBody }) }), in Nest NestFactory.create(AppModule, { rawBody: true }).',
  },
  {
    when: 'node:http: a stream that gives text',
    act: () => nodeRequest(streamed(), { maxBodyBytes: 100 }),
    says: 'request.body: its stream gives text, not bytes. Do not call setEncoding.',
  },
];
