/**
 * One row in a fresh process: both trees' engines, slices of CPU time in turn. Prints the ratios of the pairs.
 *
 * Usage: node bench/against/in-process.ts OURS OTHER ROW PAIRS 0|1
 */
import { loadEngine } from './engine.ts';
import { ROWS, type Work } from './rows.ts';

const [ours = '', other = '', name = '', pairs = '', firstWarm = '0'] = process.argv.slice(2);
const SLICE_US = 8000;
const WARM_UP_US = 300_000;

const row = ROWS.find((candidate) => candidate.name === name);
if (row === undefined) throw new Error(`there is no row "${name}"`);
const makeWork = await row.prepare();
const works = [makeWork(await loadEngine(ours)), makeWork(await loadEngine(other))] as const;

const calls = [0, 0];
for (const at of firstWarm === '1' ? [1, 0] : [0, 1]) calls[at] = await calibrate(works[at] as Work);
// As many calls for both: what is taken at intervals, a collection or a new guard, then falls to both alike.
const count = Math.max(1, Math.round((Number(calls[0]) + Number(calls[1])) / 2));
const ratios: number[] = [];
for (let pair = 0; pair < Number(pairs); pair++) {
  const spent = [0, 0];
  // Ours first, then the other; and the other way round.
  for (const at of pair % 2 === 0 ? [0, 1] : [1, 0]) spent[at] = await cpuUs(works[at] as Work, count);
  ratios.push(Number(spent[1]) / Number(spent[0]));
}
console.log(JSON.stringify(ratios));

/** Calls that take a slice; this also warms them up. */
async function calibrate(work: Work): Promise<number> {
  let warmedUs = 0;
  for (let many = 16; ; many *= 2) {
    const us = await cpuUs(work, many);
    warmedUs += us;
    if (us > SLICE_US / 2 && warmedUs > WARM_UP_US) return Math.max(1, Math.round((many * SLICE_US) / us));
    if (us > SLICE_US / 2) many /= 2;
  }
}

async function cpuUs(work: Work, many: number): Promise<number> {
  let done = 0;
  const before = process.cpuUsage();
  for (let i = 0; i < many; i++) {
    const did = work(i);
    if (did instanceof Promise ? await did : did) done++;
  }
  const { user, system } = process.cpuUsage(before);
  if (done !== many) throw new Error(`${name}: ${many - done} of ${many} calls did not do what they should`);
  return user + system;
}
