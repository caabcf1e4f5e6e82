/** Web requests and responses: a `Request` into what a gate judges, and its answer into a `Response`. */
import type { Received } from '../gate.ts';
import { HeaderList } from '../headers.ts';
import type { RequestHead, SignedRequest } from '../model.ts';
import type { GateReply } from '../reply.ts';
import { readRequest } from '../request-from.ts';
import { SetupError } from '../setup-error.ts';
import { answerTo } from './receive-event.ts';
import type { Settings } from './settings.ts';
import { circumstancesOf } from './trusted-proxy.ts';

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
  const body = await bodyOf(request, maxBodyBytes);
  return body && { ...webHead(request, { trustProxy }), body };
}

/** The body, as `toSignedRequest` reads it. */
export async function bodyOf(request: Request, maxBytes: number): Promise<Uint8Array | undefined> {
  try {
    return (await readRequest(request, maxBytes)).body;
  } catch (error) {
    if (error instanceof SetupError) throw error;
    return undefined;
  }
}

/** An answer as a web `Response`. */
export function toResponse({ status, headers, body }: GateReply): Response {
  return new Response(body, { status, headers: { ...headers } });
}

/**
 * The handler’s own `Response`, or the answer to what a request came to. A body that nobody reads is left to the runtime: Node’s `Readable.toWeb`
 * throws where nobody can catch it when its stream is cancelled while bytes are on their way.
 */
export function answerWeb(received: Received<unknown> | undefined, settings: Settings): Response {
  if (received === undefined) return new Response(null, { status: 400 });
  if ('value' in received && received.value instanceof Response) return received.value;
  return toResponse(answerTo(received, settings));
}
