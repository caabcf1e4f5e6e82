/** What an adapter cannot take of its framework. */
import { Readable } from 'node:stream';
import { requireProof } from '../../src/adapters/fastify.ts';
import { lambdaRequest } from '../../src/adapters/lambda-request.ts';
import { eventOf, ProofGuard } from '../../src/adapters/nest.ts';
import { nodeRequest } from '../../src/adapters/node-request.ts';
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

/** A request of node:http that has yet to be read. */
function streamed(): Parameters<typeof nodeRequest>[0] {
  const stream = Readable.from([Buffer.from('{}')]).setEncoding('utf8');
  return Object.assign(stream, POST) as unknown as Parameters<typeof nodeRequest>[0];
}

export const adapterCases: readonly SetupCase[] = [
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
