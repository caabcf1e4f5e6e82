/**
 * Prevents: figures that nobody can measure again. Runs all benches, some ten minutes, or the one that is named with its own options, each in
 * a process of its own; or this tree and another in turn: see against.ts.
 */
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { installPeers } from '../scripts/install-peers.ts';
import { endWithUsage, readArguments } from '../scripts/read-arguments.ts';

const HERE = import.meta.dirname;
const BENCHES: Readonly<Record<string, string>> = {
  verify: 'verify.ts',
  jwt: 'jwt.ts',
  'replay-guard': 'replay-guard.ts',
  http: 'http.ts',
  keep: 'keep.ts',
  slices: 'slices.ts',
  deliver: 'deliver.ts',
  start: 'start.ts',
  timing: 'timing.ts',
  destinations: 'destinations.ts',
  search: 'search.ts',
  postgres: 'postgres.ts',
  scaling: 'scaling.ts',
  workers: 'workers.ts',
};

const USAGE = `npm run bench [-- ${Object.keys(BENCHES).join('|')} [ITS OPTIONS]] | npm run bench -- --against TREE`;
const args = process.argv.slice(2);
if (args.some((argument) => argument === '--against' || argument.startsWith('--against='))) {
  // Its rows need what the load generator and the samples need.
  installPeers(HERE);
  const { status } = spawnSync(process.execPath, [join(HERE, 'against.ts'), ...args], { stdio: 'inherit' });
  process.exit(status ?? 1);
}
const [name, ...options] = args;
if (name?.startsWith('-')) readArguments(USAGE, {});
if (name !== undefined && !Object.hasOwn(BENCHES, name)) endWithUsage(`There is no bench "${name}"`, USAGE);
installPeers(HERE);
console.log(
  `${cpus()[0]?.model.trim()}, ${cpus().length} cores, Node ${process.version}, ${process.platform}`,
);
const missed: string[] = [];
let code = 0;
for (const bench of name === undefined ? Object.keys(BENCHES) : [name]) {
  console.log(`\n# ${bench}\n`);
  const { status } = spawnSync(process.execPath, [join(HERE, BENCHES[bench] as string), ...options], {
    stdio: 'inherit',
  });
  if (status === 0) continue;
  missed.push(bench);
  // What one bench could not do is told by its code.
  code = name === undefined ? 1 : (status ?? 1);
}
if (missed.length > 0) console.log(`\nTargets missed, or not measured, in: ${missed.join(', ')}`);
process.exitCode = code;
