/**
 * Prevents: a request that costs its sender nothing and the gate a great deal. Searches, for every scheme, the inputs
 * that cost the most, and prints what they cost: against one HMAC pass over as many bytes; against `JSON.parse` of
 * the same bytes, decoding them counted (× parse: all that judging costs; beyond: without one HMAC pass, which is not
 * for parsing); the longest time that nothing else had its turn; memory.
 */
import { createGate, type Gate, type SignedRequest } from '@countersign/core';
import { everyScheme, type SchemeSample } from '../packages/core/test/support/every-scheme.ts';
import { positive, readArguments } from '../scripts/read-arguments.ts';
import { chosenBy } from './measure/options.ts';
import { printTargets, type Target } from './measure/report.ts';
import { costOf, macMs, memoryOf, parseMs } from './worst/cost.ts';
import type { Family } from './worst/genome.ts';
import { digestOf, familiesOf, isFlowent, type Parsed, parsesOf } from './worst/schemes.ts';
import { findWorst, randomOf } from './worst/search.ts';

const USAGE = 'npm run worst [-- --quick] [--seed 1] [--only NAME] [--bytes 1000000] [--show]';
const { values } = readArguments(USAGE, {
  options: {
    quick: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    bytes: { type: 'string', default: '1000000' },
    show: { type: 'boolean', default: false },
  },
});
const BODY_BYTES = positive(values.bytes, '--bytes');
/** Where a body is parsed, one that is judged in one go as well: it is cheaper to parse, byte by byte. */
const SHORT_BODY_BYTES = Math.min(60_000, BODY_BYTES);
/** What Node takes for a head by default. */
const HEAD_BYTES = 16 * 1024;
const NOW_MS = 1_760_000_000_000;
const search = values.quick ? { atRandom: 12, changes: 12 } : { atRandom: 80, changes: 80 };
const random = randomOf(positive(values.seed, '--seed'));

/** What one family comes to at one scheme. */
interface Row {
  readonly sample: SchemeSample;
  readonly family: Family;
  readonly parses: Parsed | undefined;
  readonly bytes: number;
  readonly ms: number;
  readonly heldMs: number;
  readonly macs: number;
  /** All of it, and without one HMAC pass. */
  readonly parsings: number;
  readonly beyond: number;
  readonly memory: number;
  readonly verdict: string;
  /** What it looks like, for who wants to know why. */
  readonly begins: string;
}

/** What the clock tells apart, and what is so short that it takes little more. */
const CLOCK_MS = 0.001;
const LEAST_BYTES = 1024;

const rows: Row[] = [];
for (const sample of chosenBy(everyScheme, values.only)) {
  for (const family of familiesOf(sample)) {
    rows.push(await worstOf(sample, family, family.part === 'body' ? BODY_BYTES : HEAD_BYTES));
    if (parsesOf(sample) && family.part === 'body')
      rows.push(await worstOf(sample, family, SHORT_BODY_BYTES));
  }
}
rows.sort((a, b) => b.heldMs - a.heldMs);
print(rows);

const onBodies = rows.filter(({ family, bytes }) => family.part === 'body' && bytes >= LEAST_BYTES);
const targets: readonly Target[] = [
  target(
    'bodies that are not parsed, times one MAC pass',
    onBodies.filter(({ parses }) => !parses).map(({ macs }) => macs),
    2,
  ),
  ...(
    [
      ['JSON, all but Flowent', (row) => row.parses === 'json' && !isFlowent(row.sample)],
      ['Flowent', (row) => isFlowent(row.sample)],
      ['forms', (row) => row.parses === 'form'],
    ] satisfies [string, (row: Row) => boolean][]
  ).map(([what, isOf]) =>
    target(
      `${what}, times JSON.parse beyond one MAC pass`,
      onBodies.filter(isOf).map(({ beyond }) => beyond),
      1,
    ),
  ),
  target(
    'longest hold',
    rows.map(({ heldMs }) => heldMs),
    5,
    ' ms',
  ),
  target(
    'memory, times the body',
    onBodies.map(({ memory }) => memory),
    3,
  ),
].flat();
if (!printTargets(targets)) process.exitCode = 1;

