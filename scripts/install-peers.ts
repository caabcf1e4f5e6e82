/** Installs the peers of a folder that is no workspace, so that users' installs stay small: on the first run, and when they change. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Ends the process with status 2 where npm fails. */
export function installPeers(folder: string): void {
  const name = basename(folder);
  const lock = readFileSync(join(folder, 'package-lock.json'), 'utf8');
  // npm's own record of what it installed.
  const installed = join(folder, 'node_modules/.package-lock.json');
  if (existsSync(installed) && versionsOf(readFileSync(installed, 'utf8')) === versionsOf(lock)) return;
  console.error(`${name}: installing the peers …`);
  const npm = process.env['npm_execpath'];
  // No peer needs a script of its own to be installed.
  const options = ['ci', '--ignore-scripts', '--loglevel', 'error'];
  const [command, args] = npm === undefined ? ['npm', options] : [process.execPath, [npm, ...options]];
  const { status } = spawnSync(command, args, { cwd: folder, stdio: 'inherit' });
  if (status === 0) return;
  console.error(
    `${name}: npm ci failed in ${name}/.\n  → Look at its messages above; a registry must be reachable.`,
  );
  process.exit(2);
}

/** Every package's place and version in a lock file, optional ones for other systems left out. */
function versionsOf(lock: string): string {
  const { packages } = JSON.parse(lock) as {
    packages: Readonly<Record<string, { readonly version?: string; readonly optional?: boolean }>>;
  };
  return Object.entries(packages)
    .filter(([path, { optional }]) => path !== '' && optional !== true)
    .map(([path, { version }]) => `${path} ${version}`)
    .sort()
    .join('\n');
}
