/** A webhook of a web `Request`: one way for fetch handlers and Hono. */
import type { Gate } from '../gate.ts';
import type { MaybePromise } from '../model.ts';
import type { WebhookEvent } from './event.ts';
import { actedByStatus, receiveWebhook } from './receive-event.ts';
import type { Settings } from './settings.ts';
import { answerWeb, bodyOf, webHead } from './web-request.ts';

/**
 * Judges a request, and makes the answer.
 * @param handle may give a `Response`, which is the answer
 * @throws what `handle` throws, after the claim is freed
 */
export async function serveWebWebhook(
  gate: Gate,
  settings: Settings,
  request: Request,
  handle: (event: WebhookEvent) => MaybePromise<unknown>,
): Promise<Response> {
  const readBody = (): ReturnType<typeof bodyOf> => bodyOf(request, gate.maxBodyBytes);
  const received = await receiveWebhook(gate, webHead(request, settings), readBody, async (event) => {
    const value = await handle(event);
    return actedByStatus(value, value instanceof Response ? value.status : 200);
  });
  return answerWeb(received, settings);
}
