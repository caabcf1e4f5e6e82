/** Webhooks in fetch handlers: Next.js, SvelteKit, Remix, workers, Bun, Deno. The entry `@countersign/core/fetch`. */
import type { ImportedProvider, ProviderChoice } from '../gate.ts';
import type { Accepted, MaybePromise } from '../model.ts';
import { ANY_PROVIDER } from './any-provider.ts';
import type { WebhookEvent } from './event.ts';
import { IMPORTED_PROVIDER } from './imported-provider.ts';
import { type LateChoice, type LateSecret, lateChoice } from './late-secret.ts';
import { FAILED } from './receive-event.ts';
import type {
  AdapterOptions,
  Chosen,
  GateMaker,
  GateSource,
  ImportedGateSource,
  Secret,
} from './settings.ts';
import { serveWebProof } from './web-proof.ts';
import { toResponse } from './web-request.ts';
import { serveWebWebhook } from './web-webhook.ts';

export type { LateSecret } from './late-secret.ts';
export * from './shared-exports.ts';
export { toResponse, toSignedRequest } from './web-request.ts';

/** Given the event, and what came beside the request (`env`, a route’s context). A `Response` that it returns is the answer. */
export type FetchHandler<Payload, Context extends readonly unknown[]> = (
  event: WebhookEvent<Payload>,
  ...context: Context
) => MaybePromise<unknown>;

/** What a router calls: `export const POST = webhook(…)`, `export default { fetch: webhook(…) }`. */
export type FetchListener<Context extends readonly unknown[]> = (
  request: Request,
  ...context: Context
) => Promise<Response>;

/** `webhook` and `webhookOf`: the one of any provider, the other of those that are imported. */
export interface FetchWebhook<Choice, Source> {
  <Payload = unknown, Env = unknown, Rest extends readonly unknown[] = readonly unknown[]>(
    provider: Choice,
    secret: LateSecret<Env>,
    handler: FetchHandler<Payload, readonly [env: Env, ...rest: Rest]>,
    options?: AdapterOptions,
  ): FetchListener<readonly [env: Env, ...rest: Rest]>;
  <Payload = unknown, Context extends readonly unknown[] = readonly unknown[]>(
    provider: Choice,
    secret: Secret,
    handler: FetchHandler<Payload, Context>,
    options?: AdapterOptions,
  ): FetchListener<Context>;
  <Payload = unknown, Context extends readonly unknown[] = readonly unknown[]>(
    gate: Source,
    handler: FetchHandler<Payload, Context>,
    options?: AdapterOptions,
  ): FetchListener<Context>;
}

/**
 * Answers webhooks: reads the body, proves it, runs the handler at most once for each event, and answers. 200 where the handler ends; 500, and
 * the sender’s retry runs, where it throws or returns `failed()`. A `Response` from the handler is the answer; one of 400 or above frees
 * the claim.
 * @throws SetupError where the secret is missing (a function of `env`: answers 500, and tells `onError`), or no gate can be built so
 *
 * @example
 * export const POST = webhook('github', process.env.GITHUB_WEBHOOK_SECRET, (event) => console.log(event.type));
 * export default { fetch: webhook('github', (env: Env) => env.GITHUB_WEBHOOK_SECRET, (event) => console.log(event.type)) };
 */
export const webhook: FetchWebhook<ProviderChoice, GateSource> = (...parameters: readonly unknown[]) =>
  webhookBy(parameters, ANY_PROVIDER);

/**
 * As `webhook`, of a provider that is imported, or a gate of one: no other provider is in the bundle.
 * @throws SetupError as `webhook` does, and for a provider’s id
 *
 * @example
 * export default { fetch: webhookOf(github, (env: Env) => env.GITHUB_WEBHOOK_SECRET, (event) => console.log(event.type)) };
 */
export const webhookOf: FetchWebhook<ImportedProvider, ImportedGateSource> = (
  ...parameters: readonly unknown[]
) => webhookBy(parameters, IMPORTED_PROVIDER);

function webhookBy(parameters: readonly unknown[], maker: GateMaker): FetchListener<readonly unknown[]> {
  const late = lateChoice<FetchHandler<unknown, readonly unknown[]>>(parameters, maker);
  return (request, ...context) =>
    answered(late, context, ({ gate, handler, settings }) =>
      serveWebWebhook(gate, settings, request, (event) => handler(event, ...context)),
    );
}

/** Fetch handlers have no way for errors that is the same everywhere: they are told, and answered with 500. */
async function answered<Handler>(
  { settings, choose }: LateChoice<Handler>,
  [env]: readonly unknown[],
  answer: (choice: Chosen<Handler>) => Promise<Response>,
): Promise<Response> {
  try {
    return await answer(choose(env));
  } catch (error) {
    settings.onError(error);
    return toResponse(FAILED);
  }
}

/** Given a genuine request, whose body nobody has read where the proof does not cover it. */
export type ProvedHandler<Context extends readonly unknown[]> = (
  request: Request,
  proof: Accepted,
  ...context: Context
) => MaybePromise<Response>;

/** `requireProof` and `requireProofOf`: the one of any provider, the other of those that are imported. */
export interface FetchProof<Choice, Source> {
  <Env = unknown, Rest extends readonly unknown[] = readonly unknown[]>(
    provider: Choice,
    secret: LateSecret<Env>,
    handler: ProvedHandler<readonly [env: Env, ...rest: Rest]>,
    options?: AdapterOptions,
  ): FetchListener<readonly [env: Env, ...rest: Rest]>;
  <Context extends readonly unknown[] = readonly unknown[]>(
    provider: Choice,
    secret: Secret,
    handler: ProvedHandler<Context>,
    options?: AdapterOptions,
  ): FetchListener<Context>;
  <Context extends readonly unknown[] = readonly unknown[]>(
    gate: Source,
    handler: ProvedHandler<Context>,
    options?: AdapterOptions,
  ): FetchListener<Context>;
}

/**
 * Puts an API behind a proof: answers what is not genuine, and hands the rest to the handler. Where the proof covers the head alone (a token),
 * the body is left unread; else the handler gets a `Request` of the bytes that were proved. Where a proof is good for one request, it is
 * used up by an answer of 2xx.
 * @throws SetupError where the secret is missing, or no gate can be built so
 *
 * @example
 * export const POST = requireProof('approov', process.env.APPROOV_BASE64_SECRET, (request, proof) => Response.json(proof.claims));
 */
export const requireProof: FetchProof<ProviderChoice, GateSource> = (...parameters: readonly unknown[]) =>
  proofBy(parameters, ANY_PROVIDER);

/**
 * As `requireProof`, of a provider that is imported, or a gate of one: no other provider is in the bundle.
 * @throws SetupError as `requireProof` does, and for a provider’s id
 *
 * @example
 * export const POST = requireProofOf(approov, process.env.APPROOV_BASE64_SECRET, (request, proof) => Response.json(proof.claims));
 */
export const requireProofOf: FetchProof<ImportedProvider, ImportedGateSource> = (
  ...parameters: readonly unknown[]
) => proofBy(parameters, IMPORTED_PROVIDER);

function proofBy(parameters: readonly unknown[], maker: GateMaker): FetchListener<readonly unknown[]> {
  const late = lateChoice<ProvedHandler<readonly unknown[]>>(parameters, maker);
  return (request, ...context) =>
    answered(late, context, ({ gate, handler, settings }) =>
      serveWebProof(gate, settings, request, (proved, proof) => handler(proved, proof, ...context)),
    );
}
