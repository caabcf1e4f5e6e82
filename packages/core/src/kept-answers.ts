/** Answers that repeats are given, within a bound: the oldest are dropped. */

/** What a kept answer costs besides its bytes, so that empty answers are bounded too. */
const ANSWER_OVERHEAD_BYTES = 192;

/** By the claim’s identity, as a string of 8 UTF-16 units. */
export class KeptAnswers {
  #maxBytes: number;
  readonly #answers = new Map<string, Uint8Array>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get isEmpty(): boolean {
    return this.#answers.size === 0;
  }

  get(key: string): Uint8Array | undefined {
    return this.#answers.get(key);
  }

  keep(key: string, answer: Uint8Array): void {
    this.forget(key);
    const bytes = answer.byteLength + ANSWER_OVERHEAD_BYTES;
    if (bytes > this.#maxBytes) return;
    this.#answers.set(key, new Uint8Array(answer));
    this.#bytes += bytes;
    this.#dropOldest();
  }

  /** Changes the bound, and drops the oldest beyond it. */
  bound(maxBytes: number): void {
    this.#maxBytes = maxBytes;
    this.#dropOldest();
  }

  #dropOldest(): void {
    for (const oldest of this.#answers.keys()) {
      if (this.#bytes <= this.#maxBytes) break;
      this.forget(oldest);
    }
  }

  forget(key: string): void {
    const answer = this.#answers.get(key);
    if (answer === undefined) return;
    this.#answers.delete(key);
    this.#bytes -= answer.byteLength + ANSWER_OVERHEAD_BYTES;
  }
}
