/** A tree of JSON printed in some style. */
import { type NumberForm, numberAs } from './json-numbers.ts';
import type { JsonMember, JsonTree } from './json-tree.ts';

/** In which order members are printed; absent: as they stand. */
export type MemberOrder = 'by name' | 'by length and name' | 'whole numbers first';

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
  /** A string with its quotes. Default: as `JSON.stringify` writes it. */
  readonly text?: (text: string) => string;
  readonly numbers?: NumberForm;
  /** Other names for `true`, `false` and `null`. */
  readonly words?: Readonly<Record<string, string>>;
}

export function printTree(style: JsonStyle, tree: JsonTree): string {
  return printed(style, tree, '');
}

function printed(style: JsonStyle, tree: JsonTree, margin: string): string {
  const { text = JSON.stringify, numbers = 'as written', words, colon } = style;
  switch (tree.kind) {
    case 'text':
      return text(tree.text);
    case 'word':
      return /^[-\d]/.test(tree.word) ? numberAs(numbers, tree.word) : (words?.[tree.word] ?? tree.word);
    case 'list':
      if (style.listsInLine && tree.items.length > 0)
        return `[ ${tree.items.map((item) => printed(style, item, margin)).join(', ')} ]`;
      return block(style, '[', tree.items, ']', margin, (item, inner) => printed(style, item, inner));
    case 'object':
      return block(
        style,
        '{',
        inOrder(style.order, tree.members),
        '}',
        margin,
        ({ name, value }, inner) => text(name) + colon + printed(style, value, inner),
      );
  }
}

function block<T>(
  { comma, indent, lineEnd = '\n' }: JsonStyle,
  open: string,
  items: readonly T[],
  close: string,
  margin: string,
  print: (item: T, margin: string) => string,
): string {
  if (items.length === 0) return open + close;
  if (indent === undefined) return open + items.map((item) => print(item, margin)).join(comma) + close;
  const inner = margin + indent;
  const lines = items.map((item) => inner + print(item, inner));
  return `${open}${lineEnd}${lines.join(comma + lineEnd)}${lineEnd}${margin}${close}`;
}

function inOrder(order: MemberOrder | undefined, members: readonly JsonMember[]): readonly JsonMember[] {
  switch (order) {
    case undefined:
      return members;
    case 'by name':
      return members.toSorted((a, b) => compare(a.name, b.name));
    case 'by length and name':
      return members.toSorted((a, b) => a.name.length - b.name.length || compare(a.name, b.name));
    case 'whole numbers first': {
      const isWhole = ({ name }: JsonMember): boolean => /^(?:0|[1-9]\d{0,8})$/.test(name);
      const numbers = members.filter(isWhole).toSorted((a, b) => Number(a.name) - Number(b.name));
      return numbers.length === 0 ? members : [...numbers, ...members.filter((member) => !isWhole(member))];
    }
  }
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
