/** Webhooks in Hono: `app.post('/webhooks/stripe', webhook('stripe', (env: Env) => env.SECRET, (event) => …))`. The entry `@countersign/core/hono`. */
import type { ImportedProvider, ProviderChoice } from '../gate.ts';
import { memberOf } from '../given.ts';
import type { Accepted, MaybePromise } from '../model.ts';
import { SetupError } from '../setup-error.ts';
import { ANY_PROVIDER } from './any-provider.ts';
import type { WebhookEvent } from './event.ts';
import { IMPORTED_PROVIDER } from './imported-provider.ts';
import { type LateSecret, lateChoice, lateProof } from './late-secret.ts';
import { FAILED } from './receive-event.ts';
import type {
  AdapterOptions,
  GateMaker,
  GateSource,
  ImportedGateSource,
  Secret,
  Settings,
} from './settings.ts';
import { serveWebProof } from './web-proof.ts';
import { toResponse } from './web-request.ts';
import { serveWebWebhook } from './web-webhook.ts';

export type { LateSecret } from './late-secret.ts';
export * from './shared-exports.ts';
export { toResponse, toSignedRequest } from './web-request.ts';

/** What is needed of Hono’s context. */
export interface HonoContext<Env = unknown> {
  readonly req: { raw: Request };
  readonly env: Env;
  readonly res: Response;
  set(name: 'proof', value: Accepted): void;
  body(data: null): Response;
}

/** What `requireProof` adds: `new Hono<{ Variables: ProofVariables }>()` types `c.get('proof')`. */
export interface ProofVariables {
  proof: Accepted;
}

/** Given the event and Hono’s context. A `Response` that it returns is the answer; else a status of 400 or above that it sets is, and frees the claim. */
export type HonoHandler<Payload, Context> = (
  event: WebhookEvent<Payload>,
  c: Context,
) => MaybePromise<unknown>;

/** A handler of a route. */
export type HonoListener<Context> = (c: Context) => Promise<Response>;

/** `webhook` and `webhookOf`: the one of any provider, the other of those that are imported. */
export interface HonoWebhook<Choice, Source> {
  <Payload = unknown, Env = unknown, Context extends HonoContext<Env> = HonoContext<Env>>(
    provider: Choice,
    secret: Secret | LateSecret<Env>,
    handler: HonoHandler<Payload, Context>,
    options?: AdapterOptions,
  ): HonoListener<Context>;
  <Payload = unknown, Context extends HonoContext = HonoContext>(
    gate: Source,
    handler: HonoHandler<Payload, Context>,
    options?: AdapterOptions,
  ): HonoListener<Context>;
}

/**
 * Answers webhooks, as `webhook` of `@countersign/core/fetch` does; the secret may be a function of `c.env`. What the handler throws goes to
 * `app.onError`, after the claim is freed.
 * @throws SetupError where the secret is missing (a function of `env`: answers 500, and tells `onError`), or no gate can be built so
 *
 * @example
 * app.post('/webhooks/github', webhook('github', (env: Env) => env.GITHUB_WEBHOOK_SECRET, (event) => console.log(event.type)));
 */
export const webhook: HonoWebhook<ProviderChoice, GateSource> = (...parameters: readonly unknown[]) =>
  webhookBy(parameters, ANY_PROVIDER);

/**
 * As `webhook`, of a provider that is imported, or a gate of one: no other provider is in the bundle.
 * @throws SetupError as `webhook` does, and for a provider’s id
 *
 * @example
 * app.post('/webhooks/github', webhookOf(github, (env: Env) => env.GITHUB_WEBHOOK_SECRET, (event) => console.log(event.type)));
 */
export const webhookOf: HonoWebhook<ImportedProvider, ImportedGateSource> = (
  ...parameters: readonly unknown[]
) => webhookBy(parameters, IMPORTED_PROVIDER);

function webhookBy(parameters: readonly unknown[], maker: GateMaker): HonoListener<HonoContext> {
  const { settings, choose } = lateChoice<HonoHandler<unknown, HonoContext>>(parameters, maker);
  return async (c) =>
    orNeutral(settings, () => {
      const { gate, handler } = choose(c.env);
      return serveWebWebhook(gate, settings, c.req.raw, async (event) => {
        const value = await handler(event, c);
        if (value instanceof Response || memberOf(value, 'kind') === 'failed') return value;
        // A status alone is the answer.
        const stated = c.body(null);
        return stated.status === 200 ? value : stated;
      });
    });
}

/** A middleware. */
export type HonoMiddleware<Context> = (
  c: Context,
  next: () => Promise<void>,
) => Promise<Response | undefined>;

/** `requireProof` and `requireProofOf`: the one of any provider, the other of those that are imported. */
export interface HonoProof<Choice, Source> {
  <Env = unknown, Context extends HonoContext<Env> = HonoContext<Env>>(
    provider: Choice,
    secret: Secret | LateSecret<Env>,
    options?: AdapterOptions,
  ): HonoMiddleware<Context>;
  <Context extends HonoContext = HonoContext>(
    gate: Source,
    options?: AdapterOptions,
  ): HonoMiddleware<Context>;
}

/**
 * A middleware for a whole API: answers what is not genuine, and passes the rest on, with `c.get('proof')`. Where the proof covers the head
 * alone (a token), the body is left unread; else `c.req` has the bytes that were proved. Where a proof is good for one request, it
 * is used up by an answer of 2xx.
 * @throws SetupError where the secret is missing, or no gate can be built so
 *
 * @example
 * app.use('/api/*', requireProof('approov', (env: Env) => env.APPROOV_BASE64_SECRET));
 */
export const requireProof: HonoProof<ProviderChoice, GateSource> = (...parameters: readonly unknown[]) =>
  proofBy(parameters, ANY_PROVIDER);

/**
 * As `requireProof`, of a provider that is imported, or a gate of one: no other provider is in the bundle.
 * @throws SetupError as `requireProof` does, and for a provider’s id
 *
 * @example
 * app.use('/api/*', requireProofOf(approov, (env: Env) => env.APPROOV_BASE64_SECRET));
 */
export const requireProofOf: HonoProof<ImportedProvider, ImportedGateSource> = (
  ...parameters: readonly unknown[]
) => proofBy(parameters, IMPORTED_PROVIDER);

function proofBy(parameters: readonly unknown[], maker: GateMaker): HonoMiddleware<HonoContext> {
  const { settings, choose } = lateProof(parameters, maker);
  return async (c, next) => {
    let passedOn: Response | undefined;
    const response = await orNeutral(settings, () =>
      serveWebProof(choose(c.env), settings, c.req.raw, async (request, proof) => {
        c.set('proof', proof);
        if (request !== c.req.raw) c.req.raw = request;
        await next();
        passedOn = c.res;
        return passedOn;
      }),
    );
    // What is passed on has its answer in the context.
    return response === passedOn ? undefined : response;
  };
}

/** A mistake of the set-up is answered neutrally and told; all else that is thrown is Hono’s. */
async function orNeutral(settings: Settings, work: () => Promise<Response>): Promise<Response> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    settings.onError(error);
    return toResponse(FAILED);
  }
}
