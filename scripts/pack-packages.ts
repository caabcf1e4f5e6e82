/** Packs the packages as they are published. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Their folders. */
export const PACKAGES = ['api', 'core', 'gateway', 'sandbox', 'console', 'cli'] as const;

export interface Tarball {
  /** As npm installs it. */
  readonly name: string;
  /** In the folder. */
  readonly file: string;
}

const run = promisify(execFile);

/** @throws Error where `npm pack` fails for one. */
export async function packAll(folder: string): Promise<readonly Tarball[]> {
  const tarballs: Tarball[] = [];
  for (const name of PACKAGES) tarballs.push(await packOne(name, folder));
  return tarballs;
}

/** @throws Error where npm does not pack it. */
export async function packOne(name: (typeof PACKAGES)[number], folder: string): Promise<Tarball> {
  const cwd = join(import.meta.dirname, '..');
  const workspace = join('packages', name);
  const args = ['pack', '--json', '--pack-destination', folder, '--workspace', workspace];
  const { stdout } = await run('npm', args, { cwd, timeout: 180_000 });
  const report: unknown = JSON.parse(stdout.slice(stdout.search(/[[{]/)));
  const packed: unknown = Array.isArray(report) ? report[0] : Object.values(report as object)[0];
  const { filename } = packed as { filename: string };
  return { name: name === 'cli' ? 'countersign' : `@countersign/${name}`, file: filename };
}
