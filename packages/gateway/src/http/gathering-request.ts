/** Node's request, whose body takes memory by its bytes while nobody reads it. */
import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { type ByteCollector, collectBytes } from '@countersign/core/collect-bytes';
import { nodeHttp } from './node-http.ts';

/** What waits is handed on in pieces of at least this. */
const PIECE_BYTES = 4096;

/**
 * Makes the class. Of a body that nobody reads Node keeps the first 64 KB and has the sender wait; but as one object of 240 bytes
 * for each chunk, which are 16 MB for chunks of one byte. Here what waits is put together.
 */
export function createGatheringRequest(): typeof IncomingMessage {
  return class GatheringRequest extends nodeHttp().IncomingMessage {
    #waiting: ByteCollector | undefined;

    override push(chunk: Buffer | null, encoding?: BufferEncoding): boolean {
      if (chunk === null) {
        this.#handOn();
        return super.push(null);
      }
      const flows = this.readableFlowing === true;
      if (flows && !this.#waiting?.length) return super.push(chunk, encoding);
      this.#waiting ??= collectBytes();
      this.#waiting.add(chunk);
      if (flows || this.#waiting.length >= PIECE_BYTES) this.#handOn();
      return this.readableLength + this.#waiting.length < this.readableHighWaterMark;
    }

    override _read(size: number): void {
      // Node asks ahead also while nobody reads.
      if (this.readableFlowing === true) this.#handOn();
      super._read(size);
    }

    #handOn(): void {
      if (!this.#waiting?.length) return;
      const { buffer, byteOffset, byteLength } = this.#waiting.take();
      super.push(Buffer.from(buffer, byteOffset, byteLength));
    }
  };
}
