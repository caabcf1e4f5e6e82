/** A secret's text behind a wall: it comes out by `reveal()` only, never by printing, logging or serialising. */
import { SetupError } from '@countersign/core/internal/setup-error';

const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/** Holds a secret; `String()`, `JSON.stringify` and `util.inspect` give `[secret]`. */
export class Secret {
  readonly #text: string;

  /** @throws SetupError for what is no text: an unset variable, say. */
  constructor(text: string) {
    if (typeof text !== 'string') {
      throw new SetupError(
        'secret',
        'it is not text',
        'Give the text; an unset environment variable is the usual cause.',
      );
    }
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
