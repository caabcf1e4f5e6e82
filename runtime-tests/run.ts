/**
 * Prevents: a library that is said to run on a runtime where nobody has run it, and a page of figures that no run showed.
 * Runs every vector, both ways of signing, keys that cannot work, why requests are refused, the contracts of replay guards and of the fetch adapter on each runtime, and the
 * command on Bun and Deno; then holds docs/runtimes.md against what it saw.
 *
 * Usage: npm run test:runtimes [-- --write] [--only NAME] [--all]; --all has every request of both folders explained, which takes long
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installPeers } from '../scripts/install-peers.ts';
import { NODE_VERSIONS } from '../scripts/node-versions.ts';
import { readArguments } from '../scripts/read-arguments.ts';
import { makeExplainCases } from './make-explain-cases.ts';
import { makeSuiteData } from './make-suite-data.ts';
import { faultsOfPage, pageOf } from './page.ts';
import { chromium } from './runtimes/chromium.ts';
import type { Runtime } from './runtimes/runtime.ts';
import { bun, deno, node } from './runtimes/servers.ts';
import { workerd } from './runtimes/workerd.ts';
import { type CommandResult, tryCommands } from './try-commands.ts';
import { type RuntimeResult, tryRuntime } from './try-runtime.ts';

const USAGE = 'npm run test:runtimes [-- --write] [--only NAME] [--all]';
const PAGE = join(import.meta.dirname, '../docs/runtimes.md');

/** Every Node that is supported; then the build for Node and the one for the web, on each runtime that takes both. */
const RUNTIMES: readonly Runtime[] = [
  ...NODE_VERSIONS.map((version) => node(version)),
  node('24.21.0', 'web'),
  bun('node'),
  bun('web'),
  deno('node'),
  deno('web'),
  workerd,
  chromium,
];

const { values } = readArguments(USAGE, {
  options: { write: { type: 'boolean' }, all: { type: 'boolean' }, only: { type: 'string' } },
});
installPeers(import.meta.dirname);
const data = await makeSuiteData();
const explained = await makeExplainCases(values.all === true);
const selected = RUNTIMES.filter(
  ({ name }) => values.only === undefined || name.toLowerCase().includes(values.only.toLowerCase()),
);
const outcomes = new Map<Runtime, RuntimeResult>();
const missing: string[] = [];
let failed = 0;
let passed = 0;
// Two at a time, the slowest first: each is a process of its own, and this one waits.
const waiting = selected.toReversed();
const [commands] = await Promise.all([commandsOfAll().finally(work), work()]);
const results = selected.flatMap((runtime) => outcomes.get(runtime) ?? []);
// Where everything can be installed, nothing is left out.
if (process.env['CI'] !== undefined && missing.length > 0) {
  failed += missing.length;
  console.log(` ✗ ${missing.join(', ')}: not there, and a run in CI has every runtime`);
}
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

async function commandsOfAll(): Promise<readonly CommandResult[]> {
  if (values.only !== undefined) return [];
  try {
    return await tryCommands();
  } catch (error) {
    failed++;
    console.log(` ✗ the command: ${error instanceof Error ? error.stack : error}`);
    return [];
  }
}

async function work(): Promise<void> {
  for (let runtime = waiting.shift(); runtime !== undefined; runtime = waiting.shift()) await report(runtime);
}

async function report(runtime: Runtime): Promise<void> {
  const startedMs = performance.now();
  const name = `${runtime.name} (${runtime.build} build)`;
  const result = await tryRuntime(runtime, data, explained).catch((error: Error) => error);
  if (result instanceof Error) {
    failed++;
    console.log(` ✗ ${name}: ${result.stack}`);
    return;
  }
  if (typeof result === 'string') {
    missing.push(runtime.name);
    console.log(`skipped ${name}: ${result}`);
    return;
  }
  outcomes.set(runtime, result);
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  const counts = result.reports.map(({ suite, passed: count }) => `${suite} ${count}`).join(', ');
  console.log(`${seconds.padStart(5)} s  ${name} ${result.version}: ${counts}`);
  for (const { suite, passed: count, failures } of result.reports) {
    passed += count;
    failed += failures.length;
    for (const { title, message } of failures) console.log(` ✗ ${name}: ${suite}: ${title}\n   ${message}`);
  }
}
