/**
 * Prevents: packages that cannot be installed, or that say nothing of themselves once they are.
 * Packs every package, installs the tarballs into an empty project beside nothing of ours, and uses them as a newcomer does:
 * the library's first block under strict types and plain, what `init` writes for each provider, and what each tarball must hold.
 */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProvider } from '../packages/core/src/index.ts';
import { providerSetUp } from '../packages/core/src/provider-set-up.ts';
import { keyOfProvider } from '../packages/core/test/support/provider-key.ts';
import { codeBlocks } from './docs-blocks.ts';
import { PACKAGES, packAll } from './pack-packages.ts';
import { STRICTEST, usePackages } from './use-packages.ts';

const root = join(import.meta.dirname, '..');
const REQUIRED_FIELDS = ['description', 'keywords', 'homepage', 'repository', 'license'] as const;
/** What a build or a test leaves. */
const NOT_FOR_USERS = /tsbuildinfo|(^|\/)tests?\/|\.test\.|(^|\/)\.env|\.db$/;
const TSC = join(root, 'node_modules/typescript/bin/tsc');
interface Manifest extends Readonly<Record<string, unknown>> {
  readonly publishConfig?: { readonly access?: string; readonly provenance?: boolean };
  readonly repository?: { readonly directory?: string };
}

const ON_NODE = ['--module', 'nodenext', '--types', 'node'];
const problems: string[] = [];

const project = mkdtempSync(join(tmpdir(), 'countersign-packages-'));
try {
  const tarballs = (await packAll(project)).map(({ file }) => join(project, file));
  writeFileSync(join(project, 'package.json'), '{ "name": "newcomer", "private": true, "type": "module" }');
  run(
    'npm',
    ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...tarballs],
    'npm install of the tarballs',
  );
  for (const name of PACKAGES) checkContents(name);
  usePackages(project, run);
  useLibrary();
  useInit();
} finally {
  rmSync(project, { recursive: true });
}

for (const problem of problems) console.error(problem);
process.exit(problems.length === 0 ? 0 : 1);

function checkContents(name: (typeof PACKAGES)[number]): void {
  const folder = join(project, 'node_modules', name === 'cli' ? 'countersign' : `@countersign/${name}`);
  const files = [
    'README.md',
    'LICENSE',
    ...(name === 'cli' ? ['countersign.schema.json', 'countersign.1'] : []),
  ];
  for (const file of files) {
    if (!existsSync(join(folder, file))) problems.push(`${name}: the package has no ${file}`);
  }
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (NOT_FOR_USERS.test(file)) problems.push(`${name}: the package holds ${file}`);
  }
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  for (const field of REQUIRED_FIELDS) {
    if (manifest[field] === undefined) problems.push(`${name}: package.json has no ${field}`);
  }
  // Without it npm publishes a scoped package to nobody but its owner.
  if (manifest.publishConfig?.access !== 'public')
    problems.push(`${name}: publishConfig.access is not public`);
  if (manifest.publishConfig?.provenance !== true)
    problems.push(`${name}: publishConfig.provenance is not true`);
  if (manifest.repository?.directory !== `packages/${name}`)
    problems.push(`${name}: repository.directory is not packages/${name}`);
}

/** The first block of the package's README, as TypeScript under strict types and as it runs. */
function useLibrary(): void {
  const block = codeBlocks(readFileSync(join(root, 'packages/core/README.md'), 'utf8')).find(
    ({ language }) => language === 'ts',
  );
  writeFileSync(join(project, 'first.ts'), block?.code ?? '');
  run(
    process.execPath,
    [TSC, ...STRICTEST, ...ON_NODE, 'first.ts'],
    'the library’s first block under strict types',
  );
  run(process.execPath, ['first.ts'], 'the library’s first block');
}

/** What a person would write there: the key, an address, or what the provider cannot be built without. */
function valueFor(id: string, variable: string): string {
  const provider = findProvider(id);
  const options = provider === undefined ? {} : providerSetUp(provider).options;
  if (variable === provider?.keyVariable)
    return JSON.stringify(keyOfProvider(id).held[0] ?? 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
  if (variable.endsWith('_URL')) return 'http://127.0.0.1:9000';
  const letters = (name: string): string => name.replaceAll('_', '').toLowerCase();
  const [, value = ''] =
    Object.entries(options).find(([name]) => letters(variable).endsWith(letters(name))) ?? [];
  return value === '' ? 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' : value;
}

/** What `init` writes for each provider: editors find its schema, the strictest compiler and `check` take it. */
function useInit(): void {
  const countersign = join(project, 'node_modules/.bin/countersign');
  const { stdout } = run(countersign, ['providers', '--json'], 'countersign providers');
  for (const line of stdout.trim().split('\n')) {
    const { id } = JSON.parse(line) as { id: string };
    const folder = join(project, id);
    mkdirSync(folder);
    run(countersign, ['init', id], `countersign init ${id}`, folder);
    const [first = ''] = readFileSync(join(folder, 'countersign.yaml'), 'utf8').split('\n');
    const schema = /\$schema=(\S+)/.exec(first)?.[1] ?? '';
    if (schema === '' || !existsSync(join(folder, schema)))
      problems.push(`init ${id}: no schema at ${JSON.stringify(schema)}`);
    const example = join(folder, '.env.example');
    const variables = existsSync(example) ? readFileSync(example, 'utf8') : '';
    const filled = variables.replaceAll(/^(\w+)=$/gm, (_, name: string) => `${name}=${valueFor(id, name)}`);
    writeFileSync(join(folder, '.env'), filled);
    run(countersign, ['check'], `countersign check of what init ${id} wrote`, folder);
    if (existsSync(join(folder, 'actions.ts'))) {
      run(
        process.execPath,
        [TSC, ...STRICTEST, ...ON_NODE, 'actions.ts'],
        `the sample of ${id} under strict types`,
        folder,
      );
    }
  }
}

function run(
  program: string,
  args: readonly string[],
  what: string,
  cwd = project,
): { readonly stdout: string } {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    timeout: 180_000,
  });
  if (status !== 0) problems.push(`${what} failed: ${error?.message ?? ''}${stdout}${stderr}`);
  return { stdout };
}
