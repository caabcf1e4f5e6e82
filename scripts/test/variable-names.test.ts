/** Variables that say how they came about, and not what they hold, come back by themselves: this test names them. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { PROGRAM_FOLDERS } from '../source-folders.ts';
import { filesOf, isNode, type Node, nodesOfSource } from '../syntax-tree.ts';

const NO_NOUNS: readonly unknown[] = ['found', 'known', 'given', 'one', 'told', 'made', 'chosen', 'wanted'];
const FOLDERS = [
  ...['api', 'cli', 'core', 'gateway', 'sandbox'].map((name) => `packages/${name}/src`),
  ...PROGRAM_FOLDERS,
];

/** What a declaration binds. A member that a pattern takes out under its own name is named where it is declared. */
function boundIn({ type, id, params, name, ...node }: Node): readonly unknown[] {
  switch (type) {
    case 'VariableDeclarator':
      return [id];
    case 'FunctionDeclaration':
    case 'FunctionExpression':
      return [id, ...(params as readonly unknown[])];
    case 'ArrowFunctionExpression':
      return params as readonly unknown[];
    case 'ArrayPattern':
      return node['elements'] as readonly unknown[];
    case 'Property':
      return node['shorthand'] === true ? [] : [node['value']];
    case 'AssignmentPattern':
      return [node['left']];
    case 'RestElement':
      return [node['argument']];
    default:
      return [];
  }
}

function badNames(file: string): readonly string[] {
  const source = readFileSync(file, 'utf8');
  return nodesOfSource(source)
    .flatMap(boundIn)
    .filter((bound) => isNode(bound) && bound.type === 'Identifier' && NO_NOUNS.includes(bound['name']))
    .map((bound) => {
      const { start, ...identifier } = bound as Node;
      return `${file}:${source.slice(0, start).split('\n').length} ${identifier['name']}`;
    });
}

it('no variable is called found, known, given, one, told, made, chosen or wanted', () => {
  const files = FOLDERS.flatMap((folder) => filesOf(folder, ['.ts', '.mjs'])).filter(
    (file) => !file.includes('node_modules'),
  );
  expect(files.length).toBeGreaterThan(400);
  expect(files.flatMap(badNames)).toEqual([]);
});
