/**
 * Prevents: a gateway that a sender can end, or that grows or keeps connections for those who left.
 * Starts a real gateway, sends so many requests an outcome, honest, malformed, slow and broken off, and says what became of it.
 */
import { OUTCOMES } from '../packages/gateway/test/soak/requests.ts';
import {
  MAX_GROWTH_BYTES,
  MAX_HEAP_GROWTH_BYTES,
  megabytes,
  runSoak,
} from '../packages/gateway/test/soak/soak.ts';
import { positive, readArguments } from './read-arguments.ts';

const USAGE = `npm run soak [-- --requests N] [--seed N] [--outcome ${OUTCOMES.join('|')}]`;
const { values } = readArguments(USAGE, {
  options: { requests: { type: 'string' }, seed: { type: 'string' }, outcome: { type: 'string' } },
});
const requestsPerOutcome = positive(values.requests ?? '20000', '--requests');
const seed = positive(values.seed ?? '20261125', '--seed');

const outcomes = OUTCOMES.filter((outcome) => values.outcome === undefined || outcome === values.outcome);
if (outcomes.length === 0) {
  console.error(`soak: there is no outcome ${values.outcome}.\n  → ${OUTCOMES.join(', ')}`);
  process.exit(2);
}

console.log(
  `soak: ${requestsPerOutcome} requests an outcome, seed ${seed}, Node ${process.versions.node}; it may grow by ${megabytes(MAX_GROWTH_BYTES)} MB, ${megabytes(MAX_HEAP_GROWTH_BYTES)} in use`,
);
const result = await runSoak({
  requestsPerOutcome,
  seed,
  outcomes,
  onProgress: ({ outcome, requests, statuses, rssBytes, heapBytes, seconds }) => {
    const counts = [...statuses]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([status, n]) => `${status} ${n}`);
    console.log(
      `  ${outcome.padEnd(8)} ${requests} in ${seconds.toFixed(1)} s, ${megabytes(rssBytes)} MB, ${megabytes(heapBytes)} in use: ${counts.join(', ')}`,
    );
  },
});
console.log(
  `  ${result.requests} requests; ${result.leftUpstream} of the upstream's answers were left; drained in ${Math.round(result.drainMs)} ms`,
);
for (const fault of result.faults) console.error(`soak: ${fault}`);
if (result.faults.length > 0)
  console.error(`  → Again: npm run soak -- --requests ${requestsPerOutcome} --seed ${seed}`);
process.exitCode = result.faults.length > 0 ? 1 : 0;
