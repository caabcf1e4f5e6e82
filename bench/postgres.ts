/**
 * Prevents: a PostgreSQL store that is slower than PostgreSQL. Events of 1 KB, each with a claim, kept by the store of one gateway, and the same
 * rows as multi-row statements that were made beforehand, in batches of the same length on as many connections. In turn; a ratio is the median
 * over the pairs of spells. The server waits for the disk.
 */
import { startPostgres } from '../packages/core/test/support/postgres-server.ts';
import { connectDatabase } from '../packages/gateway/src/stores/postgres/database.ts';
import { createDays } from '../packages/gateway/src/stores/postgres/days.ts';
import { createPostgresEvents } from '../packages/gateway/src/stores/postgres/events.ts';
import { migrate } from '../packages/gateway/src/stores/postgres/schema.ts';
import { WriteMeter } from '../packages/gateway/src/stores/postgres/write-meter.ts';
import { positive, readArguments } from '../scripts/read-arguments.ts';
import { printTargets } from './measure/report.ts';
import { quantile } from './measure/rounds.ts';
import { insertsOf, newEvent } from './postgres/kept-rows.ts';

const { values } = readArguments('node bench/postgres.ts [--rounds 11]', {
  options: { rounds: { type: 'string', default: '11' } },
});
const rounds = positive(values.rounds, '--rounds');
const BATCH = 512;
const BATCHES = 16;
const CONNECTIONS = 2;
const DAYS = 30;
const DAY_MS = 86_400_000;
const TARGET = 0.5;

const server = await startPostgres({ isDurable: true });
try {
  await main();
} finally {
  await server.close();
}

async function main(): Promise<void> {
  const address = `postgres://postgres@localhost/postgres?host=${encodeURIComponent(server.directory)}`;
  const database = await connectDatabase({ address });
  await migrate(database);
  const days = createDays(database);
  // As a store has that keeps for a month.
  for (let day = 1; day <= DAYS; day++) await days.ensureAhead(Date.now() - day * DAY_MS);
  const events = createPostgresEvents({ database, days, meter: new WriteMeter(10_000), now: Date.now });
  const ratios: number[] = [];
  const speeds: number[] = [];
  const micros: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const batches = Array.from({ length: BATCHES }, () => insertsOf(newBatch()));
    const insert = (): Promise<void> =>
      inTurn(batches, async (batch) => {
        await database.query(batch);
      });
    const toKeep = Array.from({ length: BATCHES }, newBatch);
    const keep = (): Promise<void> =>
      inTurn(toKeep, async (batch) => {
        await Promise.all(batch.map((event) => events.keep(event)));
      });
    const insertMs = round % 2 === 0 ? await msOf(insert) : 0;
    const before = process.cpuUsage();
    const keepMs = await msOf(keep);
    const { user, system } = process.cpuUsage(before);
    const otherMs = round % 2 === 0 ? insertMs : await msOf(insert);
    await database.query('CHECKPOINT');
    if (round === 0) continue;
    ratios.push(otherMs / keepMs);
    speeds.push((BATCH * BATCHES * 1_000) / keepMs);
    micros.push((user + system) / (BATCH * BATCHES));
  }
  await events.close();
  await database.close();
  console.log(
    `${(quantile(speeds, 0.5) / 1_000).toFixed(1)}k events/s, ${quantile(micros, 0.5).toFixed(1)} µs of the gateway’s CPU time each; ratios ${quantile(ratios, 0.25).toFixed(2)}–${quantile(ratios, 0.75).toFixed(2)}`,
  );
  const target = {
    what: 'kept a second, of its own multi-row rate',
    value: quantile(ratios, 0.5),
    atLeast: TARGET,
  };
  if (!printTargets([target])) process.exitCode = 1;
}

function newBatch() {
  return Array.from({ length: BATCH }, (_, n) => newEvent(n));
}

/** As many at once as there are connections. */
async function inTurn<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const rest = items.values();
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      for (const item of rest) await work(item);
    }),
  );
}

async function msOf(work: () => Promise<void>): Promise<number> {
  const beganMs = performance.now();
  await work();
  return performance.now() - beganMs;
}