/** None of what was not measured: it would be met by nothing. */
function target(what: string, values: readonly number[], atMost: number, unit = ''): readonly Target[] {
  return values.length === 0 ? [] : [{ what, value: Math.max(...values), atMost, unit }];
}

async function worstOf(sample: SchemeSample, family: Family, bytes: number): Promise<Row> {
  const gate = createGate({ ...sample.options, maxBodyBytes: 64 * 1024 * 1024, now: () => NOW_MS });
  const genuine = await sample.sign(NOW_MS);
  const small = values.quick ? Math.min(bytes, 200_000) : bytes;
  const genome = await findWorst(
    async (genome) => {
      const request = family.make(genuine, genome, small);
      const { ms } = await costOf(gate, request, 2);
      return (
        ms / (parsesOf(sample) ? parseMs(bytesOf(request), 2) : macMs(bytesOf(request), digestOf(sample), 2))
      );
    },
    { random, ...search },
  );
  // What a request costs whatever its length: a signature by a public key, say.
  const { ms: fixedMs } = family.part === 'body' ? await costOf(gate, genuine, 9) : { ms: 0 };
  return measure(sample, gate, family, family.make(genuine, genome, bytes), fixedMs);
}

async function measure(
  sample: SchemeSample,
  gate: Gate,
  family: Family,
  request: SignedRequest,
  fixedMs: number,
): Promise<Row> {
  const bytes = bytesOf(request);
  const cost = await costOf(gate, request, 9);
  const verdict = await gate.verify(request);
  const ms = Math.max(0, cost.ms - fixedMs);
  const mac = macMs(bytes, digestOf(sample), 9);
  const parse = Math.max(CLOCK_MS, parseMs(bytes, 9));
  return {
    sample,
    family,
    parses: parsesOf(sample),
    bytes: bytes.length,
    ...cost,
    macs: ms / mac,
    parsings: ms / parse,
    beyond: Math.max(0, ms - mac) / parse,
    memory: (await memoryOf(gate, request)) / bytes.length,
    verdict: verdict.ok ? 'accepted' : verdict.reason,
    begins: excerptOf(request, family),
  };
}

/** What the sender sent: the body, or the head where there is next to none. */
function bytesOf({ body, url, headers }: SignedRequest): Uint8Array {
  return body.length > 1000 ? body : Buffer.from(url + headers.flat.join(''));
}

function excerptOf({ body, url, headers }: SignedRequest, family: Family): string {
  const text = family.part === 'body' ? Buffer.from(body).toString() : `${url} ${headers.flat.join(' ')}`;
  return JSON.stringify([0.1, 0.5].map((share) => text.slice(text.length * share, text.length * share + 50)));
}

function print(all: readonly Row[]): void {
  console.log(`worst inputs by search, seed ${values.seed}; the worst of each scheme and family\n`);
  console.log(
    `${'scheme'.padEnd(34)}${'family'.padEnd(18)}${'KB'.padStart(6)}${'ms'.padStart(8)}${'held ms'.padStart(9)}${'× MAC'.padStart(8)}${'× parse'.padStart(9)}${'beyond'.padStart(8)}${'× memory'.padStart(10)}  verdict`,
  );
  for (const { sample, family, bytes, ms, heldMs, macs, parsings, beyond, memory, verdict, begins } of all) {
    console.log(
      `${sample.name.slice(0, 33).padEnd(34)}${family.name.padEnd(18)}${(bytes / 1024).toFixed(0).padStart(6)}${ms.toFixed(2).padStart(8)}${heldMs.toFixed(2).padStart(9)}${macs.toFixed(1).padStart(8)}${parsings.toFixed(1).padStart(9)}${beyond.toFixed(1).padStart(8)}${memory.toFixed(1).padStart(10)}  ${verdict}`,
    );
    if (values.show) console.log(`  ${begins}`);
  }
}
