/** A webhook on Node’s servers: one way for `node:http`, Express and all that hand over Node’s request and response. */
import { memberOf } from '../given.ts';
import type { MaybePromise } from '../model.ts';
import { SetupError } from '../setup-error.ts';
import type { WebhookEvent } from './event.ts';
import { clearFailure, type NodeResponse, writeReply } from './node-reply.ts';
import { type NodeRequest, nodeBody, nodeHead } from './node-request.ts';
import { actedByStatus, answerTo, FAILED, receiveWebhook } from './receive-event.ts';
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
    const readBody = (): ReturnType<typeof nodeBody> => nodeBody(req, gate.maxBodyBytes);
    const received = await receiveWebhook<Payload, unknown>(
      gate,
      nodeHead(req, settings),
      readBody,
      async (event) => {
        clearFailure(res);
        return actedByStatus(await handler(event, req, res), res.statusCode);
      },
    );
    if (received === undefined) return;
    const { statusCode: status } = res;
    writeReply(
      res,
      answerTo(received, settings, { httpVersionMajor: memberOf(req, 'httpVersionMajor'), status }),
    );
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
