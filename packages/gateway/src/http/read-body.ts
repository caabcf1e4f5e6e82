/** Reads a request's body into one buffer, within its own bound and that of all bodies together. */
import type { IncomingMessage } from 'node:http';
import { collectBytes } from '@countersign/core/collect-bytes';
import type { BodyBudget } from './body-budget.ts';

/** A body that is read, and then held. */
export interface BodyReading {
  /** Its outcome has settled: drops what is held. A body that is passed on goes on. May be called twice. */
  settle(): void;
  /** Drops what is held, and reads no more. May be called twice. */
  end(): void;
}

export interface ReadBodyOptions {
  readonly maxBytes: number;
  /** What is held is counted there until the reading's `end`, or until the sender breaks off. */
  readonly budget: BodyBudget;
}

/** Why a body is not read to its end. */
export type BodyFault = 'body-too-large' | 'intake-full';

/**
 * Calls `done` once: with the bytes as received, or with what is wrong at the chunk that exceeds a bound.
 * Never calls it where the sender breaks off, or after `end`: the request is dropped.
 */
export function readBody(
  request: IncomingMessage,
  { maxBytes, budget }: ReadBodyOptions,
  done: (body: Uint8Array | BodyFault) => void,
): BodyReading {
  const collected = collectBytes(Number(request.headers['content-length'] ?? 0));
  let held = 0;
  const hold = (bytes: number): boolean => {
    if (!budget.resize(held, bytes)) return false;
    held = bytes;
    return true;
  };
  const stop = (): void => {
    request.removeListener('data', onData);
    request.removeListener('end', onEnd);
    request.removeListener('close', end);
  };
  const end = (): void => {
    stop();
    collected.take();
    hold(0);
  };
  const fail = (fault: BodyFault): void => {
    end();
    done(fault);
  };
  const onData = (chunk: Buffer): void => {
    if (collected.length + chunk.length > maxBytes) {
      fail('body-too-large');
      return;
    }
    collected.add(chunk);
    if (!hold(collected.heldBytes)) fail('intake-full');
  };
  const onEnd = (): void => {
    stop();
    const body = collected.take();
    hold(body.length);
    done(body);
  };
  request.on('data', onData);
  request.on('end', onEnd);
  request.on('close', end);
  return { end, settle: end };
}

/** Whether a body follows the request's head. */
export function announcesBody(request: IncomingMessage): boolean {
  const declared = request.headers['content-length'];
  return request.headers['transfer-encoding'] !== undefined || (declared !== undefined && declared !== '0');
}
