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
  let piped: PipedBody | undefined;
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
      piped = new PipedBody(incoming, maxBytes, listener);
      piped.body.once('close', release);
      return piped.body;
    },
    settle() {
      if (piped === undefined) release();
    },
    end() {
      release();
      piped?.breakOff('sender-left');
    },
  };
}

/** A body on its way from a request to a reader. */
class PipedBody {
  readonly body: Readable;
  readonly #incoming: IncomingMessage;
  readonly #maxBytes: number;
  readonly #listener: StreamListener;
  /** What came and nobody took. */
  readonly #waiting = collectBytes();
  #bytes = 0;
  #isAsked = false;
  #isPlanned = false;
  #isOver = false;

  constructor(incoming: IncomingMessage, maxBytes: number, listener: StreamListener) {
    this.#incoming = incoming;
    this.#maxBytes = maxBytes;
    this.#listener = listener;
    this.body = new Readable({
      // Asked for a piece only where it has none.
      highWaterMark: 1,
      read: () => this.#read(),
      destroy: (error, done) => {
        this.#stop();
        this.#waiting.take();
        incoming.resume();
        done(error);
      },
    });
    this.body.on('error', () => {});
    incoming.on('data', this.#onData);
    incoming.on('end', this.#finish);
    incoming.on('close', this.#onClose);
  }

  breakOff(fault: StreamFault): void {
    if (this.#isOver || this.body.destroyed) return;
    this.#listener.onFault(fault);
    this.body.destroy();
  }

  #read(): void {
    this.#isAsked = true;
    if (this.#waiting.length === 0) this.#listener.onTurn('sender');
    this.#give();
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#maxBytes) {
      this.breakOff('body-too-large');
      return;
    }
    this.#waiting.add(chunk);
    if (this.#waiting.length >= PIECE_BYTES) {
      this.#incoming.pause();
      this.#give();
    } else if (!this.#isPlanned) {
      // Chunks that came together are passed on together, however small they are.
      this.#isPlanned = true;
      setImmediate(this.#give);
    }
  };

  readonly #give = (): void => {
    this.#isPlanned = false;
    if (!this.#isAsked || this.#waiting.length === 0) return;
    this.#isAsked = false;
    this.#listener.onTurn('reader');
    this.body.push(this.#waiting.take());
    this.#incoming.resume();
  };

  readonly #finish = (): void => {
    this.#isOver = true;
    this.#stop();
    this.#listener.onTurn('reader');
    if (this.#waiting.length > 0) this.body.push(this.#waiting.take());
    this.body.push(null);
  };

  readonly #onClose = (): void => this.breakOff('sender-left');

  #stop(): void {
    this.#incoming.removeListener('data', this.#onData);
    this.#incoming.removeListener('end', this.#finish);
    this.#incoming.removeListener('close', this.#onClose);
  }
}
