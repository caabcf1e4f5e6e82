/** A module that does not parse is named with its line, also where another module imports it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

const folderOf = (files: Readonly<Record<string, string>>): string => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
};

/** What loading a module comes to, in a process of its own: this one's modules are the test runner's. */
const load = (file: string): string => {
  const script = `
    const { loadActions } = await import(${JSON.stringify(join(import.meta.dirname, '../../src/actions/load-actions.ts'))});
    await loadActions(${JSON.stringify(file)}, 'gates.g.answer.actions').catch((error) => console.log(error.message));`;
  const flags = ['--conditions', 'countersign-source', '--input-type=module', '--eval', script];
  return spawnSync(process.execPath, flags, { encoding: 'utf8' }).stdout;
};

it.each([
  ['ts', 'export const x = 1;\nexport const y = {{ 2;\n', '2:19'],
  ['js', 'export const x = 1;\nexport const y = ) 2;\n', '2:18'],
])('in an imported .%s file', (extension, broken, place) => {
  const folder = folderOf({
    [`actions.${extension}`]: `import './helper.${extension}';\nexport const a = 1;\n`,
    [`helper.${extension}`]: broken,
  });
  const helper = join(folder, `helper.${extension}`);
  const actions = join(folder, `actions.${extension}`);
  expect(load(actions)).toContain(`${helper}:${place} does not load: `);
});

it('does not guess where a module throws by itself', () => {
  const folder = folderOf({ 'actions.js': 'throw new Error("no database");\n' });
  const file = join(folder, 'actions.js');
  expect(load(file)).toContain(`${file} does not load: no database`);
});
