/** The checkout that this one is compared with: a folder as it is, or a revision in a temporary worktree of its own. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

export interface Tree {
  readonly root: string;
  /** As a reader knows it: a folder, or a revision. */
  readonly name: string;
  /** Removes what was made for it. */
  close(): void;
}

/** Something that whoever called can mend. */
export class TreeError extends Error {}

/** @throws TreeError where it is neither a built tree nor a revision, or does not build. */
export function openTree(tree: string): Tree {
  const folder = resolve(tree);
  if (existsSync(folder) && statSync(folder).isDirectory()) {
    requireBuilt(folder);
    return { root: folder, name: tree, close: () => {} };
  }
  return openRevision(tree);
}

function requireBuilt(root: string): void {
  for (const file of [
    'packages/core/dist/index.js',
    'packages/gateway/dist/index.js',
    'packages/cli/program',
  ]) {
    if (existsSync(join(root, file))) continue;
    throw new TreeError(`${root} is not built: it has no ${file}.\n  → npm run build, in that folder`);
  }
}

function openRevision(revision: string): Tree {
  const commit = git('rev-parse', '--verify', '--quiet', `${revision}^{commit}`);
  if (commit === undefined) {
    throw new TreeError(
      `"${revision}" is not a folder and no revision.\n  → Give a built tree’s folder, or e.g. HEAD~3.`,
    );
  }
  const folder = mkdtempSync(join(tmpdir(), 'countersign-against-'));
  const root = join(folder, 'tree');
  const close = (): void => {
    git('worktree', 'remove', '--force', root);
    rmSync(folder, { recursive: true, force: true });
    git('worktree', 'prune');
  };
  try {
    if (git('worktree', 'add', '--detach', root, commit) === undefined) {
      throw new TreeError(
        `git could not check ${revision} out in ${root}.\n  → git worktree prune, then again`,
      );
    }
    build(root);
    requireBuilt(root);
  } catch (error) {
    close();
    throw error;
  }
  return { root, name: `${revision} (${commit.slice(0, 7)})`, close };
}

/** With the Node that measures, whatever the revision pins: the figures are of the code. */
function build(root: string): void {
  console.error('against: installing and building the other tree …');
  const npm = process.env['npm_execpath'];
  const install = ['ci', '--ignore-scripts', '--loglevel', 'error', '--no-audit', '--no-fund'];
  const steps: readonly (readonly string[])[] = [
    npm === undefined ? ['npm', ...install] : [process.execPath, npm, ...install],
    [process.execPath, 'node_modules/typescript/bin/tsc', '-b'],
    [process.execPath, 'scripts/bundle-program.mjs'],
  ];
  for (const [program = '', ...args] of steps) {
    const { status } = spawnSync(program, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
    if (status !== 0)
      throw new TreeError(`${[program, ...args].join(' ')} failed in ${root}.\n  → See its messages above.`);
  }
}

function git(...args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync('git', args, {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return status === 0 ? stdout.trim() : undefined;
}
