/** The first bytes of an answer, whatever its length. */
import { MAX_ANSWER_BYTES } from './destination.ts';

export class AnswerBytes {
  readonly #chunks: Uint8Array[] = [];
  #length = 0;
  #passed = 0;

  /** How many have come, also those that are not kept. */
  get passed(): number {
    return this.#passed;
  }

  add(chunk: Uint8Array): void {
    this.#passed += chunk.length;
    const room = MAX_ANSWER_BYTES - this.#length;
    if (room <= 0 || chunk.length === 0) return;
    // A copy: a chunk is a window on a buffer of 64 KB, and may be used again.
    const first = Uint8Array.prototype.slice.call(chunk, 0, room);
    this.#chunks.push(first);
    this.#length += first.length;
  }

  /** Undefined where nothing came. @param after more, in what room is left */
  bytes(after?: AnswerBytes): Uint8Array | undefined {
    const all = after === undefined ? this.#chunks : [...this.#chunks, ...after.#chunks];
    if (all.length <= 1) return all[0];
    const length = after === undefined ? this.#length : this.#length + after.#length;
    return Buffer.concat(all, Math.min(length, MAX_ANSWER_BYTES));
  }
}
