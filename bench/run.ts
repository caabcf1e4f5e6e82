/**
 * Prevents: figures that nobody can measure again. Runs all benches, or those that are named, each in a process of its own.
 *
 * Usage: npm run bench                          all of them, about eight minutes
 *        npm run bench -- verify [--quick]      one, with its own options
 *        npm run bench -- --against TREE        this tree and another in turn: see against.ts
 */
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { installPeers } from '../scripts/install-peers.ts';

const HERE = import.meta.dirname;
const BENCHES: Readonly<Record<string, string>> = {
  verify: 'verify.ts',
  jwt: 'jwt.ts',
  'replay-guard': 'replay-guard.ts',
  http: 'http.ts',
  start: 'start.ts',
};

const args = process.argv.slice(2);
if (args.some((argument) => argument === '--against' || argument.startsWith('--against='))) {
  // Its rows need what the load generator and the samples need.
  installPeers(HERE);
  const { status } = spawnSync(process.execPath, [join(HERE, 'against.ts'), ...args], { stdio: 'inherit' });
  process.exit(status ?? 1);
}
const [name, ...options] = args;
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
for (const bench of name === undefined ? Object.keys(BENCHES) : [name]) {
  console.log(`\n# ${bench}\n`);
  const { status } = spawnSync(process.execPath, [join(HERE, BENCHES[bench] as string), ...options], {
    stdio: 'inherit',
  });
  if (status !== 0) missed.push(bench);
}
if (missed.length > 0) {
  console.log(`\nTargets missed, or not measured, in: ${missed.join(', ')}`);
  process.exitCode = 1;
}
