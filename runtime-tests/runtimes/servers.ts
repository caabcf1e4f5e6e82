/** Node, Bun and Deno: each serves with its own server. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Build, builtFile, bundle } from '../bundle.ts';
import { BUN, DENO } from './installed.ts';
import { type Runtime, RuntimeMissing } from './runtime.ts';
import { startProgram } from './started-program.ts';

const root = join(import.meta.dirname, '../..');
const portOf = (line: string): number | undefined => (/^\d+$/.test(line) ? Number(line) : undefined);

function server(
  name: string,
  entry: 'node' | 'bun' | 'deno',
  build: Build,
  find: () => { readonly version: string; readonly command: readonly string[] },
): Runtime {
  return {
    name,
    build,
    async start() {
      const { version, command } = find();
      await bundle(build, entry);
      const started = await startProgram({
        command: [...command, builtFile(build, entry)],
        cwd: root,
        portOf,
      });
      return { version, origin: `http://127.0.0.1:${started.port}`, stop: started.stop };
    },
  };
}

/** The Node of a version, from the registry where it is not installed yet. @throws RuntimeMissing */
function nodeOf(version: string): string {
  if (process.versions.node === version) return process.execPath;
  const folder = join(root, 'node_modules/.countersign/nodes', version);
  const node = join(folder, 'node_modules/node/bin/node');
  if (existsSync(node)) return node;
  mkdirSync(folder, { recursive: true });
  const args = [
    'install',
    '--prefix',
    folder,
    '--no-audit',
    '--no-fund',
    '--loglevel',
    'error',
    `node@${version}`,
  ];
  spawnSync('npm', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (!existsSync(node)) throw new RuntimeMissing(`npm could not install node@${version}`);
  return node;
}

/** A version of Node. Its WebCrypto is tried as well where `build` says so. */
export function node(version: string, build: Build = 'node'): Runtime {
  return server(`Node ${version.split('.')[0]}`, 'node', build, () => ({
    version,
    command: [nodeOf(version)],
  }));
}

export function bun(build: Build): Runtime {
  return server('Bun', 'bun', build, () => {
    return { version: versionOf(BUN, 'bun'), command: [BUN] };
  });
}

export function deno(build: Build): Runtime {
  const allowed = [
    'run',
    '--allow-net',
    '--allow-read',
    '--allow-env',
    '--no-remote',
    '--node-modules-dir=manual',
  ];
  return server('Deno', 'deno', build, () => {
    return { version: versionOf(DENO, 'deno'), command: [DENO, ...allowed] };
  });
}

/** @throws RuntimeMissing where the program is not there, or does not start on this machine */
export function versionOf(program: string, name: string): string {
  const { stdout, error } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  const [version] = /\d+(?:\.\d+)+/.exec(stdout ?? '') ?? [];
  if (version !== undefined) return version;
  throw new RuntimeMissing(
    `the package ${name} has no program for this system: ${error?.message ?? program}`,
  );
}
