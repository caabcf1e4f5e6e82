/** Prevents: a path of the admin API that is written a second time, so that a change of the table leaves it behind. */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { ROUTES } from '../../packages/api/src/routes.ts';
import { filesOf, isNode, nodesOfSource } from '../syntax-tree.ts';

const root = join(import.meta.dirname, '../..');
const GUARDED = Object.values(ROUTES)
  .filter(({ auth }) => auth)
  .map(({ path }) => path.split('/:', 1)[0] ?? '');

/** Texts, and texts between the values of templates, that begin with such a path. */
function pathsIn(source: string): readonly string[] {
  return nodesOfSource(source)
    .flatMap((node) => {
      if (node.type === 'Literal') return [node['value']];
      const quasis = node.type === 'TemplateLiteral' ? node['quasis'] : [];
      return Array.isArray(quasis) ? quasis.filter(isNode).map((part) => Object(part['value']).cooked) : [];
    })
    .filter(
      (text): text is string => typeof text === 'string' && GUARDED.some((path) => text.startsWith(path)),
    );
}

it('finds one where it is', () => {
  expect(pathsIn(`fetch(\`\${url}/api/gates\`); get('/api/events/x')`)).toEqual([
    '/api/gates',
    '/api/events/x',
  ]);
});

it.each(['gateway', 'cli', 'sandbox'])('%s calls no path of the admin API by hand', (name) => {
  const calls = filesOf(join(root, 'packages', name, 'src'), ['.ts']).flatMap((file) =>
    pathsIn(readFileSync(file, 'utf8')).map((path) => `${relative(root, file)}: ${path}`),
  );
  expect(calls).toEqual([]);
});
