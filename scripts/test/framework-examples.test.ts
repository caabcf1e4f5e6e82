/** Prevents: an example for a framework that nothing runs, that no table lists, or that does not say where it goes. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PROJECTS } from '../examples/framework-projects.ts';

const folder = join(import.meta.dirname, '../../examples/frameworks');
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length));

it('each example for a framework has a project that it is run in, and no project is without one', () => {
  expect(names).toEqual(Object.keys(PROJECTS).sort());
});

it('the table of examples for frameworks lists each of them with its place, which its first line says', () => {
  const rows = [
    ...readFileSync(join(folder, 'README.md'), 'utf8').matchAll(
      /^\| [^|]+ \| \[(.+)\.ts\]\(\1\.ts\) \| `(.+)` \|$/gm,
    ),
  ].map(([, name, place]) => [name, place]);
  expect(rows).toEqual(names.map((name) => [name, PROJECTS[name]?.place]));
  for (const name of names) {
    expect(readFileSync(join(folder, `${name}.ts`), 'utf8').split(/[\n;:, ]/, 2)).toEqual([
      '//',
      PROJECTS[name]?.place,
    ]);
  }
});
