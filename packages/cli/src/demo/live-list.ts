/** A list that grows before a browser's eyes: server-sent events, taken up again where a connection broke. */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface LiveListLimits {
  /** How many items who joins is shown, and who comes back may have missed. */
  readonly remembered: number;
  /** A further one hears 503. */
  readonly maxListeners: number;
  /** A listener who has stopped reading is let go; a browser comes back by itself, and misses nothing that is remembered. */
  readonly maxUnsentBytes: number;
  /** How often something is written at least, so that neither side waits for the other on a dead connection. */
  readonly heartbeatMs: number;
}

const LIMITS: LiveListLimits = {
  remembered: 50,
  maxListeners: 32,
  maxUnsentBytes: 256 * 1024,
  heartbeatMs: 15_000,
};

export interface LiveList {
  push(item: object): void;
  /** Streams items into an answer until its reader leaves. */
  stream(request: IncomingMessage, response: ServerResponse): void;
  close(): void;
}

interface Kept {
  readonly n: number;
  readonly text: string;
}

export function createLiveList(limits: LiveListLimits = LIMITS): LiveList {
  /** Ids of another run are none of ours. */
  const run = randomBytes(4).toString('hex');
  const last: Kept[] = [];
  const listeners = new Set<ServerResponse>();
  let n = 0;
  let heartbeat: NodeJS.Timeout | undefined;
  let isClosed = false;

  const write = (listener: ServerResponse, text: string): void => {
    if (listener.writableLength > limits.maxUnsentBytes) listener.destroy();
    else listener.write(text);
  };
  const leave = (listener: ServerResponse): void => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(heartbeat);
    heartbeat = undefined;
  };
  const join = (listener: ServerResponse): void => {
    listeners.add(listener);
    heartbeat ??= setInterval(() => {
      // A comment: a browser passes over it.
      for (const response of listeners) write(response, ':\n\n');
    }, limits.heartbeatMs).unref();
  };
  /** What a listener has not had, by the id that it had last. */
  const missedBy = ({ headers }: IncomingMessage): string => {
    const [itsRun, number] = String(headers['last-event-id'] ?? '').split('-');
    const had = itsRun === run && /^\d{1,15}$/.test(number ?? '') ? Number(number) : 0;
    return last
      .filter((item) => item.n > had)
      .map(({ text }) => text)
      .join('');
  };

  return {
    push(item) {
      n++;
      const text = `id: ${run}-${n}\ndata: ${JSON.stringify(item)}\n\n`;
      last.push({ n, text });
      if (last.length > limits.remembered) last.shift();
      for (const listener of listeners) write(listener, text);
    },
    stream(request, response) {
      if (isClosed || listeners.size >= limits.maxListeners) {
        response.writeHead(503, { 'content-type': 'text/plain', 'cache-control': 'no-store' });
        response.end('Too many watch this list, or it has ended.\n');
        return;
      }
      response.on('error', () => {});
      response.on('close', () => leave(response));
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      response.write(`retry: 1000\n\n${missedBy(request)}`);
      join(response);
    },
    close() {
      isClosed = true;
      for (const listener of listeners) listener.end();
    },
  };
}
