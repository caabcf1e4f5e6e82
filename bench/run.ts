/**
 * Prevents: figures that nobody can measure again. Runs all benches, or those that are named, each in a process of its own.
 *
 * Usage: npm run bench                          all of them, about eight minutes
 *        npm run bench -- verify [--quick]      one, with its own options
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';

const HERE = import.meta.dirname;
const BENCHES: Readonly<Record<string, readonly string[]>> = {
  verify: ['verify.ts'],
  jwt: ['jwt.ts'],
  'replay-guard': ['replay-guard.ts'],
  http: ['http.ts'],
  start: ['start.ts'],
};

const [name, ...options] = process.argv.slice(2);
if (name !== undefined && !(name in BENCHES)) {
  console.error(
    `bench: there is no bench "${name}".\n  → One of ${Object.keys(BENCHES).join(', ')}; without a name, all.`,
  );
  process.exit(2);
}
installPeers();
console.log(
  `${cpus()[0]?.model.trim()}, ${cpus().length} cores, Node ${process.version}, ${process.platform}`,
);
const missed: string[] = [];
for (const one of name === undefined ? Object.keys(BENCHES) : [name]) {
  console.log(`\n# ${one}\n`);
  const args = BENCHES[one] as readonly string[];
  const { status } = spawnSync(
    process.execPath,
    [...args.slice(0, -1), join(HERE, args.at(-1) as string), ...options],
    {
      stdio: 'inherit',
    },
  );
  if (status !== 0) missed.push(one);
}
if (missed.length > 0) {
  console.log(`\nTargets missed, or not measured, in: ${missed.join(', ')}`);
  process.exitCode = 1;
}

/** The peers are no part of the project's own install; they come on the first run, and when they change. */
function installPeers(): void {
  const wanted = readFileSync(join(HERE, 'package-lock.json'), 'utf8');
  // npm's own record of what it installed.
  const installed = join(HERE, 'node_modules/.package-lock.json');
  if (existsSync(installed) && versionsOf(readFileSync(installed, 'utf8')) === versionsOf(wanted)) return;
  console.error('bench: installing the peers to compare with …');
  const npm = process.env['npm_execpath'];
  const [command, args] = npm === undefined ? ['npm', ['ci']] : [process.execPath, [npm, 'ci']];
  const { status } = spawnSync(command, args, { cwd: HERE, stdio: 'inherit' });
  if (status === 0) return;
  console.error(
    'bench: npm ci failed in bench/.\n  → Look at its messages above; a registry must be reachable.',
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
