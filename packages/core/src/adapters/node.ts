/** Webhooks with `node:http` and `node:http2`, and with whatever hands over their request and response. The entry `@countersign/core/node`. */
import type { ProviderChoice } from '../gate.ts';
import { type Proved, serveProof } from './node-proof.ts';
import type { NodeResponse } from './node-reply.ts';
import type { NodeRequest } from './node-request.ts';
import { type Next, type NodeHandler, serveWebhook } from './node-webhook.ts';
import { type AdapterOptions, choiceOf, type GateSource, proofChoiceOf, type Secret } from './settings.ts';

export { type NodeResponse, writeReply } from './node-reply.ts';
export { type NodeRequest, nodeRequest as toSignedRequest } from './node-request.ts';
export type { Next, NodeHandler } from './node-webhook.ts';
export * from './shared-exports.ts';

/** A listener of `createServer`, and a middleware: what the handler throws goes to `next` where there is one, else to `onError`. */
export type NodeListener<Req, Res> = (req: Req, res: Res, next?: Next) => Promise<void>;

/**
 * Answers webhooks: reads the body, proves it, runs the handler at most once for each event, and answers. 200 where the handler ends; 500, and
 * the sender’s retry runs, where it throws or returns `failed()`. A handler that answers by itself with `res` is left to.
 * @throws SetupError where the secret is missing, or no gate can be built so
 *
 * @example
 * createServer(webhook('github', process.env.GITHUB_WEBHOOK_SECRET, (event) => console.log(event.type))).listen(8080);
 */
export function webhook<
  Payload = unknown,
  Req extends NodeRequest = NodeRequest,
  Res extends NodeResponse = NodeResponse,
>(
  provider: ProviderChoice,
  secret: Secret,
  handler: NodeHandler<Payload, Req, Res>,
  options?: AdapterOptions,
): NodeListener<Req, Res>;
export function webhook<
  Payload = unknown,
  Req extends NodeRequest = NodeRequest,
  Res extends NodeResponse = NodeResponse,
>(
  gate: GateSource,
  handler: NodeHandler<Payload, Req, Res>,
  options?: AdapterOptions,
): NodeListener<Req, Res>;
export function webhook(...parameters: readonly unknown[]): NodeListener<NodeRequest, NodeResponse> {
  const choice = choiceOf<NodeHandler<unknown, NodeRequest, NodeResponse>>(parameters);
  return (req, res, next) => serveWebhook(choice, req, res, next);
}

/** Passes a request on, with its `proof`. */
export type ProofMiddleware = (req: NodeRequest & Proved, res: NodeResponse, next: Next) => Promise<void>;

/**
 * A middleware for a whole API: answers what is not genuine, and passes the rest on with `req.proof`. Where the proof covers the head alone
 * (a token), the body is left in its stream; else it is read, and `req.body` and `req.rawBody` are its bytes. Where a proof is good
 * for one request, it is used up by an answer of 2xx.
 * @throws SetupError where the secret is missing, or no gate can be built so
 */
export function requireProof(
  provider: ProviderChoice,
  secret: Secret,
  options?: AdapterOptions,
): ProofMiddleware;
export function requireProof(gate: GateSource, options?: AdapterOptions): ProofMiddleware;
export function requireProof(...parameters: readonly unknown[]): ProofMiddleware {
  const { gate, settings } = proofChoiceOf(parameters);
  return (req, res, next) => serveProof(gate, settings, req, res, next);
}
