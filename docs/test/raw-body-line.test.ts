/** Prevents: the line that keeps the raw body, on a page or in our own message, that does not compile in strict TypeScript. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const scratch = mkdtempSync(join(import.meta.dirname, '.scratch-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const PLACES = [
  'docs/guides/express.md',
  'docs/library.md',
  'docs/raw-body.md',
  'packages/core/src/adapters/node-request.ts',
];

it('compiles, wherever it is', () => {
  const lines = PLACES.map((place) => {
    const text = readFileSync(join(root, place), 'utf8');
    const [line] = /express\.json\(\{ verify: \(.*?\}\) \}\)/.exec(text) ?? [];
    expect(line, place).toBeDefined();
    return `app.use(${line});`;
  });
  const file = join(scratch, 'keeps-the-body.ts');
  writeFileSync(file, ["import express from 'express';", 'const app = express();', ...lines].join('\n'));
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const options = [
    '--ignoreConfig',
    '--strict',
    '--noEmit',
    '--skipLibCheck',
    '--module',
    'nodenext',
    '--target',
    'es2024',
  ];
  const { status, stdout } = spawnSync(process.execPath, [compiler, ...options, '--types', 'node', file], {
    encoding: 'utf8',
  });
  expect(status, stdout).toBe(0);
});
