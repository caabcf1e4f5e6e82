/**
 * JSON as other languages write it. A signature covers bytes, so the sandbox must be able to write the bytes of
 * Python, JavaScript and Go; numbers keep the text that they came with, as a sender with big integers prints them.
 */

/** A JSON value with the order of its members, their repeats and the text of its numbers kept. */
export type JsonNode =
  | { readonly kind: 'object'; readonly members: readonly JsonMember[] }
  | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'string'; readonly value: string }
  /** A number, `true`, `false` or `null`, as written. */
  | { readonly kind: 'literal'; readonly text: string };

export interface JsonMember {
  readonly name: string;
  readonly value: JsonNode;
}

/** How a language's JSON library writes. */
export interface JsonStyle {
  /** Between items. */
  readonly comma: string;
  /** Between a member's name and its value. */
  readonly colon: string;
  /** Spaces a level; 0 writes one line. */
  readonly indent: number;
  /** Writes one string with its quotes. */
  readonly quote: (text: string) => string;
}

/** `json.dumps(value, separators=(',', ':'))`. */
export const PYTHON_COMPACT: JsonStyle = { comma: ',', colon: ':', indent: 0, quote: quotePython };
/** `json.dumps(value)`, and what `requests.post(json=value)` sends. */
export const PYTHON_SPACED: JsonStyle = { comma: ', ', colon: ': ', indent: 0, quote: quotePython };
/** `json.dumps(value, indent=2)`. */
export const PYTHON_INDENTED: JsonStyle = { comma: ',', colon: ': ', indent: 2, quote: quotePython };
/** `JSON.stringify(value)`; also `json.dumps(value, separators=(',', ':'), ensure_ascii=False)`. */
export const JAVASCRIPT: JsonStyle = { comma: ',', colon: ':', indent: 0, quote: JSON.stringify };
/** `json.Marshal(value)`; sort a map's keys with `sortKeys` first. */
export const GO: JsonStyle = { comma: ',', colon: ':', indent: 0, quote: quoteGo };

/**
 * Reads a JSON text, or any value that JSON can hold.
 * @param source a string is JSON text, so that `1.0` and `12345678901234567890` stay as they are; anything else is a value.
 * @throws SyntaxError where the text is no JSON.
 */
export function jsonNode(source: unknown): JsonNode {
  const text = typeof source === 'string' ? source : JSON.stringify(source);
  // JSON.parse judges the grammar; what follows may then trust it.
  JSON.parse(text);
  const tokens = text.match(/[{}[\],:]|"(?:[^"\\]|\\.)*"|[^\s{}[\],:"]+/g) ?? [];
  let next = 0;
  const take = (): string => tokens[next++] ?? '';
  const value = (): JsonNode => {
    const token = take();
    if (token === '{') {
      const members: JsonMember[] = [];
      while (tokens[next] !== '}') {
        if (tokens[next] === ',') next++;
        const name = String(JSON.parse(take()));
        next++;
        members.push({ name, value: value() });
      }
      next++;
      return { kind: 'object', members };
    }
    if (token === '[') {
      const items: JsonNode[] = [];
      while (tokens[next] !== ']') {
        if (tokens[next] === ',') next++;
        items.push(value());
      }
      next++;
      return { kind: 'array', items };
    }
    if (token.startsWith('"')) return { kind: 'string', value: String(JSON.parse(token)) };
    return { kind: 'literal', text: token };
  };
  return value();
}

/** Writes a value in a language's way. */
export function writeJson(node: JsonNode, style: JsonStyle, depth = 0): string {
  if (node.kind === 'literal') return node.text;
  if (node.kind === 'string') return style.quote(node.value);
  const parts =
    node.kind === 'array'
      ? node.items.map((item) => writeJson(item, style, depth + 1))
      : node.members.map((m) => style.quote(m.name) + style.colon + writeJson(m.value, style, depth + 1));
  const open = node.kind === 'array' ? '[' : '{';
  const close = node.kind === 'array' ? ']' : '}';
  if (parts.length === 0) return open + close;
  if (style.indent === 0) return open + parts.join(style.comma) + close;
  const inner = `\n${' '.repeat(style.indent * (depth + 1))}`;
  const last = `\n${' '.repeat(style.indent * depth)}`;
  return [open, inner, parts.join(style.comma + inner), last, close].join('');
}

/** The value with every object's members sorted by the bytes of their names, as Go writes its maps. */
export function sortKeys(node: JsonNode): JsonNode {
  if (node.kind === 'array') return { kind: 'array', items: node.items.map(sortKeys) };
  if (node.kind !== 'object') return node;
  const members = node.members.map((m) => ({ name: m.name, value: sortKeys(m.value) }));
  return { kind: 'object', members: members.sort((a, b) => compareCodePoints(a.name, b.name)) };
}

/** Orders texts by code point, as Python's `sorted` and Go's `<` do; JavaScript's own order is by UTF-16 unit. */
export function compareCodePoints(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'));
}

function quotePython(text: string): string {
  // json.encoder.ESCAPE_ASCII escapes all but space to tilde, so DEL as well.
  return JSON.stringify(text).replace(/[\u007f-\uffff]/g, escapeUnit);
}

function quoteGo(text: string): string {
  // encoding/json with EscapeHTML, its default. A Go string is UTF-8 and holds U+FFFD in place of a lone surrogate.
  return JSON.stringify(Buffer.from(text, 'utf8').toString('utf8')).replace(/[<>&\u2028\u2029]/g, escapeUnit);
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
