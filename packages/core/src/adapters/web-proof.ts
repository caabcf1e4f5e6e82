/** A web `Request` that is passed on once it is proved: one way for fetch handlers and Hono. */
import type { Gate } from '../gate.ts';
import type { Accepted, MaybePromise } from '../model.ts';
import { actedByPassing, receiveProof } from './receive-event.ts';
import type { Settings } from './settings.ts';
import { answerWeb, bodyOf, webHead } from './web-request.ts';

/**
 * Judges a request, and passes a genuine one on: the same where the proof covers no body, else one of the bytes that were proved.
 * @throws what `pass` throws, after the claim is freed
 */
export async function serveWebProof(
  gate: Gate,
  settings: Settings,
  request: Request,
  pass: (request: Request, proof: Accepted) => MaybePromise<Response>,
): Promise<Response> {
  const readBody = (): ReturnType<typeof bodyOf> => bodyOf(request, gate.maxBodyBytes);
  const received = await receiveProof(
    gate,
    webHead(request, settings),
    readBody,
    async (accepted, _claim, { body }) => {
      const response = await pass(gate.scheme.readsBody ? withBody(request, body) : request, accepted);
      return actedByPassing(gate, response, response.ok);
    },
  );
  return answerWeb(received, settings);
}

function withBody(request: Request, bytes: Uint8Array): Request {
  const { method, url, headers } = request;
  const hasNone = method === 'GET' || method === 'HEAD';
  return new Request(url, { method, headers, ...(!hasNone && { body: Uint8Array.from(bytes) }) });
}
