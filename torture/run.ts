/**
 * Prevents: an acknowledgement that does not hold. Sends at full speed to a real gateway and does to it what happens to servers: kills, a
 * disk that is full, a clock that is set. Then every acknowledged request must be in the store once, to the byte. Exits 1 where one is not.
 */
import { availableParallelism, cpus } from 'node:os';
import { endWithUsage, positive, readArguments } from '../scripts/read-arguments.ts';
import { createFaults } from './engine/fault.ts';
import type { Trial, TrialResult } from './engine/trial.ts';
import { POSTGRES_TRIALS } from './postgres/all.ts';
import { TRIALS } from './trials/all.ts';

const STORES: Readonly<Record<string, readonly Trial[]>> = { sqlite: TRIALS, postgres: POSTGRES_TRIALS };
const USAGE = `npm run torture [-- --store ${Object.keys(STORES).join('|')}] [--kills 50] [--seed N] [--connections 48] [--only TRIAL] [--long] [--json]`;
const { values } = readArguments(USAGE, {
  options: {
    store: { type: 'string', default: 'sqlite' },
    kills: { type: 'string', default: '50' },
    seed: { type: 'string' },
    connections: { type: 'string', default: '48' },
    long: { type: 'boolean', default: false },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const seed = values.seed === undefined ? Date.now() % 2 ** 31 : positive(values.seed, '--seed');
const kills = positive(values.kills, '--kills');
const connections = positive(values.connections, '--connections');
const all = STORES[values.store] ?? endWithUsage(`There is no store "${values.store}"`, USAGE);
const trials = all.filter(({ name }) => values.only === undefined || values.only === name);
if (trials.length === 0)
  endWithUsage(`There is no trial "${values.only}", but ${all.map(({ name }) => name).join(', ')}`, USAGE);

const say = (line: string): void => console.error(line);
const machine = `${availableParallelism()} CPUs (${cpus()[0]?.model ?? 'unknown'}), Node ${process.versions.node}`;
say(`torture: seed ${seed}, ${machine}`);
const results: Record<string, TrialResult & { readonly faults: unknown }> = {};
let faulty = 0;
for (const { name, summary, run } of trials) {
  say(`${name}: ${summary}`);
  const faults = createFaults();
  const result = await run({
    seed,
    kills,
    connections,
    faults,
    isLong: values.long,
    say: (line) => say(`  ${line}`),
  }).catch((error: unknown): TrialResult => {
    // The other trials are to be run all the same.
    faults.add('nothing-tried', error instanceof Error ? (error.stack ?? error.message) : String(error));
    return { figures: {} };
  });
  results[name] = { ...result, faults: { count: faults.count, all: faults.all } };
  if (faults.count > 0) faulty++;
  if (values.json) continue;
  console.log(
    `${faults.count > 0 ? '✗' : result.skipped === undefined ? '✓' : '–'} ${name}: ${lineOf(result)}`,
  );
  for (const { code, sentence } of faults.all) console.log(`  ✗ ${code}: ${sentence}`);
  if (faults.count > faults.all.length) console.log(`  ✗ and ${faults.count - faults.all.length} more`);
}
if (values.json) console.log(JSON.stringify({ seed, machine, trials: results }, undefined, 2));
else if (faulty > 0)
  console.log(`  → Again: npm run torture -- --store ${values.store} --seed ${seed} --kills ${kills}`);
process.exitCode = faulty > 0 ? 1 : 0;

function lineOf({ figures, skipped }: TrialResult): string {
  if (skipped !== undefined) return `skipped: ${skipped}`;
  return Object.entries(figures)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}
