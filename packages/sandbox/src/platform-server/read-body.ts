/** Reads a request's body within a bound. */
import type { IncomingMessage } from 'node:http';
import { collectBytes } from '@countersign/core/collect-bytes';

/**
 * The body's bytes, or undefined where there are more than `maxBytes`. Reads to the end either way: an answer given while
 * the sender still writes may be lost with the connection. Never settles where the sender breaks off.
 */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Uint8Array | undefined> {
  return new Promise((resolve) => {
    const collected = collectBytes();
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) collected.add(chunk);
    });
    request.on('end', () => resolve(bytes <= maxBytes ? collected.take() : undefined));
  });
}

/** So deep nobody writes; what walks a value overflows the stack at some thousands. */
const MAX_LEVELS = 100;

function isTooDeep(value: unknown, level = 1): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return level > MAX_LEVELS || Object.values(value).some((member) => isTooDeep(member, level + 1));
}

/** A JSON text's value; undefined where the bytes are no UTF-8, no JSON or nested too deeply. JSON itself has no such value. */
export function jsonOf(body: Uint8Array): unknown {
  try {
    const value: unknown = JSON.parse(
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body),
    );
    return isTooDeep(value) ? undefined : value;
  } catch {
    return undefined;
  }
}
