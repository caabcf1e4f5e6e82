/** Webhooks in Fastify: `app.post('/webhooks/stripe', webhook('stripe', secret, (event) => …))`. The entry `@countersign/core/fastify`. */
import type { Gate, ImportedProvider, ProviderChoice, Received } from '../gate.ts';
import { memberOf } from '../given.ts';
import type { Accepted, MaybePromise, RequestHead, SignedRequest } from '../model.ts';
import type { GateReply } from '../reply.ts';
import { SetupError } from '../setup-error.ts';
import { ANY_PROVIDER } from './any-provider.ts';
import type { WebhookEvent } from './event.ts';
import { IMPORTED_PROVIDER } from './imported-provider.ts';
import { passOn } from './node-proof.ts';
import { clearFailure, isClosed, type NodeResponse } from './node-reply.ts';
import { type NodeRequest, nodeBody, nodeHead } from './node-request.ts';
import { actedByStatus, answerTo, FAILED, receiveProof, receiveWebhook } from './receive-event.ts';
import {
  type AdapterOptions,
  choiceOf,
  type GateMaker,
  type GateSource,
  type ImportedGateSource,
  proofChoiceOf,
  type Secret,
  type Settings,
} from './settings.ts';

export type { NodeRequest } from './node-request.ts';
export * from './shared-exports.ts';

/** What is needed of Fastify’s request. */
export interface FastifyRequest {
  readonly raw: NodeRequest;
  readonly originalUrl: string;
}

/** What is needed of Fastify’s reply. */
export interface FastifyReply {
  readonly raw: NodeResponse;
  readonly sent: boolean;
  readonly statusCode: number;
  code(status: number): unknown;
  header(name: string, value: string): unknown;
  send(body: string): unknown;
  hijack(): unknown;
}

/** Given the event, and Fastify’s request and reply: it may answer by itself. */
export type FastifyHandler<Payload, Req, Reply> = (
  event: WebhookEvent<Payload>,
  request: Req,
  reply: Reply,
) => MaybePromise<unknown>;

/** A route’s options: everything is done before Fastify parses a body. */
export interface FastifyRoute<Req, Reply> {
  readonly preParsing: (request: Req, reply: Reply, payload: unknown) => Promise<void>;
  /** Never reached: every request is answered before. */
  readonly handler: () => void;
}

/** `webhook` and `webhookOf`: the one of any provider, the other of those that are imported. */
export interface FastifyWebhook<Choice, Source> {
  <Payload = unknown, Req extends FastifyRequest = FastifyRequest, Reply extends FastifyReply = FastifyReply>(
    provider: Choice,
    secret: Secret,
    handler: FastifyHandler<Payload, Req, Reply>,
    options?: AdapterOptions,
  ): FastifyRoute<Req, Reply>;
  <Payload = unknown, Req extends FastifyRequest = FastifyRequest, Reply extends FastifyReply = FastifyReply>(
    gate: Source,
    handler: FastifyHandler<Payload, Req, Reply>,
    options?: AdapterOptions,
  ): FastifyRoute<Req, Reply>;
}

/**
 * Answers webhooks, as `webhook` of `@countersign/core/node` does, before Fastify’s parsers see the body: no content type has to be registered,
 * and `bodyLimit` is the gate’s. What the handler throws goes to Fastify’s error handler, after the claim is freed. A handler that calls
 * `reply.send` has answered; a status of 400 or above, sent or only set, frees the claim.
 * @throws SetupError where the secret is missing, or no gate can be built so
 *
 * @example
 * app.post('/webhooks/github', webhook('github', process.env.GITHUB_WEBHOOK_SECRET, (event) => console.log(event.type)));
 */
export const webhook: FastifyWebhook<ProviderChoice, GateSource> = (...parameters: readonly unknown[]) =>
  webhookBy(parameters, ANY_PROVIDER);

/**
 * As `webhook`, of a provider that is imported, or a gate of one: no other provider is in the bundle.
 * @throws SetupError as `webhook` does, and for a provider’s id
 *
 * @example
 * app.post('/webhooks/github', webhookOf(github, process.env.GITHUB_WEBHOOK_SECRET, (event) => console.log(event.type)));
 */
export const webhookOf: FastifyWebhook<ImportedProvider, ImportedGateSource> = (
  ...parameters: readonly unknown[]
) => webhookBy(parameters, IMPORTED_PROVIDER);

function webhookBy(
  parameters: readonly unknown[],
  maker: GateMaker,
): FastifyRoute<FastifyRequest, FastifyReply> {
  const { gate, handler, settings } = choiceOf<FastifyHandler<unknown, FastifyRequest, FastifyReply>>(
    parameters,
    maker,
  );
  const preParsing = (request: FastifyRequest, reply: FastifyReply): Promise<void> =>
    orNeutral(reply, settings, async () => {
      const readBody = (): ReturnType<typeof nodeBody> => nodeBody(request.raw, gate.maxBodyBytes);
      const received = await receiveWebhook(gate, fastifyHead(request, settings), readBody, async (event) => {
        clearFailure(reply.raw);
        return actedByStatus(await handler(event, request, reply), reply.statusCode);
      });
      // Nobody is there to be answered.
      if (received === undefined) return void reply.hijack();
      answer(request, reply, received, settings);
    });
  return { preParsing, handler: () => {} };
}

