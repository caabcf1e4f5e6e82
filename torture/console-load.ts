/**
 * Prevents: a live view that is steady for as long as its developer looks. Sends requests at a rate to a real gateway whose Live page is open in
 * Chromium; checks that the page has counted each verdict once, and prints what page and gateway cost meanwhile, and how old a verdict is when
 * its row stands in the page. Exits 1 where the page's counts are not the gateway's.
 */
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { positive, readArguments } from '../scripts/read-arguments.ts';
import { runLive, totalOf } from './console/run-live.ts';
import { PERCENTILES_HEAD, percentilesOf, percentilesText } from './load/latencies.ts';

const { values } = readArguments('npm run load:console [-- --seconds 600] [--rate 500] [--seed N]', {
  options: {
    seconds: { type: 'string', default: '600' },
    rate: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
  },
});
const seconds = positive(values.seconds, '--seconds');
const MB = 1_000_000;
const SAMPLES = 10;

console.log(
  `${availableParallelism()} CPUs (${cpus()[0]?.model ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GB, ${type()} ${release()}, Node ${process.versions.node}; sender, gateway, sink and Chromium on it`,
);
console.log('       s   page heap MB   DOM nodes   gateway MB');
const run = await runLive({
  seconds,
  perSecond: positive(values.rate, '--rate'),
  seed: positive(values.seed, '--seed'),
  samples: SAMPLES,
  onSample: (sample) =>
    console.log(
      `${sample.seconds.toFixed(0).padStart(8)}${(sample.heapBytes / MB).toFixed(1).padStart(15)}${String(sample.nodes).padStart(12)}${(sample.gatewayBytes / MB).toFixed(0).padStart(13)}`,
    ),
});
console.log(`${run.sent} requests, ${run.perSecond.toFixed(0)} a second, ${run.delivered} delivered`);
for (const [gate, { accepted, refused }] of run.gateway) {
  const page = run.page.get(gate) ?? { accepted: 0, refused: 0 };
  console.log(
    `${gate}: ${accepted} accepted, ${refused} refused; the page has ${page.accepted} and ${page.refused}`,
  );
}
console.log(`CPU, of one core: gateway ${percent(run.cpu.gateway)}, page ${percent(run.cpu.page)}`);
console.log(`milliseconds from verdict to row, ${run.latencies.length} rows  ${PERCENTILES_HEAD}`);
console.log(`${' '.repeat(45)}${percentilesText(percentilesOf(run.latencies))}`);
const isWhole = [...run.gateway].every(([gate, { accepted, refused }]) => {
  const page = run.page.get(gate);
  return page?.accepted === accepted && page.refused === refused;
});
if (!isWhole || totalOf(run.gateway) !== run.sent) {
  console.error('the page has counted other verdicts than the gateway: see above');
  process.exitCode = 1;
}

function percent(part: number): string {
  return `${(part * 100).toFixed(0)} %`;
}
