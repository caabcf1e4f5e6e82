/**
 * One upstream: so many requests with it at once, so many that wait, and of each whether it ever left.
 *
 * A pool's own queue has no bound, and a request in it hears no abort before a connection takes it. So who waits, waits here.
 */
import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { loadUndici } from '../outgoing/load-undici.ts';
import { createPinnedConnect } from '../outgoing/pinned-connect.ts';
import { createTurns, type Turns } from '../turns.ts';

export interface UpstreamOptions {
  /** Scheme, host and port. */
  readonly origin: string;
  /** For a connection; and between two pieces of an answer's body. */
  readonly timeoutMs: number;
  readonly maxConnections: number;
}

/** Why a request was not sent: as many wait as may, its signal, or that the upstream is no longer called. */
export type Unsent = 'full' | 'aborted' | 'closed';

export interface Upstream {
  /** Waits for a turn, which `send` gives back. */
  turn(signal: AbortSignal): Unsent | undefined | Promise<Unsent | undefined>;
  /** Rejects at once where the signal is aborted; nothing is sent from then on. */
  send(request: UpstreamRequest): Promise<UpstreamAnswer>;
  /** Gives a turn back that nothing was sent in. */
  giveBack(): void;
  /** Those who wait are told that their turn will not come. */
  drain(): void;
  close(): Promise<void>;
}

export type UpstreamAnswer = Dispatcher.ResponseData<Watch>;

export interface UpstreamRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: string[];
  readonly body: Readable | Uint8Array | null;
  readonly signal: AbortSignal;
  /** A connection took the request: from now on the upstream may have it. */
  readonly onSend: () => void;
}

/** What undici is told of a request beside the request, and hands through. */
interface Watch {
  onStart(): void;
  onEnd(): void;
}

/** Loads undici, which only a gateway with such a gate pays for. */
export async function openUpstream({
  origin,
  timeoutMs,
  maxConnections,
}: UpstreamOptions): Promise<Upstream> {
  const { Pool } = await loadUndici();
  const pool = new Pool(origin, {
    connections: maxConnections,
    connect: await createPinnedConnect({ policy: 'configured', timeoutMs }),
    // The time to the answer's head is the caller's.
    headersTimeout: 0,
    bodyTimeout: timeoutMs,
  });
  const watched = pool.compose(watching);
  const turns = createTurns({ concurrency: maxConnections, queue: maxConnections });
  return {
    turn: (signal) => (turns.take() ? undefined : waitForTurn(turns, signal)),
    send: (request) => send(watched, request, turns),
    giveBack: () => turns.give(),
    drain: () => turns.close(),
    close: () => pool.destroy(),
  };
}

function waitForTurn(turns: Turns, signal: AbortSignal): Promise<Unsent | undefined> {
  return new Promise((resolve) => {
    const leave = (): void => {
      turns.leave(listener);
      resolve('aborted');
    };
    const listener = (isTurn: boolean): void => {
      signal.removeEventListener('abort', leave);
      resolve(isTurn ? undefined : 'closed');
    };
    if (signal.aborted) resolve('aborted');
    else if (!turns.wait(listener)) resolve('full');
    else signal.addEventListener('abort', leave, { once: true });
  });
}

function send(
  pool: Dispatcher,
  { method, onSend, ...request }: UpstreamRequest,
  turns: Turns,
): Promise<UpstreamAnswer> {
  const { signal, body } = request;
  let isStarted = false;
  let isOver = false;
  const watch: Watch = {
    onStart: () => {
      // One that was aborted before is let go in this moment, and not sent.
      if (signal.aborted) return;
      isStarted = true;
      onSend();
    },
    onEnd: () => {
      if (isOver) return;
      isOver = true;
      turns.give();
    },
  };
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      // What a connection has is aborted by undici.
      if (isStarted) return;
      if (body instanceof Readable) body.destroy();
      reject(signal.reason);
    };
    signal.addEventListener('abort', stop, { once: true });
    pool
      .request<Watch>({
        ...request,
        method: method as Dispatcher.HttpMethod,
        responseHeaders: 'raw',
        opaque: watch,
      })
      .then(resolve, (error: unknown) => {
        watch.onEnd();
        reject(error);
      })
      .finally(() => signal.removeEventListener('abort', stop));
  });
}

/** Tells a request's watch when a connection takes it and when that is free again. */
function watching(dispatch: Dispatcher.Dispatch): Dispatcher.Dispatch {
  return (options, handler) => {
    const { onStart, onEnd } = (options as Dispatcher.RequestOptions<Watch>).opaque as Watch;
    return dispatch(options, {
      onRequestStart: (controller, context) => {
        onStart();
        handler.onRequestStart?.(controller, context);
      },
      onResponseStart: (...args) => handler.onResponseStart?.(...args),
      onResponseData: (...args) => handler.onResponseData?.(...args),
      onResponseEnd: (...args) => {
        handler.onResponseEnd?.(...args);
        onEnd();
      },
      onResponseError: (...args) => {
        handler.onResponseError?.(...args);
        onEnd();
      },
    });
  };
}
