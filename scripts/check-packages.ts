/**
 * Prevents: packages that cannot be installed, or that say nothing of themselves once they are.
 * Packs every package, installs the tarballs into an empty project beside nothing of ours, and uses them as a newcomer does:
 * the README's first block under strict types and plain, the command, and what each tarball must hold.
 */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeBlocks } from './docs-blocks.ts';

const root = join(import.meta.dirname, '..');
const PACKAGES = ['api', 'core', 'gateway', 'sandbox', 'cli'] as const;
const REQUIRED_FIELDS = ['description', 'keywords', 'homepage', 'repository', 'license'] as const;
const problems: string[] = [];

const project = mkdtempSync(join(tmpdir(), 'countersign-packages-'));
try {
  const tarballs = PACKAGES.map(pack);
  writeFileSync(join(project, 'package.json'), '{ "name": "newcomer", "private": true, "type": "module" }');
  run(
    'npm',
    ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...tarballs],
    'npm install of the tarballs',
  );
  for (const name of PACKAGES) checkContents(name);
  useLibrary();
  useCommand();
} finally {
  rmSync(project, { recursive: true });
}

for (const problem of problems) console.error(problem);
process.exit(problems.length === 0 ? 0 : 1);

function pack(name: string): string {
  const { stdout } = run(
    'npm',
    ['pack', '--json', '--pack-destination', project, '--workspace', join('packages', name)],
    `npm pack of ${name}`,
    root,
  );
  const report: unknown = JSON.parse(stdout.slice(stdout.search(/[[{]/)));
  const packed: unknown = Array.isArray(report) ? report[0] : Object.values(report as object)[0];
  return join(project, (packed as { filename: string }).filename);
}

function checkContents(name: (typeof PACKAGES)[number]): void {
  const folder = join(project, 'node_modules', name === 'cli' ? 'countersign' : `@countersign/${name}`);
  const files = ['README.md', 'LICENSE', ...(name === 'cli' ? ['countersign.schema.json'] : [])];
  for (const file of files) {
    if (!existsSync(join(folder, file))) problems.push(`${name}: the package has no ${file}`);
  }
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>;
  for (const field of REQUIRED_FIELDS) {
    if (manifest[field] === undefined) problems.push(`${name}: package.json has no ${field}`);
  }
}

/** README's first block, as TypeScript under strict types and as it runs. */
function useLibrary(): void {
  const block = codeBlocks(readFileSync(join(root, 'README.md'), 'utf8')).find(
    ({ language }) => language === 'ts',
  );
  writeFileSync(join(project, 'first.ts'), block?.code ?? '');
  // Types of Node, as a newcomer's project has them.
  mkdirSync(join(project, 'node_modules/@types'), { recursive: true });
  symlinkSync(join(root, 'node_modules/@types/node'), join(project, 'node_modules/@types/node'));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2024', '--types', 'node'];
  run(process.execPath, [tsc, ...options, 'first.ts'], 'README’s first block under strict types');
  run(process.execPath, ['first.ts'], 'README’s first block');
}

function useCommand(): void {
  const countersign = join(project, 'node_modules/.bin/countersign');
  run(countersign, ['init', 'github'], 'countersign init github');
  const env = { GITHUB_WEBHOOK_SECRET: 'a-github-secret-of-27-bytes' };
  run(countersign, ['check'], 'countersign check of what init wrote', project, env);
}

function run(
  program: string,
  args: readonly string[],
  what: string,
  cwd = project,
  env: Readonly<Record<string, string>> = {},
): { readonly stdout: string } {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    timeout: 180_000,
  });
  if (status !== 0) problems.push(`${what} failed: ${error?.message ?? ''}${stdout}${stderr}`);
  return { stdout };
}
