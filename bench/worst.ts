/**
 * Prevents: a request that costs its sender nothing and the gate a great deal. Searches, for every scheme, the inputs
 * that cost the most, and prints what they cost: against one HMAC pass over as many bytes, against `JSON.parse` of
 * them, the longest time that nothing else had its turn, and memory.
 *
 * Usage: npm run worst [-- --quick] [--seed 1] [--only NAME] [--bytes 1000000] [--show]
 */
import { parseArgs } from 'node:util';
import { createGate, type Gate, type SignedRequest } from '@countersign/core';
import { everyScheme, type SchemeSample } from '../packages/core/test/support/every-scheme.ts';
import { printTargets, type Target } from './measure/report.ts';
import { costOf, macMs, memoryOf, parseMs } from './worst/cost.ts';
import type { Family } from './worst/inputs.ts';
import { digestOf, familiesOf, isOfBody, parsesOf } from './worst/schemes.ts';
import { findWorst, randomOf } from './worst/search.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    bytes: { type: 'string', default: '1000000' },
    show: { type: 'boolean', default: false },
  },
});
const BODY_BYTES = Number(values.bytes);
/** What Node takes for a head by default. */
const HEAD_BYTES = 16 * 1024;
const NOW_MS = 1_760_000_000_000;
const search = values.quick ? { atRandom: 12, changes: 12 } : { atRandom: 80, changes: 80 };
const random = randomOf(Number(values.seed));

/** What one family comes to at one scheme. */
interface Row {
  readonly scheme: string;
  readonly family: string;
  readonly parses: boolean;
  readonly bytes: number;
  readonly ms: number;
  readonly heldMs: number;
  readonly macs: number;
  readonly parsings: number;
  readonly memory: number;
  readonly verdict: string;
  /** What it looks like, for who wants to know why. */
  readonly begins: string;
}

const rows: Row[] = [];
for (const sample of everyScheme) {
  if (!sample.name.includes(values.only)) continue;
  for (const family of familiesOf(sample)) rows.push(await worstOf(sample, family));
}
rows.sort((a, b) => b.heldMs - a.heldMs);
print(rows);

const onBodies = rows.filter(({ family }) => isOfBody(family));
const most = (of: readonly Row[], key: 'macs' | 'parsings' | 'heldMs' | 'memory'): number =>
  Math.max(0, ...of.map((row) => row[key]));
const targets: Target[] = [
  {
    what: 'bodies that are not parsed, times one MAC pass',
    value: most(
      onBodies.filter(({ parses }) => !parses),
      'macs',
    ),
    atMost: 2,
  },
  {
    what: 'bodies that are parsed, times JSON.parse',
    value: most(
      onBodies.filter(({ parses }) => parses),
      'parsings',
    ),
    atMost: 1,
  },
  { what: 'longest hold', value: most(rows, 'heldMs'), atMost: 5, unit: ' ms' },
  { what: 'memory, times the body', value: most(onBodies, 'memory'), atMost: 3 },
];
if (!printTargets(targets)) process.exitCode = 1;

async function worstOf(sample: SchemeSample, family: Family): Promise<Row> {
  const gate = createGate({ ...sample.options, maxBodyBytes: 64 * 1024 * 1024, now: () => NOW_MS });
  const genuine = await sample.sign(NOW_MS);
  const bytes = isOfBody(family.name) ? BODY_BYTES : HEAD_BYTES;
  const small = values.quick ? Math.min(bytes, 200_000) : bytes;
  const genome = await findWorst(
    async (one) => {
      const request = family.make(genuine, one, small);
      return (await costOf(gate, request, 2)).ms / macMs(bytesOf(request), digestOf(sample), 2);
    },
    { random, ...search },
  );
  // What a request costs whatever its length: a signature by a public key, say.
  const { ms: fixedMs } = isOfBody(family.name)
    ? await costOf(gate, family.make(genuine, genome, 1000), 9)
    : { ms: 0 };
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
  return {
    scheme: sample.name,
    family: family.name,
    parses: parsesOf(sample) !== undefined,
    bytes: bytes.length,
    ...cost,
    macs: Math.max(0, cost.ms - fixedMs) / macMs(bytes, digestOf(sample), 9),
    parsings: Math.max(0, cost.ms - fixedMs) / parseMs(bytes, 9),
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
  const text = isOfBody(family.name) ? Buffer.from(body).toString() : `${url} ${headers.flat.join(' ')}`;
  return JSON.stringify([0.1, 0.5].map((share) => text.slice(text.length * share, text.length * share + 50)));
}

function print(all: readonly Row[]): void {
  console.log(`worst inputs by search, seed ${values.seed}; the worst of each scheme and family\n`);
  console.log(
    `${'scheme'.padEnd(34)}${'family'.padEnd(18)}${'KB'.padStart(6)}${'ms'.padStart(8)}${'held ms'.padStart(9)}${'× MAC'.padStart(8)}${'× parse'.padStart(9)}${'× memory'.padStart(10)}  verdict`,
  );
  for (const { scheme, family, bytes, ms, heldMs, macs, parsings, memory, verdict, begins } of all) {
    console.log(
      `${scheme.slice(0, 33).padEnd(34)}${family.padEnd(18)}${(bytes / 1024).toFixed(0).padStart(6)}${ms.toFixed(2).padStart(8)}${heldMs.toFixed(2).padStart(9)}${macs.toFixed(1).padStart(8)}${parsings.toFixed(1).padStart(9)}${memory.toFixed(1).padStart(10)}  ${verdict}`,
    );
    if (values.show) console.log(`  ${begins}`);
  }
}
