/**
 * Prevents: a library that is said to run on a runtime where nobody has run it, and a page of figures that no run showed.
 * Runs every vector, both ways of signing, keys that cannot work, the contracts of replay guards and of the fetch adapter on each runtime, and the
 * command on Bun and Deno; then holds docs/runtimes.md against what it saw.
 *
 * Usage: npm run test:runtimes [-- --write] [--only NAME]
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installPeers } from '../scripts/install-peers.ts';
import { readArguments } from '../scripts/read-arguments.ts';
import { makeSuiteData } from './make-suite-data.ts';
import { faultsOfPage, pageOf } from './page.ts';
import { chromium } from './runtimes/chromium.ts';
import type { Runtime } from './runtimes/runtime.ts';
import { bun, deno, node } from './runtimes/servers.ts';
import { workerd } from './runtimes/workerd.ts';
import { type CommandResult, tryCommands } from './try-commands.ts';
import { type RuntimeResult, tryRuntime } from './try-runtime.ts';

const USAGE = 'npm run test:runtimes [-- --write] [--only NAME]';
const PAGE = join(import.meta.dirname, '../docs/runtimes.md');

/** The versions of `scripts/test-nodes.ts`; the first two builds are what a user of each has. */
const RUNTIMES: readonly Runtime[] = [
  node('22.23.3'),
  node('24.21.0'),
  node('26.10.0'),
  node('24.21.0', 'web'),
  bun('node'),
  bun('web'),
  deno('node'),
  deno('web'),
  workerd,
  chromium,
];

const { values } = readArguments(USAGE, {
  options: { write: { type: 'boolean' }, only: { type: 'string' } },
});
installPeers(import.meta.dirname);
const data = await makeSuiteData();
const results: RuntimeResult[] = [];
const missing: string[] = [];
let failed = 0;
let passed = 0;
for (const runtime of RUNTIMES) {
  if (values.only !== undefined && !runtime.name.toLowerCase().includes(values.only.toLowerCase())) continue;
  const startedMs = performance.now();
  const result = await tryRuntime(runtime, data);
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  const name = `${runtime.name} (${runtime.build} build)`;
  if (typeof result === 'string') {
    missing.push(runtime.name);
    console.log(`skipped ${name}: ${result}`);
    continue;
  }
  results.push(result);
  const counts = result.reports.map((report) => `${report.suite} ${report.passed}`).join(', ');
  console.log(`${seconds.padStart(5)} s  ${name} ${result.version}: ${counts}`);
  for (const report of result.reports) {
    passed += report.passed;
    failed += report.failures.length;
    for (const { title, message } of report.failures)
      console.log(` ✗ ${name}: ${report.suite}: ${title}\n   ${message}`);
  }
}
const commands: readonly CommandResult[] = values.only === undefined ? await tryCommands() : [];
for (const { runtime, command, fault } of commands) {
  if (fault === undefined) passed++;
  else {
    failed++;
    console.log(` ✗ countersign ${command} on ${runtime}: ${fault}`);
  }
}
if (values.only === undefined) {
  if (values.write && failed === 0 && missing.length === 0) writeFileSync(PAGE, pageOf(results, commands));
  const page = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '';
  const faults = faultsOfPage(page, pageOf(results, commands), missing);
  for (const fault of faults) console.log(` ✗ docs/runtimes.md: ${fault}`);
  if (faults.length > 0)
    console.log('   → Run npm run test:runtimes -- --write where every runtime is installed.');
  failed += faults.length;
}
console.log(`Tests  ${failed > 0 ? `${failed} failed | ` : ''}${passed} passed`);
process.exitCode = failed === 0 ? 0 : 1;
