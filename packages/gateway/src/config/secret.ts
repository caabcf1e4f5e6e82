/** A secret's text behind a wall: it comes out by `reveal()` only, never by printing, logging or serialising. */

const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/** Holds a secret; `String()`, `JSON.stringify` and `util.inspect` give `[secret]`. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    Object.freeze(this);
  }

  /** The text itself. Call this where the key is made, and keep the result nowhere else. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  static {
    // Node's `util.inspect`, hence `console.log`, looks for this method.
    Object.defineProperty(Secret.prototype, INSPECT, { value: () => '[secret]' });
  }
}
