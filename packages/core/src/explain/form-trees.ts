/** What a form’s fields are as JSON, and the reverse: names with brackets stand for members and items. */
import type { FormField } from '../text/form.ts';
import { type JsonTree, mapTree } from './json-tree.ts';

/** How a program names the items of a list, and what it writes of `true`, `false` and `null`. */
interface FieldStyle {
  readonly lists: 'empty' | 'numbered' | 'bare';
  readonly words: 'as-written' | 'as-php';
}

/** Deeper ones are left alone: they are walked by functions that call themselves. */
const MAX_DEPTH = 8;
const MAX_FIELDS = 100;

const LISTS: readonly FieldStyle['lists'][] = ['empty', 'numbered', 'bare'];
const WORDS: readonly FieldStyle['words'][] = ['as-written', 'as-php'];

/** Each way in which programs write an object as fields. */
export function* formsOfTree(tree: JsonTree): Generator<readonly FormField[]> {
  if (tree.kind !== 'object') return;
  const listed = hasKind(tree, 'list') ? LISTS : LISTS.slice(0, 1);
  for (const words of hasWords(tree) ? WORDS : WORDS.slice(0, 1)) {
    for (const lists of listed) {
      const fields: FormField[] = [];
      for (const { name, value } of tree.members) addFields(fields, name, value, { lists, words }, 0);
      if (fields.length > 0 && fields.length <= MAX_FIELDS) yield fields;
    }
  }
}

/** Whether there is a number, `true`, `false` or `null`. */
export function hasWords(tree: JsonTree): boolean {
  return hasKind(tree, 'word');
}

/** Whether a member is no text, number or word by itself. */
export function isNested(tree: JsonTree): boolean {
  return (
    tree.kind === 'object' &&
    tree.members.some(({ value }) => value.kind === 'object' || value.kind === 'list')
  );
}

function hasKind(tree: JsonTree, kind: JsonTree['kind']): boolean {
  let isThere = false;
  mapTree(tree, (value) => {
    isThere ||= value.kind === kind;
    return value;
  });
  return isThere;
}

function addFields(
  fields: FormField[],
  name: string,
  tree: JsonTree,
  style: FieldStyle,
  depth: number,
): void {
  if (depth > MAX_DEPTH || fields.length > MAX_FIELDS) return;
  switch (tree.kind) {
    case 'text':
      fields.push({ name, value: tree.text });
      break;
    case 'word':
      addWord(fields, name, tree.word, style);
      break;
    case 'object':
      for (const member of tree.members)
        addFields(fields, `${name}[${member.name}]`, member.value, style, depth + 1);
      break;
    case 'list':
      for (const [i, item] of tree.items.entries())
        addFields(fields, itemName(name, i, style), item, style, depth + 1);
  }
}

function itemName(name: string, at: number, { lists }: FieldStyle): string {
  if (lists === 'bare') return name;
  return lists === 'empty' ? `${name}[]` : `${name}[${at}]`;
}

function addWord(fields: FormField[], name: string, word: string, { words }: FieldStyle): void {
  if (words === 'as-php') {
    if (word === 'null') return;
    fields.push({ name, value: { true: '1', false: '0' }[word] ?? word });
  } else fields.push({ name, value: word === 'null' ? '' : word });
}

/** What is built from fields: the members or items, by name or number. */
type Branch = Map<string, string | Branch>;

/** The object whose members the fields are, all values texts; undefined where their names contradict each other. */
export function treeOfForm(fields: readonly FormField[]): JsonTree | undefined {
  const root: Branch = new Map();
  for (const { name, value } of fields) {
    const keys = keysOf(name);
    if (keys.length > MAX_DEPTH || !place(root, keys, value)) return undefined;
  }
  return treeOf(root, true);
}

/** `a[b][0]` is a, b and 0. */
function keysOf(name: string): readonly string[] {
  const [, first = name, rest = ''] = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(name) ?? [];
  return [first, ...[...rest.matchAll(/\[([^[\]]*)\]/g)].map(([, key = '']) => key)];
}

function place(root: Branch, keys: readonly string[], value: string): boolean {
  let branch = root;
  for (const [at, key] of keys.entries()) {
    const own = key === '' ? String(branch.size) : key;
    const present = branch.get(own);
    if (at === keys.length - 1) {
      if (present !== undefined) return false;
      branch.set(own, value);
    } else if (typeof present === 'string') return false;
    else {
      const next: Branch = present ?? new Map();
      branch.set(own, next);
      branch = next;
    }
  }
  return true;
}

function treeOf(branch: Branch, isRoot = false): JsonTree {
  const entries = [...branch].map(
    ([name, value]) =>
      [name, typeof value === 'string' ? ({ kind: 'text', text: value } as const) : treeOf(value)] as const,
  );
  const isList = !isRoot && entries.every(([name], i) => name === String(i));
  return isList
    ? { kind: 'list', items: entries.map(([, value]) => value) }
    : { kind: 'object', members: entries.map(([name, value]) => ({ name, value })) };
}
