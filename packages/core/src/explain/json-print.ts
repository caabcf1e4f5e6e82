/** A tree of JSON printed in some style. */
import { compareText } from '../text/compare-text.ts';
import { type NumberForm, numberAs } from './json-numbers.ts';
import { type JsonMember, type JsonTree, PLAIN } from './json-tree.ts';

/** In which order members are printed; absent: as they stand. */
type MemberOrder = 'by-name' | 'by-length-and-name' | 'whole-numbers-first';

export interface JsonStyle {
  readonly comma: string;
  readonly colon: string;
  /** One level; absent: all in one line. */
  readonly indent?: string;
  /** Of an indented text. Default LF. */
  readonly lineEnd?: '\n' | '\r\n';
  /** Lists in one line, with blanks inside, though objects are indented. */
  readonly listsInLine?: boolean;
  readonly order?: MemberOrder;
  /** A string with its quotes, where it is not all `PLAIN`. Default: as `JSON.stringify` writes it. */
  readonly text?: (text: string) => string;
  /** Around strings. Default `"`. */
  readonly quote?: string;
  readonly numbers?: NumberForm;
  /** Other names for `true`, `false` and `null`. */
  readonly words?: Readonly<Record<string, string>>;
}

export function printTree(style: JsonStyle, tree: JsonTree): string {
  return printed(style, tree, '');
}

function printed(style: JsonStyle, tree: JsonTree, margin: string): string {
  switch (tree.kind) {
    case 'text':
      return textOf(style, tree.text);
    case 'word':
      return wordOf(style, tree.word);
    case 'list':
      return listOf(style, tree.items, margin);
    case 'object':
      return objectOf(style, inOrder(style.order, tree.members), margin);
  }
}

function textOf({ text, quote = '"' }: JsonStyle, plain: string): string {
  if (PLAIN.test(plain)) return quote + plain + quote;
  return text === undefined ? JSON.stringify(plain) : text(plain);
}

function wordOf({ numbers = 'as-written', words }: JsonStyle, word: string): string {
  const isNumber = word.charCodeAt(0) < 0x41;
  if (isNumber) return numbers === 'as-written' ? word : numberAs(numbers, word);
  return words?.[word] ?? word;
}

function listOf(style: JsonStyle, items: readonly JsonTree[], margin: string): string {
  if (items.length === 0) return '[]';
  if (style.listsInLine) return `[ ${items.map((item) => printed(style, item, margin)).join(', ')} ]`;
  const { inner, first, next, last } = breaksOf(style, margin);
  let text = '[';
  for (const [i, item] of items.entries()) text += (i === 0 ? first : next) + printed(style, item, inner);
  return `${text}${last}]`;
}

function objectOf(style: JsonStyle, members: readonly JsonMember[], margin: string): string {
  if (members.length === 0) return '{}';
  const { inner, first, next, last } = breaksOf(style, margin);
  let text = '{';
  for (const [i, { name, value }] of members.entries()) {
    text += (i === 0 ? first : next) + textOf(style, name) + style.colon + printed(style, value, inner);
  }
  return `${text}${last}}`;
}

interface Breaks {
  /** The margin of what stands inside. */
  readonly inner: string;
  /** Before the first item, before each other, and before the closing bracket. */
  readonly first: string;
  readonly next: string;
  readonly last: string;
}

function breaksOf({ comma, indent, lineEnd = '\n' }: JsonStyle, margin: string): Breaks {
  if (indent === undefined) return { inner: '', first: '', next: comma, last: '' };
  const inner = margin + indent;
  return { inner, first: lineEnd + inner, next: comma + lineEnd + inner, last: lineEnd + margin };
}

function inOrder(order: MemberOrder | undefined, members: readonly JsonMember[]): readonly JsonMember[] {
  switch (order) {
    case undefined:
      return members;
    case 'by-name':
      return members.toSorted((a, b) => compareText(a.name, b.name));
    case 'by-length-and-name':
      return members.toSorted((a, b) => a.name.length - b.name.length || compareText(a.name, b.name));
    case 'whole-numbers-first': {
      const isWhole = ({ name }: JsonMember): boolean => /^(?:0|[1-9]\d{0,8})$/.test(name);
      const numbers = members.filter(isWhole).toSorted((a, b) => Number(a.name) - Number(b.name));
      return numbers.length === 0 ? members : [...numbers, ...members.filter((member) => !isWhole(member))];
    }
  }
}
