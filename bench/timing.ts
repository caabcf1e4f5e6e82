/**
 * Prevents: a comparison or a refusal whose time tells what must not be known. Judges two kinds of requests in turn, in an order that is drawn,
 * and asks by a t-test whether their times differ. Reported, with no target: what it finds below a microsecond a network hides.
 */
import { positive, readArguments } from '../scripts/read-arguments.ts';
import { seededRandom } from '../scripts/seeded-random.ts';
import { chosenBy } from './measure/options.ts';
import { type Comparison, T_BOUND, welch } from './measure/welch.ts';
import { PAIRS, type Pair } from './timing/pairs.ts';

const { values } = readArguments('npm run bench -- timing [--samples 200000] [--only NAME] [--seed 1]', {
  options: {
    samples: { type: 'string', default: '200000' },
    only: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});
const samples = positive(values.samples, '--samples');
const random = seededRandom(positive(values.seed, '--seed'));

/** As many requests of each kind are made at once, and judged so often before others are: where they lie in memory is drawn anew. */
const REQUESTS = 128;
const RUNS_OF_EACH = 8;
const WARM_UP = 20_000;

console.log(`${samples} samples of each kind; the longest tenth of all is left out`);
console.log(`${'t'.padStart(8)}${'difference'.padStart(13)}${'of'.padStart(12)}`);
for (const pair of chosenBy(PAIRS, values.only)) print(pair, measure(pair));
console.log(
  `\n|t| above ${T_BOUND}: the two take different times. The difference, in nanoseconds of the mean, says how different: over a network some thousand
requests tell a microsecond apart, in one data centre 100 ns. One of a few ns that another run does not show is that of where things lie in memory.`,
);

function measure(pair: Pair): Comparison {
  const times = [new Float64Array(samples), new Float64Array(samples)] as const;
  const counts: [number, number] = [0, 0];
  for (let i = 0; i < WARM_UP; i += REQUESTS)
    for (const runs of requestsOf(pair, i)) for (const run of runs) run();
  for (let from = 0; counts[0] < samples || counts[1] < samples; from += REQUESTS) {
    const requests = requestsOf(pair, from);
    for (let i = 0; i < 2 * REQUESTS * RUNS_OF_EACH; i++) {
      const drawn = random();
      const kind = (drawn & 1) as 0 | 1;
      const run = requests[kind][(drawn >>> 1) % REQUESTS] as () => unknown;
      const startMs = performance.now();
      run();
      const ms = performance.now() - startMs;
      if (counts[kind] < samples) times[kind][counts[kind]++] = 1e6 * ms;
    }
  }
  return welch(...times);
}

type Runs = readonly (() => unknown)[];

/** Of both kinds; which is made first is drawn. */
function requestsOf({ first, second }: Pair, from: number): readonly [Runs, Runs] {
  const runs: [(() => unknown)[], (() => unknown)[]] = [[], []];
  for (let n = from; n < from + REQUESTS; n++) {
    const isFirst = (random() & 1) === 0;
    for (const kind of isFirst ? ([0, 1] as const) : ([1, 0] as const))
      runs[kind].push((kind === 0 ? first : second)(n));
  }
  return runs;
}

function print({ name, learns }: Pair, { t, difference, mean }: Comparison): void {
  const figures = `${t.toFixed(1).padStart(8)}${`${difference.toFixed(1)} ns`.padStart(13)}${`${mean.toFixed(0)} ns`.padStart(12)}`;
  const says = Math.abs(t) > T_BOUND ? `differ, and so tell ${learns}` : 'no difference found';
  console.log(`${figures}  ${name}: ${says}.`);
}
