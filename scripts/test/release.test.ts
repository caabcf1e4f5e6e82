/** Prevents: a release whose packages do not fit together, whose lock file is not theirs, or that publishes what nobody can trace. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { PACKAGES } from '../pack-packages.ts';
import { publishedManifests, publishOrder } from '../release-changes.ts';

const ROOT = join(import.meta.dirname, '../..');
const PLANNED = '99.0.0';
const AUTHOR = { NAME: 'Ada', EMAIL: 'ada@example.com' };

interface Clone {
  readonly folder: string;
  run(program: string, ...args: readonly string[]): { readonly code: number | null; readonly output: string };
  release(...args: readonly string[]): { readonly code: number | null; readonly output: string };
  read(path: string): string;
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** What is committed, as somebody who releases has it, with a changelog of the planned version. */
function createClone(): Clone {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-release-'));
  folders.push(folder);
  const env = {
    ...process.env,
    ACTIONS_ID_TOKEN_REQUEST_URL: undefined,
    ...Object.fromEntries(
      ['AUTHOR', 'COMMITTER'].flatMap((role) =>
        Object.entries(AUTHOR).map(([name, value]) => [`GIT_${role}_${name}`, value]),
      ),
    ),
  };
  const run: Clone['run'] = (program, ...args) => {
    const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, env, encoding: 'utf8' });
    return { code: status, output: stdout + stderr };
  };
  expect(run('git', 'clone', '--quiet', '--no-tags', ROOT, '.')).toEqual({ code: 0, output: '' });
  writeFileSync(join(folder, 'CHANGELOG.md'), `# Changelog\n\n## ${PLANNED} (unreleased)\n\n- News.\n`);
  expect(run('git', 'commit', '--quiet', '--all', '--message', 'News').code).toBe(0);
  return {
    folder,
    run,
    release: (...args) => run(process.execPath, join(ROOT, 'scripts/release.ts'), ...args),
    read: (path) => readFileSync(join(folder, path), 'utf8'),
  };
}

it('writes one version everywhere, dates the changelog, commits and tags', () => {
  const { folder, run, release, read } = createClone();
  const { code, output } = release(PLANNED);
  expect(output).toContain(`git push --atomic origin HEAD v${PLANNED}`);
  expect(code).toBe(0);

  const manifests = publishedManifests(folder);
  const names = new Set([...manifests.values()].map(({ name }) => name));
  for (const { version, dependencies = {} } of manifests.values()) {
    expect(version).toBe(PLANNED);
    for (const [name, needed] of Object.entries(dependencies))
      if (names.has(name)) expect(needed).toBe(PLANNED);
  }
  expect(JSON.parse(read('package.json')).version).toBe(PLANNED);
  const today = new Date().toISOString().slice(0, 10);
  expect(read('CHANGELOG.md')).toContain(`\n## ${PLANNED} (${today})\n`);
  expect(run('git', 'tag', '--points-at', 'HEAD').output.trim()).toBe(`v${PLANNED}`);
  expect(run('git', 'status', '--porcelain').output).toBe('');
  // Nothing but versions: the texts that npm and the formatter write stay as they are.
  const lines = run('git', 'show', '--numstat', '--format=', '--', '*.json').output.trim().split('\n');
  for (const line of lines) expect(line).toMatch(/^(\d+)\t\1\t/);
  // npm itself judges whether the lock file is that of the manifests.
  const ci = ['ci', '--dry-run', '--ignore-scripts', '--offline'];
  expect(run('npm', ...ci)).toMatchObject({ code: 0 });
  const command = 'packages/cli/package.json';
  writeFileSync(join(folder, command), read(command).replaceAll(PLANNED, '98.0.0'));
  expect(run('npm', ...ci).code).not.toBe(0);
  run('git', 'checkout', '--quiet', '.');

  expect(release(PLANNED)).toMatchObject({ code: 1, output: expect.stringContaining('no version after') });
});

it('leaves the section open for a beta', () => {
  const { release, read, run } = createClone();
  expect(release(`${PLANNED}-beta.1`).code).toBe(0);
  expect(read('CHANGELOG.md')).toContain(`\n## ${PLANNED} (unreleased)\n`);
  expect(release(PLANNED).code).toBe(0);
  expect(run('git', 'tag', '--list').output).toBe(`v${PLANNED}\nv${PLANNED}-beta.1\n`);
});

const unchanged = createClone();

it.each([
  ['a version that is none', ['1.x'], 'no version after'],
  ['an earlier one', ['0.0.9'], 'no version after'],
  ['one that the changelog does not tell of', ['99.0.1'], 'CHANGELOG.md tells of'],
  ['no version', [], 'Usage:'],
  ['two', ['1.0.0', '1.0.1'], 'Usage:'],
  ['to publish from outside the workflow', ['--publish'], 'could not be traced to its commit'],
])('refuses %s, and changes nothing', (_, args, problem) => {
  const { release, run } = unchanged;
  const { code, output } = release(...args);
  expect(code).not.toBe(0);
  expect(output).toContain(problem);
  expect(output).toContain('→');
  expect(run('git', 'status', '--porcelain').output).toBe('');
  expect(run('git', 'tag', '--list').output).toBe('');
});

it('refuses what was not committed, and a tag that is there', () => {
  const { folder, release, run } = createClone();
  writeFileSync(join(folder, 'a-file'), '');
  expect(release(PLANNED)).toMatchObject({
    code: 1,
    output: expect.stringContaining('working tree has changes'),
  });
  rmSync(join(folder, 'a-file'));
  run('git', 'tag', `v${PLANNED}`);
  expect(release(PLANNED)).toMatchObject({ code: 1, output: expect.stringContaining('is there already') });
  expect(run('git', 'status', '--porcelain').output).toBe('');
});

it('publishes each package behind those that it needs', () => {
  const manifests = publishedManifests(ROOT);
  const order = publishOrder(manifests);
  expect([...order].sort()).toEqual(PACKAGES.map((name) => `packages/${name}`).sort());
  const places = new Map(order.map((folder, i) => [manifests.get(folder)?.name ?? '', i]));
  for (const [name, place] of places) {
    const { dependencies = {} } = [...manifests.values()].find((manifest) => manifest.name === name) ?? {};
    for (const needed of Object.keys(dependencies)) expect(places.get(needed) ?? -1).toBeLessThan(place);
  }
  const circle = new Map([
    ['a', { name: 'a', version: '1.0.0', dependencies: { b: '1.0.0' } }],
    ['b', { name: 'b', version: '1.0.0', dependencies: { a: '1.0.0' } }],
  ]);
  expect(() => publishOrder(circle)).toThrow('need each other');
});
