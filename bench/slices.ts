/**
 * Prevents: a store that is quick in a test of ten events and slow after a year. What keeping an event costs, and each list and each total, at
 * 10⁴, 10⁵, 10⁶ and 10⁷ events of 100 bytes, against a store of 10⁴ beside it: the two in turn, so that the machine's weather is the same for
 * both. By CPU time; where a server does the work, by the time that it takes.
 */
import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endWithUsage, positive, readArguments } from '../scripts/read-arguments.ts';
import { printTargets, type Target } from './measure/report.ts';
import { quantile } from './measure/rounds.ts';
import { postgresStores, sqliteStores } from './slices/bench-stores.ts';
import type { FilledStore } from './slices/filled-store.ts';
import { readingsOf } from './slices/readings.ts';

const STORES = { sqlite: sqliteStores, postgres: postgresStores } as const;
const USAGE = 'node bench/slices.ts [--store sqlite|postgres] [--up-to 1e6] [--rounds 15]';
const { values } = readArguments(USAGE, {
  options: {
    store: { type: 'string', default: 'sqlite' },
    'up-to': { type: 'string', default: '1e6' },
    rounds: { type: 'string', default: '15' },
  },
});
const openStores =
  values.store === 'sqlite' || values.store === 'postgres'
    ? STORES[values.store]
    : endWithUsage(`There is no store "${values.store}"`, USAGE);
const upTo = positive(values['up-to'], '--up-to');
const rounds = positive(values.rounds, '--rounds');
const SLICE = 10_000;
const SMALLEST = 10_000;
const KEPT_A_SPELL = 1_000;
const READ_A_SPELL_MS = 10;
const FLAT = 0.2;
const KEPT = 'an event, kept';
const FILLED_A_STEP = 50_000;

/** How much more than in the store of 10⁴. */
interface Cost {
  readonly name: string;
  readonly ratio: number;
  readonly micros: number;
}

const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-slices-'));
const stores = await openStores(folder);
try {
  if (hasRoom()) await main();
  else process.exitCode = 2;
} finally {
  await stores.close();
  rmSync(folder, { recursive: true });
}

async function main(): Promise<void> {
  const table = new Map<string, Map<number, Cost>>();
  const sizes: number[] = [];
  for (let size = SMALLEST; size <= upTo; size *= 10) {
    const name = `large_${size}`;
    const large = await stores.open(name, size);
    await fill(large, size);
    await stores.settle(name);
    sizes.push(size);
    for (const cost of await costsAt(large, `beside_${size}`)) {
      const row = table.get(cost.name) ?? new Map<number, Cost>();
      table.set(cost.name, row.set(size, cost));
    }
    for (const [name, row] of table) console.error(`  ${name}: ${row.get(size)?.ratio.toFixed(2)}`);
    console.error(`measured at ${size} (${((await stores.bytesOf(name)) / 1e6).toFixed(0)} MB)`);
    await large.close();
    await stores.remove(name);
  }
  report(table, sizes);
}

async function fill(filled: FilledStore, size: number): Promise<void> {
  const beganMs = performance.now();
  const from = filled.size;
  for (let toldAt = from; filled.size < size; ) {
    await filled.keep(Math.min(FILLED_A_STEP, size - filled.size));
    await filled.deliver();
    if (filled.size - toldAt < 1e6) continue;
    toldAt = filled.size;
    const perSecond = (1_000 * (toldAt - from)) / (performance.now() - beganMs);
    console.error(`  ${(toldAt / 1e6).toFixed(0)} million kept (${(perSecond / 1_000).toFixed(1)}k/s)`);
  }
}

/** Of a slice of 10⁴ kept events, and of each list. */
async function costsAt(large: FilledStore, beside: string): Promise<readonly Cost[]> {
  const small = await stores.open(beside, SMALLEST);
  try {
    await fill(small, SMALLEST);
    await stores.settle(beside);
    const keep = (filled: FilledStore) => async (): Promise<number> => {
      await filled.keep(KEPT_A_SPELL);
      return KEPT_A_SPELL;
    };
    const costs = [await compare(KEPT, SLICE / KEPT_A_SPELL, keep(large), keep(small))];
    await large.deliver();
    await small.deliver();
    const readings = await readingsOf(small);
    for (const [at, { name, read }] of (await readingsOf(large)).entries())
      costs.push(await compare(name, rounds, repeated(read), repeated(readings[at]?.read ?? read)));
    return costs;
  } finally {
    await small.close();
    await stores.remove(beside);
  }
}

/** Reads for a spell. @returns how often */
function repeated(read: () => Promise<void>): () => Promise<number> {
  return async () => {
    let times = 0;
    for (const begun = stores.micros(); ; ) {
      await read();
      times++;
      if (stores.micros() - begun >= READ_A_SPELL_MS * 1_000) return times;
    }
  };
}

/** In turn, the first time for the code to settle. */
async function compare(
  name: string,
  pairs: number,
  large: () => Promise<number>,
  small: () => Promise<number>,
): Promise<Cost> {
  const ratios: number[] = [];
  const micros: number[] = [];
  for (let pair = 0; pair <= pairs; pair++) {
    const [own, other] =
      pair % 2 === 0
        ? [await microsOf(large), await microsOf(small)]
        : [await microsOf(small), await microsOf(large)].toReversed();
    if (pair === 0 || own === undefined || other === undefined) continue;
    ratios.push(own / other);
    micros.push(own);
  }
  return { name, ratio: quantile(ratios, 0.5), micros: quantile(micros, 0.5) };
}

/** Of one. */
async function microsOf(spell: () => Promise<number>): Promise<number> {
  const begun = stores.micros();
  const times = await spell();
  return (stores.micros() - begun) / times;
}

function report(table: ReadonlyMap<string, ReadonlyMap<number, Cost>>, sizes: readonly number[]): void {
  console.log(`${stores.measure} at so many events, times the same in a store of 10,000 beside it (µs)`);
  const width = Math.max(...[...table.keys()].map(({ length }) => length));
  console.log(`  ${''.padEnd(width)}${sizes.map((size) => String(size).padStart(16)).join('')}`);
  const targets: Target[] = [];
  for (const [name, row] of table) {
    const cells = [...row.values()].map(({ ratio, micros }) =>
      `${ratio.toFixed(2)} (${micros.toFixed(1)})`.padStart(16),
    );
    console.log(`  ${name.padEnd(width)}${cells.join('')}`);
    const grown = [...row.values()].filter(
      ({ ratio, micros }) => micros - micros / ratio > stores.slackMicros,
    );
    // Cheaper than in the small store is no fault.
    const most = Math.max(1, ...grown.map(({ ratio }) => ratio));
    targets.push({ what: name, value: most, atMost: 1 + FLAT });
  }
  if (!printTargets(targets)) process.exitCode = 1;
}

function hasRoom(): boolean {
  const { bavail, bsize } = statfsSync(folder);
  const needed = upTo * stores.bytesAnEvent;
  if (bavail * bsize >= needed * 1.5) return true;
  console.error(
    `slices: ${(needed / 1e9).toFixed(0)} GB are needed in ${tmpdir()}, and ${((bavail * bsize) / 1e9).toFixed(0)} GB are free.\n  → Make room, or give fewer events: --up-to 1e6`,
  );
  return false;
}
