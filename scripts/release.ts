/**
 * Prevents: a release that was put together by hand: a package left behind, a version that differs between them, a tarball with other files than anybody has seen.
 *
 * With a version: writes it everywhere, dates the changelog's section, commits and tags. Pushing the tag publishes (docs/releasing.md).
 * With `--dry-run`: says what that would write, and shows each package's files and size. With `--publish`: what the workflow runs on the tag.
 */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { endWithUsage, readArguments } from './read-arguments.ts';
import { publishedManifests, publishOrder, ReleaseProblem, releaseChanges } from './release-changes.ts';

const USAGE = 'npm run release -- VERSION | [VERSION] --dry-run | --publish [--dry-run]';
/** npm of this version proves by the workflow's identity who publishes. */
const TRUSTED_NPM = [11, 5, 1] as const;

interface PackReport {
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

const { values, positionals } = readArguments(USAGE, {
  allowPositionals: true,
  options: { 'dry-run': { type: 'boolean', default: false }, publish: { type: 'boolean', default: false } },
});
const [version] = positionals;
const isDry = values['dry-run'];
if (positionals.length > 1 || (values.publish && version !== undefined))
  endWithUsage('too many words', USAGE);
if (version === undefined && !isDry && !values.publish) endWithUsage('no version', USAGE);
const root = process.cwd();

try {
  if (values.publish) publish();
  else prepare();
} catch (error) {
  if (!(error instanceof ReleaseProblem)) throw error;
  console.error(`${error.message}.\n  → ${error.remedy}`);
  process.exitCode = 1;
}

function prepare(): void {
  const changes = version === undefined ? undefined : releaseChanges(root, version, today());
  if (isDry) {
    for (const path of changes?.keys() ?? []) console.log(`would write ${path}`);
    if (version !== undefined) console.log(`would commit and tag v${version}\n`);
    for (const folder of publishOrder(publishedManifests(root))) showPackage(folder);
    return;
  }
  if (git('status', '--porcelain') !== '')
    throw new ReleaseProblem(
      'the working tree has changes',
      'Commit or remove them; a release is what was committed.',
    );
  if (git('tag', '--list', `v${version}`) !== '')
    throw new ReleaseProblem(`the tag v${version} is there already`, 'Name the next version.');
  for (const [path, text] of changes ?? []) writeFileSync(join(root, path), text);
  git('commit', '--quiet', '--all', '--message', `Release ${version}`);
  git('tag', '--annotate', `v${version}`, '--message', `Countersign ${version}`);
  console.log(
    [
      `Committed and tagged v${version}. Nothing has left this machine.`,
      'Look at it: git show. Then, once CI is green on the commit before it:',
      `  git push --atomic origin HEAD v${version}`,
      'The tag runs CI again, then publishes (docs/releasing.md).',
    ].join('\n'),
  );
}

function publish(): void {
  const manifests = publishedManifests(root);
  const versions = new Set([...manifests.values()].map((manifest) => manifest.version));
  const [only = ''] = versions;
  if (versions.size > 1)
    throw new ReleaseProblem(
      `the packages have versions ${[...versions].join(', ')}`,
      'Release with npm run release.',
    );
  if (!isDry) requireTrust(only);
  for (const folder of publishOrder(manifests)) {
    const { name } = manifests.get(folder) ?? { name: folder };
    // A release that broke off is run again.
    if (!isDry && isPublished(`${name}@${only}`)) {
      console.log(`${name}@${only} is published already`);
      continue;
    }
    const tag = only.includes('-') ? 'next' : 'latest';
    const args = ['publish', '--workspace', folder, '--access', 'public', '--provenance', '--tag', tag];
    const { status } = npm([...args, ...(isDry ? ['--dry-run'] : [])], 'inherit');
    if (status !== 0)
      throw new ReleaseProblem(
        `${name}@${only} was not published`,
        'Look at npm’s message above, mend it, and run the workflow again: what is published already is left out.',
      );
  }
}

/** @throws ReleaseProblem where what is published could not be traced to a commit and a run. */
function requireTrust(only: string): void {
  if (process.env['ACTIONS_ID_TOKEN_REQUEST_URL'] === undefined)
    throw new ReleaseProblem(
      'nothing is published from here: a package could not be traced to its commit',
      'Push the tag; .github/workflows/release.yml publishes, with `id-token: write`.',
    );
  if (!git('tag', '--points-at', 'HEAD').split('\n').includes(`v${only}`))
    throw new ReleaseProblem(`HEAD is not tagged v${only}`, 'Run the workflow of the tag.');
  const { stdout } = npm(['--version']);
  const parts = stdout.trim().split('.').map(Number);
  const differing = TRUSTED_NPM.findIndex((part, i) => parts[i] !== part);
  if (differing !== -1 && (parts[differing] ?? 0) < (TRUSTED_NPM[differing] ?? 0))
    throw new ReleaseProblem(
      `npm ${stdout.trim()} knows no trusted publishing`,
      `Use npm ${TRUSTED_NPM.join('.')} or later: Node 24 brings it.`,
    );
}

/** @throws ReleaseProblem where the registry does not say. */
function isPublished(name: string): boolean {
  const { status, stdout, stderr } = npm(['view', name, 'version']);
  if (status === 0) return stdout.trim() !== '';
  if (/E404/.test(stderr)) return false;
  throw new ReleaseProblem(
    `whether ${name} is published cannot be told: ${stderr.trim()}`,
    'Run the workflow again.',
  );
}

function showPackage(folder: string): void {
  const { status, stdout, stderr } = npm(['pack', '--dry-run', '--json', '--workspace', folder]);
  if (status !== 0)
    throw new ReleaseProblem(`npm pack fails for ${folder}: ${stderr.trim()}`, 'Run npm run build.');
  const parsed: unknown = JSON.parse(stdout.slice(stdout.search(/[[{]/)));
  const { files, size, unpackedSize } = Object.values(parsed as object)[0] as PackReport;
  const { name, version: current } = publishedManifests(root).get(folder) ?? { name: folder, version: '' };
  console.log(
    `${name} ${version ?? current}: ${kilobytes(size)} packed, ${kilobytes(unpackedSize)} unpacked, ${files.length} files`,
  );
  for (const file of files) console.log(`  ${kilobytes(file.size).padStart(9)}  ${file.path}`);
}

function npm(args: readonly string[], stdio: 'inherit' | 'pipe' = 'pipe'): SpawnSyncReturns<string> {
  return spawnSync('npm', args, { cwd: root, encoding: 'utf8', stdio, maxBuffer: 64 * 1024 * 1024 });
}

/** @throws ReleaseProblem with what git says. */
function git(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  if (status !== 0)
    throw new ReleaseProblem(`git ${args[0]}: ${stderr.trim()}`, 'Mend that, then release again.');
  return stdout.trim();
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

/** In UTC. */
function today(): string {
  return new Date().toISOString().slice(0, 10);
}