/** A hook `onRequest`. */
export type FastifyHook = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

const proofs = /* @__PURE__ */ new WeakMap<object, Accepted>();

/** What `requireProof` has proved of a request; undefined where it has not seen it. */
export function proofOf(request: FastifyRequest): Accepted | undefined {
  return proofs.get(request.raw);
}

/** `requireProof` and `requireProofOf`: the one of any provider, the other of those that are imported. */
export interface FastifyProof<Choice, Source> {
  (provider: Choice, secret: Secret, options?: AdapterOptions): FastifyHook;
  (gate: Source, options?: AdapterOptions): FastifyHook;
}

/**
 * A hook for a whole API, `app.addHook('onRequest', requireProof('approov', secret))`: answers what is not genuine, and passes the rest on, with
 * `proofOf(request)`. For proofs that cover the head alone (tokens): the body is left to Fastify. Where a proof is good for one request, it is
 * used up by an answer of 2xx.
 * @throws SetupError where the secret is missing, no gate can be built so, or the proof covers the body
 *
 * @example
 * app.addHook('onRequest', requireProof('approov', process.env.APPROOV_BASE64_SECRET));
 */
export const requireProof: FastifyProof<ProviderChoice, GateSource> = (...parameters: readonly unknown[]) =>
  proofBy(parameters, ANY_PROVIDER);

/**
 * As `requireProof`, of a provider that is imported, or a gate of one: no other provider is in the bundle.
 * @throws SetupError as `requireProof` does, and for a provider’s id
 *
 * @example
 * app.addHook('onRequest', requireProofOf(approov, process.env.APPROOV_BASE64_SECRET));
 */
export const requireProofOf: FastifyProof<ImportedProvider, ImportedGateSource> = (
  ...parameters: readonly unknown[]
) => proofBy(parameters, IMPORTED_PROVIDER);

function proofBy(parameters: readonly unknown[], maker: GateMaker): FastifyHook {
  const { gate, settings } = proofChoiceOf(parameters, maker);
  if (gate.scheme.readsBody) {
    throw new SetupError(
      'provider',
      `the proof of ${gate.provider} covers the body, which Fastify has not read when the hook runs`,
      'Use webhook(…) on its routes, or put the gateway in front.',
    );
  }
  return (request, reply) =>
    orNeutral(reply, settings, async () => {
      const received = await judged(gate, fastifyHead(request, settings), request, reply);
      if (received) answer(request, reply, received, settings);
    });
}

/** Undefined as soon as the request may go on; its claim, where there is one, is held until the answer has gone out. */
function judged(
  gate: Gate,
  head: RequestHead,
  { raw }: FastifyRequest,
  reply: FastifyReply,
): Promise<Received<unknown> | undefined> {
  return new Promise((resolve, reject) => {
    const noBody = (): Promise<undefined> => Promise.resolve(undefined);
    receiveProof(gate, head, noBody, (accepted, claim) =>
      passOn(gate, claim, reply.raw, () => {
        proofs.set(raw, accepted);
        resolve(undefined);
      }),
    ).then(resolve, reject);
  });
}

/** The whole request; undefined where the sender has gone before its end. For a hook `preParsing`. */
export async function toSignedRequest(
  request: FastifyRequest,
  { maxBodyBytes, trustProxy = false }: { readonly maxBodyBytes: number; readonly trustProxy?: boolean },
): Promise<SignedRequest | undefined> {
  const body = await nodeBody(request.raw, maxBodyBytes);
  return body && { ...fastifyHead(request, { trustProxy }), body };
}

/** Hands an answer to Fastify. */
export function writeReply(reply: FastifyReply, { status, headers, body }: GateReply): void {
  if (reply.sent) return;
  reply.code(status);
  for (const [name, value] of Object.entries(headers)) reply.header(name, value);
  reply.send(body);
}

function fastifyHead(
  { raw, originalUrl }: FastifyRequest,
  settings: Pick<Settings, 'trustProxy'>,
): RequestHead {
  return { ...nodeHead(raw, settings), url: originalUrl };
}

function answer(
  { raw }: FastifyRequest,
  reply: FastifyReply,
  received: Received<unknown>,
  settings: Settings,
): void {
  // Nobody is there to be answered; a hook that is over without an answer would go on.
  if (isClosed(reply.raw) && !reply.sent) return void reply.hijack();
  const { statusCode: status } = reply;
  writeReply(
    reply,
    answerTo(received, settings, { httpVersionMajor: memberOf(raw, 'httpVersionMajor'), status }),
  );
}

/** A mistake of the set-up is answered neutrally and told; all else that is thrown is Fastify’s. */
async function orNeutral(reply: FastifyReply, settings: Settings, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    settings.onError(error);
    writeReply(reply, FAILED);
  }
}
