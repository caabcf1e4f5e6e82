/** Which fields of forms are masked. Fields may be members of members, as frameworks read them: `email[]`, `user[email]`, `user.email`. */
import { Buffer } from 'node:buffer';
import type { JsonPlaces } from '../stores/json-places.ts';

/** What is longer is masked unread: no field has such a name, and to read it takes time. */
const MAX_NAME_BYTES = 16 * 1024;

const PERCENT = 0x25;
const PLUS = 0x2b;

export class FieldNames {
  readonly #names: ReadonlySet<string>;
  readonly #lengths: ReadonlySet<number>;
  readonly #paths: readonly (readonly string[])[];
  readonly #longestPath: number;
  readonly #decoded: Buffer = Buffer.alloc(MAX_NAME_BYTES);

  constructor({ names, paths }: JsonPlaces) {
    this.#names = new Set(names);
    this.#lengths = new Set(names.map((name) => Buffer.byteLength(name)));
    this.#paths = paths;
    this.#longestPath = Math.max(0, ...paths.map(({ length }) => length));
  }

  /** Whether the field is masked whose name stands there, as it was written. */
  hides(bytes: Buffer, start: number, end: number): boolean {
    if (end - start > MAX_NAME_BYTES) return true;
    const decoded = this.#decoded;
    const length = this.#decode(bytes, start, end);
    const leading: string[] = [];
    let partStart = 0;
    for (let at = 0; at <= length; at++) {
      if (at < length && !isBound(decoded[at])) continue;
      if (this.#isName(partStart, at)) return true;
      if (leading.length < this.#longestPath) leading.push(decoded.toString('utf8', partStart, at));
      while (at + 1 < length && isBound(decoded[at + 1])) at++;
      partStart = at + 1;
    }
    return this.#paths.some(
      (path) => path.length <= leading.length && path.every((name, i) => name === '*' || name === leading[i]),
    );
  }

  /** No text is made of most parts: their lengths tell them from what is masked. */
  #isName(start: number, end: number): boolean {
    return this.#lengths.has(end - start) && this.#names.has(this.#decoded.toString('utf8', start, end));
  }

  /**
   * What is no escape stands for itself.
   * @returns how long it is
   * @see https://url.spec.whatwg.org/#urlencoded-parsing
   */
  #decode(bytes: Buffer, start: number, end: number): number {
    const decoded = this.#decoded;
    let length = 0;
    for (let at = start; at < end; at++) {
      const byte = bytes[at] as number;
      const escaped = byte === PERCENT && at + 2 < end ? hexByte(bytes, at + 1) : -1;
      if (escaped >= 0) at += 2;
      decoded[length++] = escaped >= 0 ? escaped : byte === PLUS ? 0x20 : byte;
    }
    return length;
  }
}

function isBound(byte: number | undefined): boolean {
  return byte === 0x5b || byte === 0x5d || byte === 0x2e;
}

/** @returns -1 where there is none */
function hexByte(bytes: Buffer, at: number): number {
  const high = hexDigit(bytes[at] ?? 0);
  const low = hexDigit(bytes[at + 1] ?? 0);
  return high < 0 || low < 0 ? -1 : 16 * high + low;
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
