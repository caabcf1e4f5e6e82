/** Reads a request's body into one buffer, within a bound. */
import type { IncomingMessage } from 'node:http';
import { collectBytes } from '@countersign/core/collect-bytes';

const EMPTY: Uint8Array = new Uint8Array(0);

/**
 * Calls `done` once: with the bytes as received, or with undefined as soon as they are known to be more than
 * `maxBytes`: before reading where Content-Length says so, else at the chunk that exceeds it.
 * Never calls it where the sender breaks off: the request is dropped.
 */
export function readBody(
  request: IncomingMessage,
  maxBytes: number,
  done: (body: Uint8Array | undefined) => void,
): void {
  const declared = request.headers['content-length'];
  if (declared === undefined && request.headers['transfer-encoding'] === undefined) {
    done(EMPTY);
    return;
  }
  if (declared !== undefined && Number(declared) > maxBytes) {
    done(undefined);
    return;
  }
  const collected = collectBytes(declared === undefined ? 0 : Number(declared));
  const onData = (chunk: Buffer): void => {
    if (collected.length + chunk.length <= maxBytes) {
      collected.add(chunk);
      return;
    }
    request.removeListener('data', onData);
    request.removeListener('end', onEnd);
    collected.take();
    done(undefined);
  };
  const onEnd = (): void => done(collected.take());
  request.on('data', onData);
  request.on('end', onEnd);
}

/** Whether a body follows the request's head. */
export function announcesBody(request: IncomingMessage): boolean {
  const declared = request.headers['content-length'];
  return request.headers['transfer-encoding'] !== undefined || (declared !== undefined && declared !== '0');
}
