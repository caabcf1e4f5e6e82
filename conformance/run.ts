/**
 * Prevents: a false acceptance that nobody thought of. Changes every genuine request of `vectors/` in every way that is
 * a row of `attacks/`, and holds each verdict against what coverage says is proved. Exits 1 where one is wrong, where
 * something is thrown that is no verdict, where a verdict costs more than its bound, or where a cell is empty.
 */
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { providerIds } from '@countersign/core';
import { positive, readArguments } from '../scripts/read-arguments.ts';
import { runInProcesses } from './engine/processes.ts';
import { readProgress, writeProgress } from './engine/progress.ts';
import { reportOf } from './engine/report.ts';
import { openSearch, type SearchOptions } from './engine/search.ts';
import { merge } from './engine/tally.ts';
import { vectorSubjects } from './engine/vector-subjects.ts';

const USAGE =
  'npm run conformance [-- --long] [--mutations 2000000] [--seed 1] [--only WORDS] [--processes 2] [--brief]';
const { values } = readArguments(USAGE, {
  options: {
    long: { type: 'boolean', default: false },
    mutations: { type: 'string' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    processes: { type: 'string', default: String(availableParallelism()) },
    brief: { type: 'boolean', default: false },
  },
});
const MILLION = 1_000_000;
const options: SearchOptions = {
  seed: positive(values.seed, '--seed'),
  total: positive(values.mutations ?? String(values.long ? 50 * MILLION : 2 * MILLION), '--mutations'),
  only: values.only,
};
const processes = positive(values.processes, '--processes');
const startMs = performance.now();

const { jobs } = await openSearch(vectorSubjects(), options);
if (jobs.length === 0) {
  console.error(
    `--only "${options.only}" names no cell.\n  → Give words of a provider, a vector, an attack or a place.`,
  );
  process.exit(2);
}
const coverages = new Map(
  jobs.flatMap(({ cells }) => cells.map(({ subject }) => [subject.provider, subject.gate.coverage] as const)),
);

// A long search is broken off and taken up again; what it has done is of these jobs only.
const file = join(import.meta.dirname, '../node_modules/.countersign/conformance.json');
const key = createHash('sha256')
  .update(JSON.stringify([options, jobs.map(({ name, cells }) => [name, cells.map(({ count }) => count)])]))
  .digest('hex');
const progress = readProgress(values.long ? file : '', key);
const { done, tally } = progress;
const rest = jobs.flatMap((_, job) => (done.has(job) ? [] : [job]));
if (done.size > 0) console.error(`goes on: ${done.size} of ${jobs.length} jobs are done`);

const SAVE_MS = 5000;
let savedMs = startMs;
await runInProcesses({
  search: options,
  processes,
  jobs: rest,
  onDone({ job, rows, findings }) {
    merge(tally, { rows, findings });
    done.add(job);
    if (performance.now() - savedMs < SAVE_MS || !values.long) return;
    savedMs = performance.now();
    writeProgress(file, progress);
    const tried = [...tally.rows.values()].reduce((sum, row) => sum + row.tried, 0);
    console.error(
      `${tried} mutations, ${done.size} of ${jobs.length} jobs, ${tally.findings.length} findings`,
    );
  },
});
if (values.long) rmSync(file, { force: true });

const isWhole = options.only === '';
const report = reportOf(tally, coverages, isWhole);
if (!values.brief) console.log(`${report.text}\n`);
for (const { cell, n, kind, what, request } of tally.findings.slice(0, 40)) {
  console.log(`✗ ${kind}: ${what}\n  ${cell}, number ${n}\n  ${request}`);
}
const missing = isWhole ? providerIds.filter((id) => !coverages.has(id)) : [];
for (const id of missing) console.log(`✗ ${id} has no accepted vector from outside: nothing of it was tried`);
for (const cell of report.empty) console.log(`✗ an empty cell: ${cell}`);
const seconds = ((performance.now() - startMs) / 1000).toFixed(0);
const { length } = cpus();
console.log(
  `${report.tried} mutations, ${report.accepted} taken with every proved part unchanged, ${report.wrong} wrong; ${seconds} s, ${processes} processes on ${length} CPUs (${cpus()[0]?.model ?? 'unknown'}), Node ${process.versions.node}, seed ${options.seed}`,
);
const isShort = isWhole && report.tried < options.total;
if (isShort) console.log(`✗ ${options.total} were asked for`);
if (report.wrong > 0 || report.empty.length > 0 || missing.length > 0 || isShort) process.exitCode = 1;
