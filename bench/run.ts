/**
 * Prevents: figures that nobody can measure again. Runs all benches, or those that are named, each in a process of its own.
 *
 * Usage: npm run bench                          all of them, about eight minutes
 *        npm run bench -- verify [--quick]      one, with its own options
 */
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { installPeers } from '../scripts/install-peers.ts';

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
installPeers(HERE);
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
