/** How often claims were begun that came to nothing. */

/** Claims whose runs so far are counted: a request that fails is tried again within minutes, if ever. */
const MAX_CLAIMS = 10_000;

/** By the claim’s identity, as a string of 8 UTF-16 units. */
export class FailedAttempts {
  readonly #attempts = new Map<string, number>();

  get isEmpty(): boolean {
    return this.#attempts.size === 0;
  }

  get(key: string): number | undefined {
    return this.#attempts.get(key);
  }

  count(key: string): void {
    const attempts = (this.#attempts.get(key) ?? 0) + 1;
    this.#attempts.delete(key);
    this.#attempts.set(key, attempts);
    if (this.#attempts.size > MAX_CLAIMS) this.forget(this.#attempts.keys().next().value ?? '');
  }

  forget(key: string): void {
    this.#attempts.delete(key);
  }
}
