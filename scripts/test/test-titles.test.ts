/** Titles that go on with the sentence of the test before say nothing where one of them fails alone: this test names them. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { filesOf, isNode, type Node, nodesOfSource } from '../syntax-tree.ts';

const FOLDERS = ['packages', 'scripts', 'docs', 'interop'];
const GOES_ON = /^(?:and|or|but)\b/;

/** The text of a call's first argument; undefined where it has none. */
function titleOf({ type, ...call }: Node): string | undefined {
  const [title] = type === 'CallExpression' ? (call['arguments'] as readonly unknown[]) : [];
  if (!isNode(title)) return undefined;
  if (title.type === 'Literal') return typeof title['value'] === 'string' ? title['value'] : undefined;
  if (title.type !== 'TemplateLiteral') return undefined;
  const [quasi] = title['quasis'] as readonly { readonly value: { readonly raw: string } }[];
  return quasi?.value.raw;
}

/** Whether it is `it(…)`, `it.each(…)(…)` and the like. */
function isTest({ type, callee }: Node): boolean {
  if (type !== 'CallExpression' || !isNode(callee)) return false;
  if (callee.type === 'Identifier') return ['it', 'test', 'describe'].includes(String(callee['name']));
  const inner = callee.type === 'CallExpression' ? callee['callee'] : callee;
  return isNode(inner) && inner.type === 'MemberExpression' && isTestName(inner['object']);
}

function isTestName(node: unknown): boolean {
  return isNode(node) && ['it', 'test', 'describe'].includes(String(node['name']));
}

it('no title of a test begins with and, or, but', () => {
  const files = FOLDERS.flatMap((folder) => filesOf(folder, ['.test.ts'])).filter(
    (file) => !file.includes('node_modules'),
  );
  expect(files.length).toBeGreaterThan(300);
  const titles = files.flatMap((file) =>
    nodesOfSource(readFileSync(file, 'utf8'))
      .filter(isTest)
      .map((call) => ({ file, title: titleOf(call) ?? '' })),
  );
  expect(titles.length).toBeGreaterThan(3000);
  expect(titles.filter(({ title }) => GOES_ON.test(title))).toEqual([]);
});
