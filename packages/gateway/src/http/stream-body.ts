/** Passes a request's body on while it comes: held are the pieces that wait, not the body. */
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { collectBytes } from '@countersign/core/collect-bytes';
import type { BodyStream, StreamFault, StreamListener } from '../call.ts';
import type { BodyBudget } from './body-budget.ts';
import type { BodyReading } from './read-body.ts';

/** A body that nobody has read yet. */
export interface StreamedBody extends BodyStream, BodyReading {
  /** Nobody will open it any more. One that is open goes on. */
  settle(): void;
}

export interface StreamBodyOptions {
  readonly maxBytes: number;
  /** Where what a stream may hold is counted until its end. */
  readonly budget: BodyBudget;
  /** Called before the first byte is read. */
  readonly onOpen: () => void;
}

/** A body of less is read whole: that takes no more memory than passing it on. */
export const STREAM_FROM_BYTES = 65_536;

/** Pieces that wait for the reader are put together up to this, then the sender has to wait. */
const PIECE_BYTES = 32_768;

/** Those pieces, and as much again on each side: in Node's request, and on its way to the upstream's socket. */
const HELD_BYTES = 3 * PIECE_BYTES;

/** Undefined where the budget has no room. */
export function streamBody(
  incoming: IncomingMessage,
  { maxBytes, budget, onOpen }: StreamBodyOptions,
): StreamedBody | undefined {
  if (!budget.resize(0, HELD_BYTES)) return undefined;
  let held = HELD_BYTES;
  let breakOff: ((fault: StreamFault) => void) | undefined;
  const release = (): void => {
    budget.resize(held, 0);
    held = 0;
    incoming.removeListener('close', release);
  };
  incoming.once('close', release);
  const length = incoming.headers['content-length'];
  return {
    length: length === undefined ? undefined : Number(length),
    open(listener) {
      onOpen();
      const piped = pipeBody(incoming, maxBytes, listener);
      breakOff = piped.breakOff;
      piped.body.once('close', release);
      return piped.body;
    },
    settle() {
      if (breakOff === undefined) release();
    },
    end() {
      release();
      breakOff?.('sender-left');
    },
  };
}

interface PipedBody {
  readonly body: Readable;
  readonly breakOff: (fault: StreamFault) => void;
}

function pipeBody(incoming: IncomingMessage, maxBytes: number, listener: StreamListener): PipedBody {
  /** What came and nobody took. */
  const waiting = collectBytes();
  let bytes = 0;
  let isAsked = false;
  let isPlanned = false;
  let isOver = false;

  const give = (): void => {
    isPlanned = false;
    if (!isAsked || waiting.length === 0) return;
    isAsked = false;
    listener.onTurn('reader');
    body.push(waiting.take());
    incoming.resume();
  };
  const finish = (): void => {
    isOver = true;
    stop();
    listener.onTurn('reader');
    if (waiting.length > 0) body.push(waiting.take());
    body.push(null);
  };
  const onData = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      breakOff('body-too-large');
      return;
    }
    waiting.add(chunk);
    if (waiting.length >= PIECE_BYTES) {
      incoming.pause();
      give();
    } else if (!isPlanned) {
      // Chunks that came together are passed on together, however small they are.
      isPlanned = true;
      setImmediate(give);
    }
  };
  const onClose = (): void => breakOff('sender-left');
  const stop = (): void => {
    incoming.removeListener('data', onData);
    incoming.removeListener('end', finish);
    incoming.removeListener('close', onClose);
  };
  const breakOff = (fault: StreamFault): void => {
    if (isOver || body.destroyed) return;
    listener.onFault(fault);
    body.destroy();
  };
  const body = new Readable({
    // Asked for a piece only where it has none.
    highWaterMark: 1,
    read() {
      isAsked = true;
      if (waiting.length === 0) listener.onTurn('sender');
      give();
    },
    destroy(error, done) {
      stop();
      waiting.take();
      incoming.resume();
      done(error);
    },
  });
  body.on('error', () => {});
  incoming.on('data', onData);
  incoming.on('end', finish);
  incoming.on('close', onClose);
  return { body, breakOff };
}
