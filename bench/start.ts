/**
 * Prevents: a gateway that is slow to be there after a deploy or a crash, or that is large while it does nothing.
 * Starts `countersign serve` on a built tree, sends one signed request as soon as the port takes it, and looks at
 * the process's memory two seconds later. Its time is a ratio to a bare Node's, started just before or after it.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { positive, readArguments } from '../scripts/read-arguments.ts';
import { pairedRatio } from './measure/paired.ts';
import { printTargets } from './measure/report.ts';
import { quantile } from './measure/rounds.ts';
import { type FirstAnswer, timeBareNodeMs, timeFirstAnswer } from './start/first-answer.ts';

const ROOT = join(import.meta.dirname, '..');
/** Times `node -e 0`; 2.5 is aimed at. */
const MAX_BARE_NODES = 3.1;
const MAX_IDLE_MB = 75;
const IDLE_MS = 2000;
/** Memory varies little, and two seconds are long. */
const IDLE_STARTS = 3;

const { values } = readArguments('node bench/start.ts [--starts 20]', {
  options: { starts: { type: 'string', default: '20' } },
});
const STARTS = positive(values.starts, '--starts');
if (!existsSync(join(ROOT, 'packages/cli/program/main.cjs'))) {
  console.error('start: the program is not built.\n  → npm run build');
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'countersign-start-'));
const starts: FirstAnswer[] = [];
const bareMs: number[] = [];
try {
  // The first one finds no compiled code and no file in memory, as none after an installation's first does.
  await timeFirstAnswer(ROOT, folder);
  for (let i = 0; i < STARTS; i++) {
    if (i % 2 === 0) bareMs.push(await timeBareNodeMs());
    starts.push(await timeFirstAnswer(ROOT, folder, i < IDLE_STARTS ? IDLE_MS : 0));
    if (i % 2 === 1) bareMs.push(await timeBareNodeMs());
  }
} finally {
  rmSync(folder, { recursive: true });
}
const elapsedMs = starts.map((start) => start.elapsedMs);
const idleMb = starts.flatMap((start) => start.idleMb ?? []);
const { median, low, high } = pairedRatio([elapsedMs.map((ms, i) => ms / (bareMs[i] as number))]);
console.log(`start: ${starts.length} starts, each beside one of a bare Node (node -e 0)`);
console.log(
  `  first verified answer  ${median.toFixed(2)} times a bare Node (95 %: ${low.toFixed(2)}–${high.toFixed(2)})  (${describe(elapsedMs)} ms, of CPU time ${describe(starts.map((start) => start.cpuMs))} ms; bare ${describe(bareMs)} ms)`,
);
console.log(`  idle memory            ${describe(idleMb)} MB resident, ${IDLE_MS / 1000} s after that`);
const met = printTargets([
  { what: 'first verified answer, times a bare Node', value: median, atMost: MAX_BARE_NODES },
  { what: 'idle memory', value: quantile(idleMb, 0.5), atMost: MAX_IDLE_MB, unit: ' MB' },
]);
if (!met) process.exitCode = 1;

function describe(numbers: readonly number[]): string {
  return `${quantile(numbers, 0.5).toFixed(0)} (${Math.min(...numbers).toFixed(0)}–${Math.max(...numbers).toFixed(0)})`;
}
