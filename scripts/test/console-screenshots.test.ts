/** The pictures of docs/console.md: each page has its own, in light, in the dark and on a telephone. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CONSOLE_ROUTES } from '../../packages/console/test/console-routes.ts';
import { fileOf, PICTURED_VIEWS, VARIANTS, withScreenshots } from '../screenshots/views.ts';

const ROOT = join(import.meta.dirname, '../..');
const FOLDER = join(ROOT, 'docs/console');
/** Of a repository that everybody clones. */
const MOST_BYTES = 4 * 1024 * 1024;

it('every route of the console is pictured', () => {
  expect(CONSOLE_ROUTES).toContain('/live');
  expect([...new Set(PICTURED_VIEWS.map(({ route }) => route))].sort()).toEqual([...CONSOLE_ROUTES].sort());
});

it('each view has its pictures and no other is there, all of them below 4 MB', () => {
  const files = PICTURED_VIEWS.flatMap((view) => VARIANTS.map((variant) => fileOf(view, variant)));
  expect(new Set(files).size).toBe(files.length);
  expect(readdirSync(FOLDER).sort()).toEqual(files.sort());
  const bytes = files.map((file) => statSync(join(FOLDER, file)).size);
  expect(Math.min(...bytes)).toBeGreaterThan(1_000);
  expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThan(MOST_BYTES);
});

it('docs/console.md shows them: npm run screenshots writes their table', () => {
  const page = readFileSync(join(ROOT, 'docs/console.md'), 'utf8');
  expect(page).toBe(withScreenshots(page));
  for (const view of PICTURED_VIEWS)
    for (const variant of VARIANTS) expect(page).toContain(`](console/${fileOf(view, variant)})`);
});
