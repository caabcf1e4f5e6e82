import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { rolldown } from 'rolldown';
import { expect, it, onTestFinished } from 'vitest';
import { importsPastBarrels } from '../imports-past-barrels.ts';

/** What the bundler reads for `entry.js`, and what it makes of it. */
async function bundle(files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-barrels-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const dist = join(folder, 'packages/part/dist');
  for (const [name, source] of Object.entries(files)) {
    mkdirSync(dirname(join(dist, name)), { recursive: true });
    writeFileSync(join(dist, name), source);
  }
  const read: string[] = [];
  const bundled = await rolldown({
    input: join(dist, 'entry.js'),
    plugins: [
      importsPastBarrels(),
      {
        name: 'names-of-what-is-read',
        buildEnd() {
          for (const id of this.getModuleIds()) if (id.startsWith(dist)) read.push(id.slice(dist.length + 1));
        },
      },
    ],
  });
  const { output } = await bundled.generate({ format: 'cjs' });
  await bundled.close();
  return { read: read.sort(), code: output[0].code };
}

it('of an index only what is imported by name is read, under whatever name it is declared, exported or imported', async () => {
  const { read, code } = await bundle({
    'entry.js':
      "import { plain,\n  renamed as local,\n} from './index.js';\nimport { all } from './index.js';\nexport const list = [plain, local, all];\n",
    'index.js':
      "export { plain, unused } from './plain.js';\nexport { declared as renamed } from './renamed.js';\nexport * from './all.js';\nexport { big } from './big.js';\n",
    'plain.js': "export const plain = 'p';\nexport function unused() {}\n",
    'renamed.js': "export const declared = 'r';\n",
    'all.js': "export { all } from './deep.js';\nexport class Other {}\n",
    'deep.js': "const inner = 'd';\nexport { inner as all };\n",
    'big.js': "export const big = 'b';\n",
  });
  expect(read).toEqual(['deep.js', 'entry.js', 'plain.js', 'renamed.js']);
  const exported: { list?: readonly string[] } = {};
  new Function('exports', code)(exported);
  expect(exported.list).toEqual(['p', 'r', 'd']);
});

it('a module that does more than to export what others declare is read as it is', async () => {
  const { read } = await bundle({
    'entry.js': "import { value } from './index.js';\nexport const copy = value;\n",
    'index.js': "globalThis.isLoaded = true;\nexport { value } from './value.js';\n",
    'value.js': 'export const value = 1;\n',
  });
  expect(read).toEqual(['entry.js', 'index.js', 'value.js']);
});

it('an import of an index as a whole is an error that names it', async () => {
  await expect(
    bundle({
      'entry.js': "import * as everything from './index.js';\nexport default everything;\n",
      'index.js': "export { value } from './value.js';\n",
      'value.js': 'export const value = 1;\n',
    }),
  ).rejects.toThrow('./index.js is imported as a whole, or has no such name');
});
