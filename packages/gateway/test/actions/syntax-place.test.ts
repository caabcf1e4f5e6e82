/** A module that does not parse is named with its line, also where another module imports it. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, expect, it, onTestFinished } from 'vitest';

const folderOf = (files: Readonly<Record<string, string>>): string => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
};

/** What loading a module comes to, in another process: this one's modules are the test runner's. */
const load = async (file: string): Promise<string> => {
  loader.stdin.write(`${file}\n`);
  return JSON.parse((await lines.next()).value ?? '');
};

const script = `
  import { createInterface } from 'node:readline';
  const { loadActions } = await import(${JSON.stringify(join(import.meta.dirname, '../../src/actions/load-actions.ts'))});
  for await (const file of createInterface(process.stdin)) {
    const said = await loadActions(file, 'gates.g.answer.actions').then(() => 'loaded', (error) => error.message);
    console.log(JSON.stringify(said));
  }`;
const loader = spawn(
  process.execPath,
  ['--conditions', 'countersign-source', '--input-type=module', '--eval', script],
  {
    stdio: ['pipe', 'pipe', 'inherit'],
  },
);
afterAll(() => void loader.kill());
const lines = createInterface(loader.stdout)[Symbol.asyncIterator]();

const BROKEN = [
  ['ts', 'export const x = 1;\nexport const y = {{ 2;\n', '2:19'],
  ['js', 'export const x = 1;\nexport const y = ) 2;\n', '2:18'],
] as const;

it.each(BROKEN)('in an imported .%s file', async (extension, broken, place) => {
  const folder = folderOf({
    [`actions.${extension}`]: `import './helper.${extension}';\nexport const a = 1;\n`,
    [`helper.${extension}`]: broken,
  });
  const helper = join(folder, `helper.${extension}`);
  const actions = join(folder, `actions.${extension}`);
  expect(await load(actions)).toContain(`${helper}:${place} does not load: `);
});

it.each([
  ['export const a = {\n  b: [', '2'],
  ['export const a = {\n  b: [\n', '3'],
  ['export const a = {\n  b: `\n\n\n', '5'],
  ['export const a = 1;\n/* not closed\n', '2'],
])('that ends early: %s', async (broken, place) => {
  const folder = folderOf({ 'actions.mjs': broken, 'imports.mjs': "import './actions.mjs';" });
  const file = join(folder, 'actions.mjs');
  expect(await load(file)).toMatch(`${file}:${place} does not load: `);
  expect(await load(join(folder, 'imports.mjs'))).toMatch(`${file}:${place} does not load: `);
});

it.each(['export const a = {\n  b: [', 'export const a = {\n  b: [\n', 'export const a: string = `\n\n'])(
  'that ends early, in TypeScript: %s',
  async (broken) => {
    const folder = folderOf({ 'actions.ts': broken, 'imports.ts': "import './actions.ts';" });
    const file = join(folder, 'actions.ts');
    // The runtime's stripper says in which line what is not closed began.
    const said = new RegExp(` ${file.replaceAll('.', '\\.')}:[12](:\\d+)? does not load: \\w`);
    expect(await load(file)).toMatch(said);
    expect(await load(join(folder, 'imports.ts'))).toMatch(said);
  },
);

it('of an error that a module threw itself nothing is run a second time', async () => {
  const folder = folderOf({
    'actions.mjs': `import { appendFileSync } from 'node:fs';\nappendFileSync(import.meta.dirname + '/runs', 'x');\nJSON.parse('{');\n`,
  });
  const file = join(folder, 'actions.mjs');
  expect(await load(file)).toContain(`${file} does not load: `);
  expect(readFileSync(join(folder, 'runs'), 'utf8')).toBe('x');
});

it('does not guess where a module throws by itself', async () => {
  const folder = folderOf({ 'actions.js': 'throw new Error("no database");\n' });
  const file = join(folder, 'actions.js');
  expect(await load(file)).toContain(`${file} does not load: no database`);
});

const WITHOUT_STACK =
  "const limit = Error.stackTraceLimit;\nError.stackTraceLimit = 0;\ntry { JSON.parse('hunter2'); } finally { Error.stackTraceLimit = limit; }";

it.each([
  ["JSON.parse('hunter2');", 'SyntaxError'],
  ["await fetch('http://me:hunter2@localhost');", 'TypeError'],
  [WITHOUT_STACK, 'SyntaxError'],
  ["throw 'hunter2';", 'a string, which is no error'],
])('quotes nothing of a library’s error: %s', async (text, words) => {
  const file = join(folderOf({ 'actions.mjs': text }), 'actions.mjs');
  const said = await load(file);
  expect(said).not.toContain('hunter2');
  expect(said).toContain(` does not load: ${words}`);
});
