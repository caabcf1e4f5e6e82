/** Webhooks in Koa: `router.post('/webhooks/stripe', webhook('stripe', secret, (event) => …))`. The entry `@countersign/core/koa`. */
import type { ImportedProvider, ProviderChoice, Received } from '../gate.ts';
import { memberOf } from '../given.ts';
import type { Accepted, MaybePromise, RequestHead, SignedRequest } from '../model.ts';
import type { GateReply } from '../reply.ts';
import { SetupError } from '../setup-error.ts';
import { ANY_PROVIDER } from './any-provider.ts';
import type { WebhookEvent } from './event.ts';
import { IMPORTED_PROVIDER } from './imported-provider.ts';
import { clearFailure, type NodeResponse } from './node-reply.ts';
import { type NodeRequest, nodeBody, nodeHead } from './node-request.ts';
import {
  actedByPassing,
  actedByStatus,
  answerTo,
  FAILED,
  isHandled,
  isSuccess,
  receiveProof,
  receiveWebhook,
} from './receive-event.ts';
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

/** What is needed of Koa’s context. */
export interface KoaContext {
  readonly req: NodeRequest;
  readonly res: NodeResponse;
  readonly originalUrl: string;
  /** Where body parsers leave what they read. */
  readonly request: object;
  /** `proof` is what `requireProof` has proved. */
  readonly state: object;
  status: number;
  body: unknown;
  respond?: boolean | undefined;
  set(name: string, value: string): void;
}

/** Given the event and Koa’s context: it may answer by itself. */
export type KoaHandler<Payload, Context> = (
  event: WebhookEvent<Payload>,
  ctx: Context,
) => MaybePromise<unknown>;

/** A middleware that answers. */
export type KoaListener<Context> = (ctx: Context) => Promise<void>;

/** `webhook` and `webhookOf`: the one of any provider, the other of those that are imported. */
export interface KoaWebhook<Choice, Source> {
  <Payload = unknown, Context extends KoaContext = KoaContext>(
    provider: Choice,
    secret: Secret,
    handler: KoaHandler<Payload, Context>,
    options?: AdapterOptions,
  ): KoaListener<Context>;
  <Payload = unknown, Context extends KoaContext = KoaContext>(
    gate: Source,
    handler: KoaHandler<Payload, Context>,
    options?: AdapterOptions,
  ): KoaListener<Context>;
}

/**
 * Answers webhooks, as `webhook` of `@countersign/core/node` does. What the handler throws goes Koa’s way, after the claim is freed. A handler
 * that sets `ctx.body` or `ctx.status` has answered; 400 or above frees the claim. Mount it above the body parser.
 * @throws SetupError where the secret is missing, or no gate can be built so
 *
 * @example
 * router.post('/webhooks/github', webhook('github', process.env.GITHUB_WEBHOOK_SECRET, (event) => console.log(event.type)));
 */
export const webhook: KoaWebhook<ProviderChoice, GateSource> = (...parameters: readonly unknown[]) =>
  webhookBy(parameters, ANY_PROVIDER);

/**
 * As `webhook`, of a provider that is imported, or a gate of one: no other provider is in the bundle.
 * @throws SetupError as `webhook` does, and for a provider’s id
 *
 * @example
 * router.post('/webhooks/github', webhookOf(github, process.env.GITHUB_WEBHOOK_SECRET, (event) => console.log(event.type)));
 */
export const webhookOf: KoaWebhook<ImportedProvider, ImportedGateSource> = (
  ...parameters: readonly unknown[]
) => webhookBy(parameters, IMPORTED_PROVIDER);

function webhookBy(parameters: readonly unknown[], maker: GateMaker): KoaListener<KoaContext> {
  const { gate, handler, settings } = choiceOf<KoaHandler<unknown, KoaContext>>(parameters, maker);
  return (ctx) =>
    orNeutral(ctx, settings, async () => {
      const readBody = (): ReturnType<typeof koaBody> => koaBody(ctx, gate.maxBodyBytes);
      const received = await receiveWebhook(gate, koaHead(ctx, settings), readBody, async (event) => {
        clearFailure(ctx.res);
        return actedByStatus(await handler(event, ctx), ctx.status);
      });
      if (received) answer(ctx, received, settings);
    });
}

/** A middleware that passes on. */
export type KoaMiddleware = (ctx: KoaContext, next: () => Promise<unknown>) => Promise<void>;

