/** Reads a request's body into one buffer, within a bound. */
import type { IncomingMessage } from 'node:http';

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
  let only: Buffer | undefined;
  let chunks: Buffer[] | undefined;
  let bytes = 0;
  const onData = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      request.removeListener('data', onData);
      request.removeListener('end', onEnd);
      done(undefined);
    } else if (only === undefined) {
      only = chunk;
    } else if (chunks === undefined) {
      chunks = [only, chunk];
    } else {
      chunks.push(chunk);
    }
  };
  const onEnd = (): void => {
    // Most bodies come in one chunk: no copy.
    if (chunks === undefined) done(only ?? EMPTY);
    else done(Buffer.concat(chunks, bytes));
  };
  request.on('data', onData);
  request.on('end', onEnd);
}

/** Whether a body follows the request's head. */
export function announcesBody(request: IncomingMessage): boolean {
  const declared = request.headers['content-length'];
  return request.headers['transfer-encoding'] !== undefined || (declared !== undefined && declared !== '0');
}
