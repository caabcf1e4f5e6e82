/** A webhook on Node’s servers: one way for `node:http`, Express and all that hand over Node’s request and response. */
import type { Received } from '../gate.ts';
import { memberOf } from '../given.ts';
import type { MaybePromise, Refused } from '../model.ts';
import { SetupError } from '../setup-error.ts';
import type { WebhookEvent } from './event.ts';
import { type NodeResponse, writeLastReply, writeReply } from './node-reply.ts';
import { type NodeRequest, nodeBody, nodeHead } from './node-request.ts';
import { answerTo, FAILED, outcomeOfStatus, receiveEvent, refuseEarly } from './receive-event.ts';
import type { Chosen, Settings } from './settings.ts';

/** What a framework goes on with, after a request or after its error. */
export type Next = (error?: unknown) => void;

/** Given the event, and Node’s request and response: it may answer by itself. */
export type NodeHandler<Payload, Req, Res> = (
  event: WebhookEvent<Payload>,
  req: Req,
  res: Res,
) => MaybePromise<unknown>;

/** Takes a request and answers it; errors of the handler go to `next`, where there is one. Never rejects. */
export async function serveWebhook<Payload, Req extends NodeRequest, Res extends NodeResponse>(
  { gate, handler, settings }: Chosen<NodeHandler<Payload, Req, Res>>,
  req: Req,
  res: Res,
  next: Next | undefined,
): Promise<void> {
  try {
    const head = nodeHead(req, settings);
    const early = refuseEarly(gate, head);
    if (early) return refuse(early, req, res, settings);
    const body = await nodeBody(req, gate.maxBodyBytes);
    if (body === undefined) return;
    const received = await receiveEvent<Payload, unknown>(gate, { ...head, body }, async (event) => {
      const value = await handler(event, req, res);
      return outcomeOfStatus(value, res.headersSent ? res.statusCode : 200);
    });
    answer(received, req, res, settings);
  } catch (error) {
    failNode(error, res, settings, next);
  }
}

/** A mistake of the set-up is answered neutrally and told; what a handler threw goes the framework’s way. */
export function failNode(
  error: unknown,
  res: NodeResponse,
  { onError }: Settings,
  next: Next | undefined,
): void {
  if (next !== undefined && !(error instanceof SetupError)) {
    next(error);
    return;
  }
  onError(error);
  writeReply(res, FAILED);
}

export function refuse(verdict: Refused, req: NodeRequest, res: NodeResponse, settings: Settings): void {
  answer({ kind: 'refused', verdict }, req, res, settings);
}

function answer(received: Received<unknown>, req: NodeRequest, res: NodeResponse, settings: Settings): void {
  const reply = answerTo(received, settings);
  const isCut = received.kind === 'refused' && received.verdict.reason === 'body-too-large';
  if (isCut) writeLastReply(res, reply, memberOf(req, 'httpVersionMajor'));
  else writeReply(res, reply);
}
