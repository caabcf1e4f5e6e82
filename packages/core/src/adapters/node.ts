/** Webhooks with `node:http` and `node:http2`, and with whatever hands over their request and response. The entry `@countersign/core/node`. */
import type { ImportedProvider, ProviderChoice } from '../gate.ts';
import { ANY_PROVIDER } from './any-provider.ts';
import { IMPORTED_PROVIDER } from './imported-provider.ts';
import { type Proved, serveProof } from './node-proof.ts';
import type { NodeResponse } from './node-reply.ts';
import type { NodeRequest } from './node-request.ts';
import { type Next, type NodeHandler, serveWebhook } from './node-webhook.ts';
import {
  type AdapterOptions,
  choiceOf,
  type GateMaker,
  type GateSource,
  type ImportedGateSource,
  proofChoiceOf,
  type Secret,
} from './settings.ts';

export type { Proved } from './node-proof.ts';
export { type NodeResponse, writeReply } from './node-reply.ts';
export { type NodeRequest, nodeRequest as toSignedRequest } from './node-request.ts';
export type { Next, NodeHandler } from './node-webhook.ts';
export * from './shared-exports.ts';

/** A listener of `createServer`, and a middleware: what the handler throws goes to `next` where there is one, else to `onError`. */
export type NodeListener<Req, Res> = (req: Req, res: Res, next?: Next) => Promise<void>;

/** `webhook` and `webhookOf`: the one of any provider, the other of those that are imported. */
export interface NodeWebhook<Choice, Source> {
  <Payload = unknown, Req extends NodeRequest = NodeRequest, Res extends NodeResponse = NodeResponse>(
    provider: Choice,
    secret: Secret,
    handler: NodeHandler<Payload, Req, Res>,
    options?: AdapterOptions,
  ): NodeListener<Req, Res>;
  <Payload = unknown, Req extends NodeRequest = NodeRequest, Res extends NodeResponse = NodeResponse>(
    gate: Source,
    handler: NodeHandler<Payload, Req, Res>,
    options?: AdapterOptions,
  ): NodeListener<Req, Res>;
}

/**
 * Answers webhooks: reads the body, proves it, runs the handler at most once for each event, and answers. 200 where the handler ends; 500, and
 * the sender’s retry runs, where it throws or returns `failed()`. A handler may answer by itself with `res`; a status of 400 or above, sent or only set, frees
 * the claim.
 * @throws SetupError where the secret is missing, or no gate can be built so
 *
 * @example
 * createServer(webhook('github', process.env.GITHUB_WEBHOOK_SECRET, (event) => console.log(event.type))).listen(8080);
 */
export const webhook: NodeWebhook<ProviderChoice, GateSource> = (...parameters: readonly unknown[]) =>
  webhookBy(parameters, ANY_PROVIDER);

/**
 * As `webhook`, of a provider that is imported, or a gate of one: no other provider is in the bundle.
 * @throws SetupError as `webhook` does, and for a provider’s id
 *
 * @example
 * createServer(webhookOf(github, process.env.GITHUB_WEBHOOK_SECRET, (event) => console.log(event.type))).listen(8080);
 */
export const webhookOf: NodeWebhook<ImportedProvider, ImportedGateSource> = (
  ...parameters: readonly unknown[]
) => webhookBy(parameters, IMPORTED_PROVIDER);

function webhookBy(
  parameters: readonly unknown[],
  maker: GateMaker,
): NodeListener<NodeRequest, NodeResponse> {
  const choice = choiceOf<NodeHandler<unknown, NodeRequest, NodeResponse>>(parameters, maker);
  return (req, res, next) => serveWebhook(choice, req, res, next);
}

/** Passes a request on, with its `proof`. */
export type ProofMiddleware = (req: NodeRequest & Proved, res: NodeResponse, next: Next) => Promise<void>;

/** `requireProof` and `requireProofOf`: the one of any provider, the other of those that are imported. */
export interface NodeProof<Choice, Source> {
  (provider: Choice, secret: Secret, options?: AdapterOptions): ProofMiddleware;
  (gate: Source, options?: AdapterOptions): ProofMiddleware;
}

/**
 * A middleware for a whole API: answers what is not genuine, and passes the rest on with `req.proof`. Where the proof covers the head alone
 * (a token), the body is left in its stream; else it is read, and `req.body` and `req.rawBody` are its bytes. Where a proof is good
 * for one request, it is used up by an answer of 2xx.
 * @throws SetupError where the secret is missing, or no gate can be built so
 *
 * @example
 * app.use(requireProof('approov', process.env.APPROOV_BASE64_SECRET));
 */
export const requireProof: NodeProof<ProviderChoice, GateSource> = (...parameters: readonly unknown[]) =>
  proofBy(parameters, ANY_PROVIDER);

/**
 * As `requireProof`, of a provider that is imported, or a gate of one: no other provider is in the bundle.
 * @throws SetupError as `requireProof` does, and for a provider’s id
 *
 * @example
 * app.use(requireProofOf(approov, process.env.APPROOV_BASE64_SECRET));
 */
export const requireProofOf: NodeProof<ImportedProvider, ImportedGateSource> = (
  ...parameters: readonly unknown[]
) => proofBy(parameters, IMPORTED_PROVIDER);

function proofBy(parameters: readonly unknown[], maker: GateMaker): ProofMiddleware {
  const { gate, settings } = proofChoiceOf(parameters, maker);
  return (req, res, next) => serveProof(gate, settings, req, res, next);
}
