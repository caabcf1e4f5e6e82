/** A list within a list, spread at once, so that more of it goes on a line: members are read one below the other. This test names each. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { PROGRAM_FOLDERS } from '../source-folders.ts';
import { filesOf, isNode, type Node, nodesOfSource } from '../syntax-tree.ts';

const FOLDERS = ['packages', ...PROGRAM_FOLDERS];
const LITERALS: readonly string[] = ['ObjectExpression', 'ArrayExpression'];

function isNeedless({ type, argument }: Node): boolean {
  return type === 'SpreadElement' && isNode(argument) && isLiteral(argument);
}

/** Also with `as const` behind it. */
function isLiteral({ type, expression }: Node): boolean {
  if (type === 'ParenthesizedExpression' || type === 'TSAsExpression')
    return isNode(expression) && isLiteral(expression);
  return LITERALS.includes(type);
}

function needlessSpreads(source: string): readonly number[] {
  return nodesOfSource(source)
    .filter(isNeedless)
    .map(({ start }) => source.slice(0, start).split('\n').length);
}

it('an object or a list that is written out where it is spread is told from one that is chosen or made', () => {
  const lines = [
    'const a = {',
    '  ...{ b: 1, c: 2 },',
    '  ...(d && { e: 3 }),',
    '};',
    'const f = [',
    "  ...['g', 'h'],",
    '  ...i.map(({ j }) => [j]),',
    '];',
    'k(...[1, 2]);',
    "const l = [...(['m', 'n'] as const)];",
  ];
  expect(needlessSpreads(lines.join('\n'))).toEqual([2, 6, 9, 10]);
});

it('no object or list is written out where it is spread', () => {
  const files = FOLDERS.flatMap((folder) => filesOf(folder, ['.ts', '.mjs'])).filter(
    (file) => !/node_modules|[/\\]dist[/\\]/.test(file),
  );
  expect(files.length).toBeGreaterThan(1_000);
  expect(
    files.flatMap((file) => needlessSpreads(readFileSync(file, 'utf8')).map((line) => `${file}:${line}`)),
  ).toEqual([]);
});
