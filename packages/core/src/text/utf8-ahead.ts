/** Whether what follows in a text is UTF-8, so that its scan need not look at each character. */
import { decodeUtf8 } from './bytes.ts';

/** What the platform checks at once, in a fifth of the time that checking by hand takes. */
const PIECE_BYTES = 16 * 1024;

/** By hand so far: a call of the platform takes as long as some twenty characters do. */
const FEW_CHARACTERS = 20;

export class Utf8Ahead {
  readonly #bytes: Uint8Array;
  /** How many characters were found that are no ASCII. */
  #characters = 0;
  /** Whether a byte is known to follow that is no UTF-8: which one, is found by hand. */
  #isDoubtful = false;
  /** Up to there, all is known to be UTF-8. */
  checkedTo = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Whether no character was found yet that is no ASCII. */
  get isAscii(): boolean {
    return this.#characters === 0;
  }

  /** Has what follows checked, where that pays; false where the character at `at` is yet to be checked by hand. */
  check(at: number): boolean {
    const bytes = this.#bytes;
    if (at < this.checkedTo || ++this.#characters <= FEW_CHARACTERS || this.#isDoubtful) return false;
    let end = Math.min(at + PIECE_BYTES, bytes.length);
    // A character that crosses the end is left out.
    for (let back = 0; back < 3 && ((bytes[end] as number) & 0xc0) === 0x80; back++) end--;
    this.#isDoubtful = decodeUtf8(bytes.subarray(at, end)) === undefined;
    if (!this.#isDoubtful) this.checkedTo = end;
    return !this.#isDoubtful;
  }
}
