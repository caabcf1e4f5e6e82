/**
 * Prevents: an example that does not do what it says. Runs each one of `packages/core/src/explain/examples` that says so in its own framework: a genuine
 * signed webhook must be taken and answered with its id, and one whose body was changed must be refused. Exits 1 where one is not.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { EXAMPLES, type Example } from '../../packages/core/dist/explain/index.js';
import { installPeers } from '../install-peers.ts';
import { readArguments } from '../read-arguments.ts';
import { runProgram } from './programs.ts';
import { runSetting } from './settings.ts';

readArguments('npm run examples', {});

/** Which program shows that a language can be run here; npm’s packages are installed. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  flask: ['/usr/bin/python3', '-c', 'import flask'],
  django: ['/usr/bin/python3', '-c', 'import django'],
  php: ['php', '--version'],
  go: ['go', 'version'],
  rails: ['ruby', '--version'],
  nginx: ['nginx', '-v'],
};

const corpus = join(import.meta.dirname, '../../corpus');
installPeers(corpus);
// Below the corpus’ programs, whose frameworks these are.
const scratch = mkdtempSync(join(corpus, '.examples-'));
let failed = 0;
let passed = 0;
try {
  for (const example of EXAMPLES) await report(example);
} finally {
  rmSync(scratch, { recursive: true });
}
console.log(`examples: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function report(example: Example): Promise<void> {
  const [framework = ''] = example.frameworks;
  const name = `${framework} ${example.topics[0]}`;
  if (example.notRun !== undefined) return console.log(`-       ${name}: not run: ${example.notRun}`);
  const [program, ...args] = NEEDED[framework] ?? [];
  if (program !== undefined && spawnSync(program, args).status !== 0) {
    return console.log(`SKIPPED ${name}: ${[program, ...args].join(' ')} fails here`);
  }
  try {
    if (example.topics[0] === 'raw-body') await runProgram(example, scratch);
    else runSetting(example, scratch);
    passed++;
    console.log(`ok      ${name}`);
  } catch (error) {
    failed++;
    console.log(`FAILED  ${name}: ${error instanceof Error ? error.message : error}`);
  }
}
