/**
 * Prevents: a gate that costs more than the few lines a person would write by hand, and forgeries that cost more
 * to refuse than honest requests to accept.
 */
import { readArguments } from '../scripts/read-arguments.ts';
import { chosenBy } from './measure/options.ts';
import { printComparison, printTargets, ratioOf, type Target } from './measure/report.ts';
import { compareInRounds, DEFAULT_ROUNDS } from './measure/rounds.ts';
import type { Contender } from './measure/slices.ts';
import { type Judge, judgesOf, OURS, ours } from './verify/contenders.ts';
import { alter, type Format, forge, makeSamples, type Sample, SIZES, unsign } from './verify/samples.ts';

/** The formats that have targets; those for information come after them. */
const TARGETED: readonly Format[] = ['github', 'stripe', 'slack', 'standard-webhooks'];

/** Part of the floor's speed that is to be reached at 1 KB. */
const FLOOR_SHARE = 0.9;
/** Formats whose event has a signed id, against the format that has none, each against its own floor. */
const SIGNED_IDS: readonly Format[] = ['stripe', 'slack', 'standard-webhooks'];
const SIGNED_ID_SHARE = 0.95;
const SIGNED_ID_SIZES: readonly string[] = ['1 KB', '10 KB'];
const WARM_UP_CALLS = 20_000;
/** A refusal's cost against an acceptance's; what lies above 1 is the noise that accepting against accepting shows. */
const REFUSAL_COST = 1.05;

const { values } = readArguments('node bench/verify.ts [--quick] [--only github,stripe]', {
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } },
});
const FORMATS = chosenBy(
  [...TARGETED, 'hmac' as const, 'flowent' as const].map((name) => ({ name })),
  values.only,
).map(({ name }) => name);
const rounds = values.quick ? { rounds: 11, sliceMs: 5 } : DEFAULT_ROUNDS;
const targets: Target[] = [];

console.log('verify: speed against a hand-written check of the same format (its ratio is 1; more is faster)');
const githubs = new Map<string, number>();
for (const format of FORMATS) await warmUp(format);
for (const format of FORMATS) {
  for (const { label, bytes } of SIZES) {
    const samples = makeSamples(format, bytes);
    const judges = judgesOf(format);
    const measured = await compareInRounds(
      judges.map((judge) => accepting(judge.name, judge, samples)),
      rounds,
    );
    printComparison(`${format}, ${label}`, measured);
    if (!TARGETED.includes(format)) continue;
    const own = ratioOf(measured, OURS);
    if (format === 'github') githubs.set(label, own);
    const ofGithub = githubs.get(label);
    if (ofGithub !== undefined && SIGNED_IDS.includes(format) && SIGNED_ID_SIZES.includes(label)) {
      targets.push({
        what: `${format}, ${label}, of github’s ratio`,
        value: own / ofGithub,
        atLeast: SIGNED_ID_SHARE,
      });
    }
    if (label === '1 KB')
      targets.push({ what: `${format}, 1 KB, of the floor`, value: own, atLeast: FLOOR_SHARE });
    for (const { name } of judges.slice(2)) {
      targets.push({
        what: `${format}, ${label}, times ${name}`,
        value: own / ratioOf(measured, name),
        atLeast: 1,
      });
    }
  }
}

console.log('\nrefusing: speed against accepting the same request (its ratio is 1; more is cheaper)');
for (const format of FORMATS) {
  for (const { label, bytes } of SIZES.slice(0, 3)) {
    const samples = makeSamples(format, bytes);
    const judge = ours(format);
    const measured = await compareInRounds(
      [
        accepting('accepted', judge, samples),
        accepting('accepted, once more', judge, samples),
        refusing('signature forged', judge, samples.map(forge)),
        refusing('body changed', judge, samples.map(alter)),
        refusing('no signature', judge, samples.map(unsign)),
      ],
      rounds,
    );
    printComparison(`${format}, ${label}`, measured);
    if (!TARGETED.includes(format)) continue;
    for (const { name, ratio } of measured.slice(2)) {
      targets.push({ what: `${format}, ${label}, cost of: ${name}`, value: 1 / ratio, atMost: REFUSAL_COST });
    }
  }
}

// Some formats have none.
if (targets.length > 0 && !printTargets(targets)) process.exitCode = 1;

/**
 * Code that has seen one format only is compiled for that one, so that whichever comes first would be measured faster than in a
 * process with several gates: all have been seen before any is measured.
 */
async function warmUp(format: Format): Promise<void> {
  const judge = ours(format);
  const samples = makeSamples(format, 1024);
  for (let i = 0; i < WARM_UP_CALLS; i++) await judge.accepts(samples[i % samples.length] as Sample);
}

function accepting(name: string, judge: Judge, samples: readonly Sample[]): Contender {
  return { name, run: (i) => judge.accepts(samples[i % samples.length] as Sample) };
}

function refusing(name: string, judge: Judge, samples: readonly Sample[]): Contender {
  return {
    name,
    run(i) {
      const accepted = judge.accepts(samples[i % samples.length] as Sample);
      return accepted instanceof Promise ? accepted.then((yes) => !yes) : !accepted;
    },
  };
}