/** `requireProof` and `requireProofOf`: the one of any provider, the other of those that are imported. */
export interface KoaProof<Choice, Source> {
  (provider: Choice, secret: Secret, options?: AdapterOptions): KoaMiddleware;
  (gate: Source, options?: AdapterOptions): KoaMiddleware;
}

/**
 * A middleware for a whole API: answers what is not genuine, and passes the rest on, with `ctx.state.proof`. Where the proof covers the head
 * alone (a token), the body is left in its stream; else it is read, and `ctx.request.body` and `ctx.request.rawBody` are its bytes.
 * Where a proof is good for one request, it is used up by an answer of 2xx.
 * @throws SetupError where the secret is missing, or no gate can be built so
 *
 * @example
 * app.use(requireProof('approov', process.env.APPROOV_BASE64_SECRET));
 */
export const requireProof: KoaProof<ProviderChoice, GateSource> = (...parameters: readonly unknown[]) =>
  proofBy(parameters, ANY_PROVIDER);

/**
 * As `requireProof`, of a provider that is imported, or a gate of one: no other provider is in the bundle.
 * @throws SetupError as `requireProof` does, and for a provider’s id
 *
 * @example
 * app.use(requireProofOf(approov, process.env.APPROOV_BASE64_SECRET));
 */
export const requireProofOf: KoaProof<ImportedProvider, ImportedGateSource> = (
  ...parameters: readonly unknown[]
) => proofBy(parameters, IMPORTED_PROVIDER);

function proofBy(parameters: readonly unknown[], maker: GateMaker): KoaMiddleware {
  const { gate, settings } = proofChoiceOf(parameters, maker);
  return (ctx, next) =>
    orNeutral(ctx, settings, async () => {
      const readBody = (): ReturnType<typeof koaBody> => koaBody(ctx, gate.maxBodyBytes);
      const received = await receiveProof(
        gate,
        koaHead(ctx, settings),
        readBody,
        async (proof: Accepted, _claim, { body }) => {
          Object.assign(ctx.state, { proof });
          if (gate.scheme.readsBody) Object.assign(ctx.request, { body, rawBody: body });
          await next();
          return actedByPassing(gate, undefined, isSuccess(ctx.status));
        },
      );
      if (received && !isHandled(received)) answer(ctx, received, settings);
    });
}

/** The whole request; undefined where the sender has gone before its end. @throws SetupError where a parser has read the body */
export async function toSignedRequest(
  ctx: KoaContext,
  { maxBodyBytes, trustProxy = false }: { readonly maxBodyBytes: number; readonly trustProxy?: boolean },
): Promise<SignedRequest | undefined> {
  const body = await koaBody(ctx, maxBodyBytes);
  return body && { ...koaHead(ctx, { trustProxy }), body };
}

/** Hands an answer to Koa. */
export function writeReply(ctx: KoaContext, { status, headers, body }: GateReply): void {
  ctx.status = status;
  // Before the headers: Koa sets a type of its own.
  ctx.body = body;
  for (const [name, value] of Object.entries(headers)) ctx.set(name, value);
}

/** Where a router has cut the path, it is whole again. */
function koaHead({ req, originalUrl }: KoaContext, settings: Pick<Settings, 'trustProxy'>): RequestHead {
  return { ...nodeHead(req, settings), url: originalUrl };
}

function koaBody({ req, request }: KoaContext, maxBytes: number): Promise<Uint8Array | undefined> {
  const rawBody = memberOf(request, 'rawBody') ?? memberOf(req, 'rawBody');
  return nodeBody(req, maxBytes, { rawBody, body: memberOf(request, 'body') });
}

/** Whether the handler has answered by itself. A status alone is none: it is answered with it. */
function hasAnswered(ctx: KoaContext): boolean {
  return ctx.res.headersSent || ctx.respond === false || ctx.body !== undefined;
}

function answer(ctx: KoaContext, received: Received<unknown>, settings: Settings): void {
  if (isHandled(received) && hasAnswered(ctx)) return;
  const { status, req } = ctx;
  writeReply(
    ctx,
    answerTo(received, settings, { httpVersionMajor: memberOf(req, 'httpVersionMajor'), status }),
  );
}

/** A mistake of the set-up is answered neutrally and told; all else that is thrown is Koa’s. */
async function orNeutral(ctx: KoaContext, settings: Settings, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    settings.onError(error);
    writeReply(ctx, FAILED);
  }
}
