/** Bytes with others in place of some: put together piece by piece, in slices. */
import { Buffer } from 'node:buffer';
import { SLICE_BYTES, type Sliced } from '../loop-slices.ts';

/** Copied between two turns once all is known: two thirds of a millisecond. */
const COPIED_BYTES = 16 * SLICE_BYTES;

export class SplicedBytes {
  readonly #bytes: Buffer;
  readonly #pieces: Buffer[] = [];
  #piece: Buffer = Buffer.alloc(0);
  #used = 0;
  #total = 0;
  /** Up to where it was taken over, or left out. */
  #at = 0;
  #isChanged = false;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Takes over what comes before that. */
  keepTo(end: number): void {
    this.#append(this.#bytes, this.#at, end);
    this.#at = end;
  }

  /** Puts others there. */
  replace(start: number, end: number, others: Buffer): void {
    this.keepTo(start);
    this.#append(others, 0, others.length);
    this.#at = end;
    this.#isChanged = true;
  }

  /** All of it; what was not changed is not copied. */
  *joined(): Sliced<Buffer> {
    if (!this.#isChanged) return this.#bytes;
    const joined = Buffer.allocUnsafe(this.#total);
    let at = 0;
    let copiedTo = 0;
    for (const piece of this.#pieces) {
      at += piece.copy(joined, at, 0, Math.min(piece.length, this.#total - at));
      if (at - copiedTo < COPIED_BYTES) continue;
      copiedTo = at;
      yield;
    }
    return joined;
  }

  #append(bytes: Buffer, start: number, end: number): void {
    for (let at = start; at < end; ) {
      if (this.#used === this.#piece.length) {
        this.#piece = Buffer.allocUnsafeSlow(SLICE_BYTES);
        this.#pieces.push(this.#piece);
        this.#used = 0;
      }
      const copied = bytes.copy(this.#piece, this.#used, at, end);
      at += copied;
      this.#used += copied;
      this.#total += copied;
    }
  }
}
