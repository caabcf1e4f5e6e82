/**
 * Prevents: a parser that falls over, hangs or reads what no other does, on an input that nobody thought of. Searches inputs for each
 * target, led by the branches that they reach (docs/adr/0034-fuzzing.md). What breaks a target is written to a file; exits 1.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { endWithUsage, positive, readArguments } from '../scripts/read-arguments.ts';
import { TARGETS, type TargetName } from './targets/all.ts';
import { searchInThread } from './thread.ts';
import type { Report } from './worker.ts';

const USAGE =
  'npm run fuzz [-- --target NAME] [--seconds 10] [--executions N] [--seed N] [--input FILE] [--keep]';
const { values } = readArguments(USAGE, {
  options: {
    target: { type: 'string' },
    seconds: { type: 'string', default: '10' },
    executions: { type: 'string' },
    seed: { type: 'string' },
    input: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});

const FAULTS = join(import.meta.dirname, 'faults');
const NAMES = Object.keys(TARGETS) as TargetName[];
const targets = NAMES.filter((name) => values.target === undefined || name === values.target);
if (targets.length === 0)
  endWithUsage(`There is no target "${values.target}", but ${NAMES.join(', ')}`, USAGE);
const { input: file } = values;
if (file !== undefined && values.target === undefined)
  endWithUsage('--input is given without its --target', USAGE);
if (file !== undefined && !existsSync(file)) endWithUsage(`${file} is not there`, USAGE);
const executions = values.executions === undefined ? undefined : positive(values.executions, '--executions');
const order = {
  seed: values.seed === undefined ? Date.now() % 2 ** 31 : positive(values.seed, '--seed'),
  // A number of inputs is the same search every time; seconds are as many as the machine can.
  executions: executions ?? Number.MAX_SAFE_INTEGER,
  seconds: executions === undefined ? positive(values.seconds, '--seconds') : Number.MAX_SAFE_INTEGER,
  keeps: values.keep,
  ...(file !== undefined && { input: readFileSync(file) }),
};

console.log(`fuzz: seed ${order.seed}, Node ${process.versions.node}`);
let faults = 0;
for (const name of targets) {
  const report = await searchInThread({ name, ...order }, { worker: join(import.meta.dirname, 'worker.ts') });
  console.log(`  ${name.padEnd(18)} ${lineOf(report)}`);
  if (!report.fault) continue;
  faults++;
  tell(name, report.fault);
}
process.exitCode = faults > 0 ? 1 : 0;

function lineOf({ executions: inputs, seconds, branches, inputs: kept, fault }: Report): string {
  const rate = Math.round(inputs / Math.max(seconds, 0.001));
  const reached = `${branches} branches reached, ${kept} inputs kept`;
  return `${String(inputs).padStart(8)} inputs in ${seconds.toFixed(1)} s (${rate} a second), ${fault ? 'A FAULT' : reached}`;
}

function tell(name: TargetName, { input, text }: NonNullable<Report['fault']>): void {
  const hash = createHash('sha256').update(input).digest('hex').slice(0, 12);
  const kept = file ?? join(FAULTS, `${name}-${hash}`);
  if (file === undefined) {
    mkdirSync(FAULTS, { recursive: true });
    writeFileSync(kept, input);
  }
  const begins = JSON.stringify(Buffer.from(input.subarray(0, 300)).toString('latin1'));
  console.error(`\n${text.replace(/^/gm, '    ')}\n\n    ${input.length} bytes: ${begins}`);
  console.error(`  → Again: npm run fuzz -- --target ${name} --input ${relative('.', kept)}\n`);
}
