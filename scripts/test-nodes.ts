/**
 * Prevents: a stream or a signal that another Node treats otherwise, and a gateway that ends there.
 * Installs each Node that is supported into a temporary folder, and runs the tests of hang-ups, stops, ends by errors, memory and the short soak on it.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NODE_VERSIONS } from './node-versions.ts';
import { endWithUsage, readArguments } from './read-arguments.ts';

/** What depends on Node's own behaviour: streams, sockets, signals, errors that nobody caught, what its memory holds, and its cryptography. */
const TESTS = [
  'packages/gateway/test/soak',
  'packages/gateway/test/outcomes/upstream-abort.test.ts',
  'packages/gateway/test/http/answers-in-order.test.ts',
  'packages/sandbox/test/hang-ups.test.ts',
  'packages/cli/test/signals.test.ts',
  'packages/cli/test/operators-modules.test.ts',
  'packages/cli/test/users-on-any-node.test.ts',
  'packages/core/test/memory-replay-guard.test.ts',
];

const USAGE = 'npm run test:nodes [-- VERSION …]';
const { positionals } = readArguments(USAGE, { allowPositionals: true });
const noVersion = positionals.find((word) => !/^\d+\.\d+\.\d+$/.test(word));
if (noVersion !== undefined) endWithUsage(`${noVersion} is not a version`, USAGE);
const failed: string[] = [];
for (const version of positionals.length > 0 ? positionals : NODE_VERSIONS) {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-node-'));
  try {
    const startedMs = performance.now();
    if (!passes(version, folder)) failed.push(version);
    console.log(`Node ${version}: ${Math.round((performance.now() - startedMs) / 1000)} s`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
if (failed.length > 0) console.error(`test:nodes: failed on Node ${failed.join(', ')}.`);
process.exitCode = failed.length > 0 ? 1 : 0;

function passes(version: string, folder: string): boolean {
  const quiet = ['--no-audit', '--no-fund', '--loglevel', 'error'];
  if (!run('npm', ['install', '--prefix', folder, ...quiet, `node@${version}`])) return false;
  const node = join(folder, 'node_modules/node/bin/node');
  return run(node, ['node_modules/vitest/vitest.mjs', 'run', '--project', 'node', ...TESTS]);
}

function run(program: string, args: readonly string[]): boolean {
  const { status, error } = spawnSync(program, args, { stdio: 'inherit' });
  if (error !== undefined) console.error(`test:nodes: ${program} could not be started: ${error.message}`);
  return status === 0;
}
