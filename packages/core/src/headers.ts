/** Header fields as received: order, case and repeats kept; found by name without allocating. */
import { describeGiven } from './given.ts';
import { flatHeaders } from './header-source.ts';
import { SetupError } from './setup-error.ts';

export { byteString } from './text/bytes.ts';

/**
 * What a header list can be made from: a `HeaderList`, a record (Node’s `req.headers`), pairs, a `Map`, Fetch’s `Headers`,
 * or names and values in turn (Node’s `req.rawHeaders`, which alone keeps every repeat).
 * Values are byte strings (one char a byte), as HTTP delivers them; see `byteString` for other text.
 */
export type HeaderSource =
  | HeaderList
  | Readonly<Record<string, string | readonly string[] | undefined>>
  | Iterable<readonly [string, string | readonly string[]]>
  | Iterable<{ readonly name: string; readonly value: string }>
  | readonly string[];

export class HeaderList {
  /** Names and values in turn, as Node's `rawHeaders`. */
  readonly flat: readonly string[];

  /**
   * Of byte strings, which is not looked at: where a proof covers another text it is refused. `HeaderList.from` encodes one.
   * @throws SetupError where `flat` is no list of names and values in turn.
   */
  constructor(flat: readonly string[]) {
    if (!Array.isArray(flat)) throw notFlat(`they are ${describeGiven(flat)}`);
    if (flat.length % 2 !== 0) throw notFlat('a name lacks its value');
    for (let i = 0; i < flat.length; i++) {
      if (typeof flat[i] !== 'string') throw notFlat(`a name or value is ${describeGiven(flat[i])}`);
    }
    this.flat = flat;
  }

  /** Wraps Node's `rawHeaders`, which must not change afterwards. */
  static fromRaw(rawHeaders: readonly string[]): HeaderList {
    return new HeaderList(rawHeaders);
  }

  /** From every usual form. @throws SetupError for any other. */
  static from(source: HeaderSource): HeaderList {
    return source instanceof HeaderList ? source : new HeaderList(flatHeaders(source));
  }

  /** The first value of a header. */
  get(name: string): string | undefined {
    const { flat } = this;
    for (let i = 0; i < flat.length; i += 2) {
      if (sameName(flat[i] as string, name)) return flat[i + 1];
    }
    return undefined;
  }

  /** How often a header occurs. */
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
    const field = flatHeaders([[name, value]]);
    const flat: string[] = [];
    for (const [n, v] of this) if (!sameName(n, name)) flat.push(n, v);
    flat.push(...field);
    return new HeaderList(flat);
  }

  *[Symbol.iterator](): Generator<readonly [string, string]> {
    const { flat } = this;
    for (let i = 0; i < flat.length; i += 2) yield [flat[i] as string, flat[i + 1] as string];
  }
}

function notFlat(problem: string): SetupError {
  return new SetupError(
    'headers',
    problem,
    'Give names and values in turn, as Node’s req.rawHeaders, or use HeaderList.from.',
  );
}

/**
 * `HeaderList.single` for a header that is looked for in request after request. Senders spell its name the same way each
 * time: letters are compared one by one only where it is spelled otherwise than last time, and they are half of a search.
 */
export function singleHeader(name: string): (headers: HeaderList) => string | null | undefined {
  let spelling = name;
  const last = lastLetter(name);
  return ({ flat }) => {
    let value: string | undefined;
    for (let i = 0; i < flat.length; i += 2) {
      const received = flat[i] as string;
      if (received.length !== name.length || lastLetter(received) !== last) continue;
      if (received !== spelling) {
        if (!sameName(received, name)) continue;
        spelling = received;
      }
      if (value !== undefined) return null;
      value = flat[i + 1];
    }
    return value;
  };
}

/** In lower case. A sender’s names of one length often begin alike and end differently: webhook-signature, webhook-timestamp. */
function lastLetter(name: string): number {
  return name.charCodeAt(name.length - 1) | 0x20;
}

/** ASCII case-insensitive comparison. */
function sameName(received: string, name: string): boolean {
  if (received.length !== name.length) return false;
  for (let i = 0; i < name.length; i++) {
    const c = received.charCodeAt(i);
    const d = name.charCodeAt(i);
    if (c !== d && lower(c) !== lower(d)) return false;
  }
  return true;
}

function lower(code: number): number {
  return code >= 65 && code <= 90 ? code + 32 : code;
}
