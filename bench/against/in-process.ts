/**
 * One row in a fresh process: both trees' engines, slices of CPU time in turn. Prints the ratios of the pairs.
 *
 * Usage: node bench/against/in-process.ts OURS OTHER ROW PAIRS 0|1
 */
import { type Contender, calibrate, runSlice } from '../measure/slices.ts';
import { loadEngine } from './engine.ts';
import { ROWS } from './rows.ts';

const [ours = '', other = '', name = '', pairs = '', firstWarm = '0'] = process.argv.slice(2);
const SLICE_MS = 8;

const row = ROWS.find((candidate) => candidate.name === name);
if (row === undefined) throw new Error(`there is no row "${name}"`);
const makeWork = await row.prepare();
const contenders: readonly Contender[] = [
  { name, run: makeWork(await loadEngine(ours)) },
  { name, run: makeWork(await loadEngine(other)) },
];

const calls = [0, 0];
for (const at of firstWarm === '1' ? [1, 0] : [0, 1])
  calls[at] = await calibrate(contenders[at] as Contender, SLICE_MS);
// As many calls for both: what is taken at intervals, a collection or a new guard, then falls to both alike.
const count = Math.max(1, Math.round((Number(calls[0]) + Number(calls[1])) / 2));
const ratios: number[] = [];
for (let pair = 0; pair < Number(pairs); pair++) {
  const spent = [0, 0];
  // Ours first, then the other; and the other way round.
  for (const at of pair % 2 === 0 ? [0, 1] : [1, 0])
    spent[at] = await runSlice(contenders[at] as Contender, count);
  ratios.push(Number(spent[1]) / Number(spent[0]));
}
console.log(JSON.stringify(ratios));
