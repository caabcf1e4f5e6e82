/** A body of JSON with other values in place of some members’: every other byte stays. */
import { Buffer } from 'node:buffer';

/** What is nested deeper is no message, and each level takes some of the stack. */
const MAX_DEPTH = 1_000;

/**
 * @param paths a name alone masks wherever it stands; several are a path from the top, `*` for each member or element
 * @returns undefined for what is no JSON
 */
export function maskedJson(
  bytes: Buffer,
  paths: readonly (readonly string[])[],
  mask: Buffer,
): Buffer | undefined {
  return isJson(bytes) ? new Masking(bytes, paths, mask).run() : undefined;
}

/** As `JSON.parse` reads it, and not as core does, which refuses a name that stands twice: both are masked here. */
function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString());
    return true;
  } catch {
    return false;
  }
}

/** One way through a text in which nothing is wrong. */
class Masking {
  readonly #bytes: Buffer;
  /** A character for each byte. */
  readonly #text: string;
  readonly #names: ReadonlySet<string>;
  readonly #paths: readonly (readonly string[])[];
  readonly #mask: Buffer;
  /** The names of members, and the places of elements, that lead to where it is. */
  readonly #path: string[] = [];
  readonly #pieces: Buffer[] = [];
  #copied = 0;
  #at = 0;

  constructor(bytes: Buffer, paths: readonly (readonly string[])[], mask: Buffer) {
    this.#bytes = bytes;
    this.#text = bytes.toString('latin1');
    this.#names = new Set(paths.flatMap((path) => (path.length === 1 ? path : [])));
    this.#paths = paths.filter((path) => path.length > 1);
    this.#mask = mask;
  }

  /** @returns undefined where it is nested too deep */
  run(): Buffer | undefined {
    this.#to(0);
    if (!this.#value(false)) return undefined;
    return Buffer.concat([...this.#pieces, this.#bytes.subarray(this.#copied)]);
  }

  /** From the first byte of a value to behind it. @returns false where it is nested too deep */
  #value(isMember: boolean): boolean {
    const text = this.#text;
    if (this.#isMasked(isMember)) {
      this.#pieces.push(this.#bytes.subarray(this.#copied, this.#at), this.#mask);
      this.#at = valueEnd(text, this.#at);
      this.#copied = this.#at;
      return true;
    }
    const char = text.charAt(this.#at);
    if (char === '{' || char === '[') return this.#inside(char === '{');
    this.#at = char === '"' ? stringEnd(text, this.#at) : scalarEnd(text, this.#at);
    return true;
  }

  #isMasked(isMember: boolean): boolean {
    const path = this.#path;
    if (isMember && this.#names.has(path.at(-1) ?? '')) return true;
    return this.#paths.some(
      (masked) =>
        masked.length === path.length && masked.every((name, i) => name === '*' || name === path[i]),
    );
  }

  /** From the opening bracket of an object or an array to behind the closing one. */
  #inside(isObject: boolean): boolean {
    const text = this.#text;
    const closing = isObject ? '}' : ']';
    if (this.#path.length === MAX_DEPTH) return false;
    this.#to(this.#at + 1);
    for (let index = 0; text.charAt(this.#at) !== closing; index++) {
      this.#path.push(isObject ? this.#name() : String(index));
      if (!this.#value(isObject)) return false;
      this.#path.pop();
      this.#to(this.#at);
      if (text.charAt(this.#at) === ',') this.#to(this.#at + 1);
    }
    this.#at++;
    return true;
  }

  /** From a name’s opening quote to the value behind its colon. */
  #name(): string {
    const end = stringEnd(this.#text, this.#at);
    const name = String(JSON.parse(this.#bytes.toString('utf8', this.#at, end)));
    this.#to(end);
    this.#to(this.#at + 1);
    return name;
  }

  /** Goes over the white space that stands there. */
  #to(at: number): void {
    this.#at = at;
    while (/\s/.test(this.#text.charAt(this.#at))) this.#at++;
  }
}

/** Behind the closing quote. */
function stringEnd(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charAt(at) !== '"') at += text.charAt(at) === '\\' ? 2 : 1;
  return at + 1;
}

function scalarEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length && !/[\s,\]}]/.test(text.charAt(at))) at++;
  return at;
}

/** Behind a whole value. */
function valueEnd(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; ) {
    const char = text.charAt(at);
    if (char === '"') at = stringEnd(text, at);
    else if (char === '{' || char === '[') {
      depth++;
      at++;
    } else if (char === '}' || char === ']') {
      depth--;
      at++;
    } else if (depth === 0) return scalarEnd(text, at);
    else at++;
    if (depth === 0) return at;
  }
  return text.length;
}
