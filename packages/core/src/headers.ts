/** Header fields as received: order, case and repeats kept; found by lower-case name without allocating. */
import { byteText, utf8 } from './text/bytes.ts';

/** What a header list can be made from. Values are byte strings (one char a byte), as HTTP delivers them. */
export type HeaderSource =
  | HeaderList
  | Readonly<Record<string, string | readonly string[] | undefined>>
  | Iterable<readonly [string, string]>;

export class HeaderList {
  /** Names and values in turn, as Node's `rawHeaders`. */
  readonly flat: readonly string[];

  constructor(flat: readonly string[]) {
    this.flat = flat;
  }

  /** Wraps Node's `rawHeaders`, which must not change afterwards. */
  static fromRaw(rawHeaders: readonly string[]): HeaderList {
    return new HeaderList(rawHeaders);
  }

  /** From a record, pairs, or Fetch `Headers`. */
  static from(source: HeaderSource): HeaderList {
    if (source instanceof HeaderList) return source;
    const flat: string[] = [];
    if (isIterable(source)) {
      for (const [name, value] of source) flat.push(name, byteString(value));
    } else {
      for (const [name, value] of Object.entries(source)) {
        if (typeof value === 'string') flat.push(name, byteString(value));
        else if (value !== undefined) for (const one of value) flat.push(name, byteString(one));
      }
    }
    return new HeaderList(flat);
  }

  /** The first value of a header; `name` in lower case. */
  get(name: string): string | undefined {
    const { flat } = this;
    for (let i = 0; i < flat.length; i += 2) {
      if (sameName(flat[i] as string, name)) return flat[i + 1];
    }
    return undefined;
  }

  /** How often a header occurs; `name` in lower case. */
  count(name: string): number {
    const { flat } = this;
    let n = 0;
    for (let i = 0; i < flat.length; i += 2) if (sameName(flat[i] as string, name)) n++;
    return n;
  }

  /** The value of a header that must not be repeated: undefined where it is absent, `null` where it occurs twice or more. */
  single(name: string): string | null | undefined {
    const { flat } = this;
    let value: string | undefined;
    for (let i = 0; i < flat.length; i += 2) {
      if (!sameName(flat[i] as string, name)) continue;
      if (value !== undefined) return null;
      value = flat[i + 1];
    }
    return value;
  }

  /** A list without the named header, with one such header at its end. */
  with(name: string, value: string): HeaderList {
    const flat: string[] = [];
    for (const [n, v] of this) if (!sameName(n, name.toLowerCase())) flat.push(n, v);
    flat.push(name, value);
    return new HeaderList(flat);
  }

  *[Symbol.iterator](): Generator<readonly [string, string]> {
    const { flat } = this;
    for (let i = 0; i < flat.length; i += 2) yield [flat[i] as string, flat[i + 1] as string];
  }
}

function isIterable(source: HeaderSource): source is Iterable<readonly [string, string]> {
  return Symbol.iterator in source;
}

/**
 * A text as a byte string. HTTP delivers one char a byte; text with chars above U+00FF did not come from the wire
 * and stands for its UTF-8 bytes. (Cutting such chars to their low byte would let two texts sign alike.)
 */
export function byteString(text: string): string {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 0xff) return byteText(utf8(text));
  }
  return text;
}

/** ASCII case-insensitive comparison with a lower-case name. */
function sameName(received: string, lower: string): boolean {
  if (received.length !== lower.length) return false;
  for (let i = 0; i < lower.length; i++) {
    let c = received.charCodeAt(i);
    if (c >= 65 && c <= 90) c += 32;
    if (c !== lower.charCodeAt(i)) return false;
  }
  return true;
}
