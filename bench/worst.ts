/**
 * Prevents: a request that costs its sender nothing and the gate a great deal. Searches, for every scheme, the inputs
 * that cost the most, and prints what they cost: against one HMAC pass over as many bytes, against `JSON.parse` of
 * them, the longest time that nothing else had its turn, and memory.
 *
 * Usage: node bench/worst.ts [--quick] [--seed 1] [--only NAME] [--bytes 1000000] [--show]
 */
import { parseArgs } from 'node:util';
import { createGate, type Gate, type SignedRequest } from '@countersign/core';
import { everyScheme, type SchemeSample } from '../packages/core/test/support/every-scheme.ts';
import { printTargets, type Target } from './measure/report.ts';
import { costOf, macMs, memoryOf, parseMs } from './worst/cost.ts';
import * as families from './worst/inputs.ts';
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

function isOfBody(family: string): boolean {
  return ['JSON', 'broken JSON', 'form', 'multipart', 'bytes'].includes(family);
}

/** Where a body is parsed before its proof is found. */
function parsesOf({ options }: SchemeSample): 'json' | 'form' | undefined {
  const text = JSON.stringify([options.provider, options.scheme]);
  if (/"flowent"|"member"/.test(text)) return 'json';
  return /"flow-production-tracking"|"field"/.test(text) ? 'form' : undefined;
}

/** What the scheme itself hashes a message with. Ed25519 has SHA-512 (RFC 8032 §5.1). */
function digestOf({ options }: SchemeSample): string {
  const text = JSON.stringify([options.provider, options.scheme]);
  return /512|384|ed25519/i.test(text) ? 'sha512' : 'sha256';
}

function familiesOf(sample: SchemeSample): readonly families.Family[] {
  const {
    headerField,
    jsonBody,
    brokenJson,
    formBody,
    multipartBody,
    plainBody,
    query,
    tokens,
    signatureFields,
  } = families;
  const parses = parsesOf(sample);
  const text = JSON.stringify([sample.options.provider, sample.options.scheme]);
  return [
    headerField,
    ...(parses === 'json' ? [jsonBody, brokenJson] : []),
    ...(parses === 'form' ? [formBody, multipartBody] : []),
    ...(parses === undefined ? [plainBody] : []),
    ...(/"query"|url|path/.test(text) ? [query] : []),
    ...(/jwt|approov|dpop|firebase/.test(text) ? [tokens] : []),
    ...(/signatures|messageSigning/.test(text) ? [signatureFields] : []),
  ];
}

async function worstOf(sample: SchemeSample, family: families.Family): Promise<Row> {
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
  return measure(sample, gate, family, family.make(genuine, genome, bytes));
}

async function measure(
  sample: SchemeSample,
  gate: Gate,
  family: families.Family,
  request: SignedRequest,
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
    macs: cost.ms / macMs(bytes, digestOf(sample), 9),
    parsings: cost.ms / parseMs(bytes, 9),
    memory: (await memoryOf(gate, request)) / bytes.length,
    verdict: verdict.ok ? 'accepted' : verdict.reason,
    begins: excerptOf(request, family),
  };
}

/** What the sender sent: the body, or the head where there is next to none. */
function bytesOf({ body, url, headers }: SignedRequest): Uint8Array {
  return body.length > 1000 ? body : Buffer.from(url + headers.flat.join(''));
}

function excerptOf({ body, url, headers }: SignedRequest, family: families.Family): string {
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
