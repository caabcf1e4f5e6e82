/**
 * Prevents: a gateway that is slow to be there after a deploy or a crash, or that is large while it does nothing.
 * Starts `countersign serve` on a built tree, sends one signed request as soon as the port takes it, and looks at
 * the process's memory two seconds later. Its time is a ratio to a bare Node's, started just before or after it.
 *
 * Usage: node bench/start.ts [--starts 20]
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pairedRatio } from './measure/paired.ts';
import { printTargets } from './measure/report.ts';
import { quantile } from './measure/rounds.ts';
import { type FirstAnswer, timeBareNode, timeFirstAnswer } from './start/first-answer.ts';

const ROOT = join(import.meta.dirname, '..');
/** Times `node -e 0`; 2.5 is aimed at. */
const MAX_BARE_NODES = 3.1;
const MAX_IDLE_MB = 75;
const IDLE_MS = 2000;
/** Memory varies little, and two seconds are long. */
const IDLE_STARTS = 3;

if (!existsSync(join(ROOT, 'packages/cli/program/main.js'))) {
  console.error('start: the program is not built.\n  → npm run build');
  process.exit(2);
}
const { values } = parseArgs({ options: { starts: { type: 'string', default: '20' } } });
const folder = mkdtempSync(join(tmpdir(), 'countersign-start-'));
const starts: FirstAnswer[] = [];
const bare: Pick<FirstAnswer, 'elapsedMs' | 'cpuMs'>[] = [];
try {
  // The first one finds no compiled code and no file in memory, as none after an installation's first does.
  await timeFirstAnswer(ROOT, folder);
  for (let i = 0; i < Number(values.starts); i++) {
    if (i % 2 === 0) bare.push(await timeBareNode());
    starts.push(await timeFirstAnswer(ROOT, folder, i < IDLE_STARTS ? IDLE_MS : 0));
    if (i % 2 === 1) bare.push(await timeBareNode());
  }
} finally {
  rmSync(folder, { recursive: true });
}
const idleMb = starts.flatMap((one) => one.idleMb ?? []);
console.log(`start: ${starts.length} starts, each beside one of a bare Node (node -e 0)`);
const byCpu = compare('CPU time', 'cpuMs');
compare('elapsed time', 'elapsedMs');
console.log(`  idle memory   ${describe(idleMb)} MB resident, ${IDLE_MS / 1000} s after that`);
const met = printTargets([
  { what: 'first verified answer, times a bare Node, by CPU time', value: byCpu, atMost: MAX_BARE_NODES },
  { what: 'idle memory', value: quantile(idleMb, 0.5), atMost: MAX_IDLE_MB, unit: ' MB' },
]);
if (!met) process.exitCode = 1;

/** Prints the ratio and returns it. The time that has elapsed is the truer one on a quiet machine only. */
function compare(what: string, key: 'cpuMs' | 'elapsedMs'): number {
  const own = starts.map((one) => one[key]);
  const ofBare = bare.map((one) => one[key]);
  const { median, low, high } = pairedRatio([own.map((ms, i) => ms / (ofBare[i] as number))]);
  console.log(
    `  first verified answer, ${what.padEnd(12)}  ${median.toFixed(2)} (95 %: ${low.toFixed(2)}–${high.toFixed(2)})  (${describe(own)} ms, bare ${describe(ofBare)} ms)`,
  );
  return median;
}

function describe(numbers: readonly number[]): string {
  return `${quantile(numbers, 0.5).toFixed(0)} (${Math.min(...numbers).toFixed(0)}–${Math.max(...numbers).toFixed(0)})`;
}
