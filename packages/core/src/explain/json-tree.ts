/** A JSON text as a tree that keeps what printers differ in: the order of members, repeated names, and numbers as they are written. */

export interface JsonMember {
  readonly name: string;
  readonly value: JsonTree;
}

/** What every printer writes to the letter: most strings, which need no second look then. */
export const PLAIN: RegExp = /^[\w .:,;!?()[\]{}@#%*$|~^-]*$/;

export type JsonTree =
  | { readonly kind: 'object'; readonly members: readonly JsonMember[] }
  | { readonly kind: 'list'; readonly items: readonly JsonTree[] }
  | { readonly kind: 'text'; readonly text: string }
  /** A number, `true`, `false` or `null`, to the letter. */
  | { readonly kind: 'word'; readonly word: string };

/** Deeper ones are left alone: they are walked by functions that call themselves. */
const MAX_DEPTH = 100;

/**
 * How deep values may stand, all together, for each character of the text, and besides: an indented text has as many margins more. Far more than
 * any that was printed for people, or a map’s coordinates.
 */
const MAX_DEPTH_PER_CHAR = 2;
const MAX_DEPTHS = 8192;

/** Undefined where the text is no JSON, or nested too deep. */
export function jsonTree(text: string): JsonTree | undefined {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  return new TreeReader(text).read();
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;

/** Of a text that `JSON.parse` has taken: it looks for no fault. */
class TreeReader {
  readonly #text: string;
  #at = 0;
  #depths: number;

  constructor(text: string) {
    this.#text = text;
    this.#depths = MAX_DEPTHS + MAX_DEPTH_PER_CHAR * text.length;
  }

  read(depth = 0): JsonTree | undefined {
    this.#depths -= depth;
    if (depth > MAX_DEPTH || this.#depths < 0) return undefined;
    this.#skipSpace();
    const first = this.#text[this.#at];
    if (first === '"') return { kind: 'text', text: this.#string() };
    if (first !== '{' && first !== '[') return { kind: 'word', word: this.#word() };
    this.#at++;
    return first === '{' ? this.#object(depth) : this.#list(depth);
  }

  #object(depth: number): JsonTree | undefined {
    const members: JsonMember[] = [];
    while (!this.#ends('}')) {
      const name = this.#string();
      this.#skipSpace();
      this.#at++;
      const value = this.read(depth + 1);
      if (value === undefined) return undefined;
      members.push({ name, value });
    }
    return { kind: 'object', members };
  }

  #list(depth: number): JsonTree | undefined {
    const items: JsonTree[] = [];
    while (!this.#ends(']')) {
      const item = this.read(depth + 1);
      if (item === undefined) return undefined;
      items.push(item);
    }
    return { kind: 'list', items };
  }

  /** Takes the closing bracket, or the comma before what comes next. */
  #ends(bracket: string): boolean {
    this.#skipSpace();
    const isEnd = this.#text[this.#at] === bracket;
    if (isEnd || this.#text.charCodeAt(this.#at) === COMMA) this.#at++;
    if (!isEnd) this.#skipSpace();
    return isEnd;
  }

  #skipSpace(): void {
    while (this.#text.charCodeAt(this.#at) <= 0x20) this.#at++;
  }

  #string(): string {
    const start = this.#at;
    let hasEscapes = false;
    let end = start + 1;
    for (let code = this.#text.charCodeAt(end); code !== QUOTE; code = this.#text.charCodeAt(end)) {
      hasEscapes ||= code === BACKSLASH;
      end += code === BACKSLASH ? 2 : 1;
    }
    this.#at = end + 1;
    return hasEscapes
      ? (JSON.parse(this.#text.slice(start, end + 1)) as string)
      : this.#text.slice(start + 1, end);
  }

  /** Letters and digits, up to white space, a comma or a closing bracket. */
  #word(): string {
    const start = this.#at;
    while (/[\w.+-]/.test(this.#text[this.#at] ?? '')) this.#at++;
    return this.#text.slice(start, this.#at);
  }
}

/** What a tree becomes when each of its values does, the innermost first. */
export function mapTree(tree: JsonTree, change: (tree: JsonTree) => JsonTree): JsonTree {
  switch (tree.kind) {
    case 'object':
      return change({
        kind: 'object',
        members: tree.members.map(({ name, value }) => ({ name, value: mapTree(value, change) })),
      });
    case 'list':
      return change({ kind: 'list', items: tree.items.map((item) => mapTree(item, change)) });
    default:
      return change(tree);
  }
}
