/** The JSON that a form can have been made of: what were numbers and words there are texts in a form. */
import type { FormField } from '../text/form.ts';
import { FEW_STYLES } from './few-styles.ts';
import { treeOfForm } from './form-trees.ts';
import { printTree } from './json-print.ts';
import { JSON_PRINTERS } from './json-printers.ts';
import { type JsonTree, mapTree } from './json-tree.ts';

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i;

/** 4 have 16 combinations. */
const MAX_FLAGS = 4;

/** The likeliest first: all values texts, then numbers and words, then 0 and 1 as what PHP writes so. */
export function* jsonTextsOf(fields: readonly FormField[]): Generator<string> {
  const tree = treeOfForm(fields);
  if (tree === undefined) return;
  for (const style of FEW_STYLES) yield printTree(style, tree);
  const typed = typedTree(tree);
  for (const { numbers: _, ...style } of JSON_PRINTERS) yield printTree(style, typed);
  for (const flagged of withFlags(typed)) {
    for (const style of FEW_STYLES) yield printTree(style, flagged);
  }
}

function typedTree(tree: JsonTree): JsonTree {
  return mapTree(tree, (value) =>
    value.kind === 'text' && (NUMBER.test(value.text) || /^(?:true|false|null)$/.test(value.text))
      ? { kind: 'word', word: value.text }
      : value,
  );
}

/** Each choice of the numbers 0 and 1 that were `false` and `true`, but none; the likeliest, all, first. */
function* withFlags(tree: JsonTree): Generator<JsonTree> {
  const flags: JsonTree[] = [];
  mapTree(tree, (value) => {
    if (value.kind === 'word' && /^[01]$/.test(value.word)) flags.push(value);
    return value;
  });
  if (flags.length > MAX_FLAGS) return;
  for (let choice = 2 ** flags.length - 1; choice > 0; choice--) {
    const booleans = new Set(flags.filter((_, i) => (choice & (1 << i)) !== 0));
    yield mapTree(tree, (value) =>
      booleans.has(value) && value.kind === 'word'
        ? { kind: 'word', word: value.word === '1' ? 'true' : 'false' }
        : value,
    );
  }
}
