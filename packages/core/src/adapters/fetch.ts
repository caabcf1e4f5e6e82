/** Webhooks in fetch handlers: Next.js, SvelteKit, Remix, workers, Bun, Deno. The entry `@countersign/core/fetch`. */
import type { Gate, ImportedProvider, ProviderChoice } from '../gate.ts';
import { HeaderList } from '../headers.ts';
import type { Accepted, MaybePromise, RequestHead, SignedRequest } from '../model.ts';
import type { GateReply } from '../reply.ts';
import { readRequest } from '../request-from.ts';
import { SetupError } from '../setup-error.ts';
import { ANY_PROVIDER } from './any-provider.ts';
import type { WebhookEvent } from './event.ts';
import { IMPORTED_PROVIDER } from './imported-provider.ts';
import { type LateChoice, type LateSecret, lateChoice } from './late-secret.ts';
import {
  answerTo,
  FAILED,
  outcomeOfPassing,
  outcomeOfStatus,
  receiveEvent,
  refuseEarly,
} from './receive-event.ts';
import type {
  AdapterOptions,
  Chosen,
  GateMaker,
  GateSource,
  ImportedGateSource,
  Secret,
  Settings,
} from './settings.ts';
import { circumstancesOf } from './trusted-proxy.ts';

export type { LateSecret } from './late-secret.ts';
export * from './shared-exports.ts';

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
      receiveWeb(gate, settings, request, (event) => handler(event, ...context)),
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

/** Judges a web `Request`, and makes the answer. @throws what `handle` throws, after the claim is freed */
export async function receiveWeb(
  gate: Gate,
  settings: Settings,
  request: Request,
  handle: (event: WebhookEvent) => MaybePromise<unknown>,
): Promise<Response> {
  const early = refuseEarly(gate, webHead(request, settings));
  if (early) {
    await request.body?.cancel().catch(() => {});
    return toResponse(answerTo({ kind: 'refused', verdict: early }, settings));
  }
  const signed = await toSignedRequest(request, { maxBodyBytes: gate.maxBodyBytes, ...settings });
  if (signed === undefined) return new Response(null, { status: 400 });
  const received = await receiveEvent(gate, signed, async (event) => {
    const value = await handle(event);
    return outcomeOfStatus(value, value instanceof Response ? value.status : 200);
  });
  const isHandled = received.kind === 'done' || received.kind === 'failed';
  if (isHandled && received.value instanceof Response) return received.value;
  return toResponse(answerTo(received, settings));
}

/** The head of a web `Request`. Its `Headers` join what was repeated. */
export function webHead(request: Request, { trustProxy }: Pick<Settings, 'trustProxy'>): RequestHead {
  const headers = HeaderList.from(request.headers);
  return {
    method: request.method,
    url: request.url,
    headers,
    ...circumstancesOf(headers, undefined, trustProxy),
  };
}

/**
 * The whole request; undefined where the sender has gone before its end. A body that is too long is read until that is known, and cut: the
 * gate refuses it by its length.
 * @throws SetupError where something has read the body before
 */
export async function toSignedRequest(
  request: Request,
  { maxBodyBytes, trustProxy = false }: { readonly maxBodyBytes: number; readonly trustProxy?: boolean },
): Promise<SignedRequest | undefined> {
  try {
    const { body } = await readRequest(request, maxBodyBytes);
    return { ...webHead(request, { trustProxy }), body };
  } catch (error) {
    if (error instanceof SetupError) throw error;
    return undefined;
  }
}

/** An answer as a web `Response`. */
export function toResponse({ status, headers, body }: GateReply): Response {
  return new Response(body, { status, headers: { ...headers } });
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
      proveWeb(gate, settings, request, (proved, proof) => handler(proved, proof, ...context)),
    );
}

/** @throws what `pass` throws, after the claim is freed */
export async function proveWeb(
  gate: Gate,
  settings: Settings,
  request: Request,
  pass: (request: Request, proof: Accepted) => MaybePromise<Response>,
): Promise<Response> {
  const head = webHead(request, settings);
  const { readsBody } = gate.scheme;
  const early = readsBody ? refuseEarly(gate, head) : gate.refuseHead(head);
  if (early) return toResponse(answerTo({ kind: 'refused', verdict: early }, settings));
  const signed = readsBody
    ? await toSignedRequest(request, { maxBodyBytes: gate.maxBodyBytes, ...settings })
    : { ...head, body: new Uint8Array(0) };
  if (signed === undefined) return new Response(null, { status: 400 });
  const received = await gate.receive(signed, async (accepted) => {
    const response = await pass(readsBody ? withBody(request, signed.body) : request, accepted);
    return outcomeOfPassing(gate, response, response.ok);
  });
  if (received.kind === 'done' || received.kind === 'failed') return received.value;
  return toResponse(answerTo(received, settings));
}

function withBody(request: Request, bytes: Uint8Array): Request {
  const { method, url, headers } = request;
  const hasNone = method === 'GET' || method === 'HEAD';
  return new Request(url, { method, headers, ...(!hasNone && { body: Uint8Array.from(bytes) }) });
}
