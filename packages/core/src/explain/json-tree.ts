/** A JSON text as a tree that keeps what printers differ in: the order of members, repeated names, and numbers as they are written. */

export interface JsonMember {
  readonly name: string;
  readonly value: JsonTree;
}

export type JsonTree =
  | { readonly kind: 'object'; readonly members: readonly JsonMember[] }
  | { readonly kind: 'list'; readonly items: readonly JsonTree[] }
  | { readonly kind: 'text'; readonly text: string }
  /** A number, `true`, `false` or `null`, to the letter. */
  | { readonly kind: 'word'; readonly word: string };

/** Deeper ones are left alone: they are walked by functions that call themselves. */
const MAX_DEPTH = 100;

/** Undefined where the text is no JSON, or nested too deep. */
export function jsonTree(text: string): JsonTree | undefined {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  return new TreeReader(text).read();
}

const SPACE = /[ \t\r\n]*/y;
const WORD = /[^\s,\]}]+/y;
const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/y;

/** Of a text that `JSON.parse` has taken: it looks for no fault. */
class TreeReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(depth = 0): JsonTree | undefined {
    if (depth > MAX_DEPTH) return undefined;
    this.#take(SPACE);
    const first = this.#text[this.#at];
    if (first === '"') return { kind: 'text', text: this.#string() };
    if (first !== '{' && first !== '[') return { kind: 'word', word: this.#take(WORD) };
    this.#at++;
    return first === '{' ? this.#object(depth) : this.#list(depth);
  }

  #object(depth: number): JsonTree | undefined {
    const members: JsonMember[] = [];
    while (!this.#ends('}')) {
      const name = this.#string();
      this.#take(SPACE);
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
    this.#take(SPACE);
    const isEnd = this.#text[this.#at] === bracket;
    if (isEnd || this.#text[this.#at] === ',') this.#at++;
    this.#take(SPACE);
    return isEnd;
  }

  #string(): string {
    const quoted = this.#take(STRING);
    return quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [taken = ''] = pattern.exec(this.#text) ?? [];
    this.#at += taken.length;
    return taken;
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
