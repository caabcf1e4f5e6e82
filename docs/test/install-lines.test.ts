/** Prevents: an install line that does not install what its page then imports. Each is typed into an empty project, against the packages as they are packed. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { markdownFiles } from '../../scripts/docs-blocks.ts';
import { isLong, longReason, someOf } from '../../scripts/effort.ts';
import { PACKAGES, packAll } from '../../scripts/pack-packages.ts';
import { startTarballRegistry, type TarballRegistry } from '../../scripts/tarball-registry.ts';
import { type InstallPage, installPageOf } from './install-lines.ts';

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);

interface Page extends InstallPage {
  readonly path: string;
}

interface Project {
  readonly title: string;
  /** What is typed, line by line. */
  readonly lines: readonly string[];
  readonly imports: readonly string[];
}

const pages: readonly Page[] = markdownFiles(root)
  .map((file) => ({ path: relative(root, file), ...installPageOf(readFileSync(file, 'utf8')) }))
  .filter(({ lines }) => lines.length > 0);
const projects = projectsOf(pages);
const names = new Set(PACKAGES.map((name) => (name === 'cli' ? 'countersign' : `@countersign/${name}`)));
const { version } = JSON.parse(readFileSync(join(root, 'packages/cli/package.json'), 'utf8'));

/** Pages whose readers end with the same packages are read in one project. */
function projectsOf(all: readonly Page[]): readonly Project[] {
  const packagesOf = ({ lines }: Page): string => {
    const words = lines.flatMap((line) => line.split(' ').slice(2));
    return [...new Set(words.filter((word) => !word.startsWith('-')))].sort().join(' ');
  };
  return [...Map.groupBy(all, packagesOf)].map(([title, same]) => ({
    title,
    lines: same[0]?.lines ?? [],
    imports: [...new Set(same.flatMap(({ imports }) => imports))],
  }));
}

it('finds the lines of the pages where one begins', () => {
  const paths = pages.map(({ path }) => path);
  for (const name of PACKAGES) expect(paths).toContain(`packages/${name}/README.md`);
  expect(paths).toContain('README.md');
  expect(paths.filter((path) => path.startsWith('docs/guides/')).length).toBeGreaterThan(10);
});

it.each(pages)('$path installs packages of ours that there are', ({ lines }) => {
  const ours = lines.flatMap((line) => line.match(/(?:@countersign\/|\bcountersign\b)[\w-]*/g) ?? []);
  expect(ours.length).toBeGreaterThan(0);
  for (const name of ours) expect(names).toContain(name);
});

describe.skipIf(!isLong)(`typed into an empty project${longReason}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-install-'));
  let registry: TarballRegistry;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    const { stdout } = await run('npm', ['config', 'get', 'registry'], { cwd: root });
    registry = await startTarballRegistry(folder, await packAll(folder), stdout.trim());
    env = {
      ...process.env,
      PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
      npm_config_registry: registry.url,
      // The others’ tarballs come from where their registry says.
      npm_config_replace_registry_host: 'never',
      // Where `npm install --global` installs: not into the machine.
      npm_config_prefix: join(folder, 'global'),
      npm_config_audit: 'false',
      npm_config_fund: 'false',
      npm_config_ignore_scripts: 'true',
      // Binaries of a hundred megabytes, which nothing here starts.
      npm_config_omit: 'optional',
      npm_config_update_notifier: 'false',
    };
  }, 180_000);
  afterAll(async () => {
    registry.close();
    await rm(folder, { recursive: true });
  }, 240_000);

  it.each(someOf(projects, 4))('$title', async ({ lines, imports }) => {
    const cwd = mkdtempSync(join(folder, 'project-'));
    const type = (command: string): Promise<{ readonly stdout: string }> =>
      run('sh', ['-c', command], { cwd, env, timeout: 240_000 });
    await type('npm init -y');
    for (const line of lines) await type(line);
    for (const name of names)
      if (lines.join(' ').split(' ').includes(name)) expect(registry.asked).toContain(name);
    for (const entry of imports) {
      await run(process.execPath, ['--input-type=module', '--eval', `await import('${entry}')`], { cwd });
    }
    if (lines.some((line) => / countersign\b/.test(line)))
      expect((await type('npx --no-install countersign --version')).stdout.trim()).toBe(version);
  });

  it('npx countersign, where nothing is installed', async () => {
    const cwd = join(folder, 'empty');
    mkdirSync(cwd);
    // npx keeps what it has installed, and the next run has another under the same version.
    const own = {
      ...env,
      npm_config_cache: join(folder, 'cache'),
      // What is installed globally, it would run.
      npm_config_prefix: join(folder, 'no-global'),
    };
    const { stdout } = await run('npx', ['--yes', 'countersign', '--version'], {
      cwd,
      env: own,
      timeout: 240_000,
    });
    expect(stdout.trim()).toBe(version);
  });
});
