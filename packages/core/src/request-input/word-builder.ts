/** Words that are made char by char, in one buffer: a text that grows by single chars costs ten times as much. */
import { byteText } from '../text/bytes.ts';
import { InputError } from './input-error.ts';

/** More than any tool writes. Each is looked at by itself, and all of them at once. */
export const MAX_WORDS = 10_000;

export class WordBuilder {
  readonly words: string[] = [];
  readonly #bytes: Uint8Array;
  #length = 0;
  #isOpen = false;

  /** @param mostBytes of one word */
  constructor(mostBytes: number) {
    this.#bytes = new Uint8Array(mostBytes);
  }

  /** Begins a word, where none has begun: it may stay empty. */
  open(): void {
    this.#isOpen = true;
  }

  add(byte: number): void {
    this.#isOpen = true;
    this.#bytes[this.#length++] = byte;
  }

  /** @throws InputError for more words than are taken */
  end(): void {
    if (!this.#isOpen) return;
    if (this.words.length === MAX_WORDS) throw tooManyWords();
    this.words.push(byteText(this.#bytes.subarray(0, this.#length)));
    this.#length = 0;
    this.#isOpen = false;
  }
}

export function tooManyWords(): InputError {
  return new InputError(
    `the line has more than ${MAX_WORDS.toLocaleString('en')} words or options`,
    'Give the request as JSON, with its body in one text.',
  );
}
