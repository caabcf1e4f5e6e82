/**
 * Prevents: a second gateway that makes the first one slower, and a guide to capacity whose figures nobody has measured. Ten gateways, each a
 * process, on one PostgreSQL that waits for its disk. One, two, four and ten of them get all that a sender can send, each from as many connections, in turn; a ratio is the
 * median over the rounds. Each acknowledged request must be stored once. Then what an event takes on the disk.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startPostgres } from '../packages/core/test/support/postgres-server.ts';
import { connectDatabase } from '../packages/gateway/src/stores/postgres/database.ts';
import { positive, readArguments } from '../scripts/read-arguments.ts';
import { printTargets } from './measure/report.ts';
import { quantile } from './measure/rounds.ts';
import { cpuSecondsOf, endMember, type Member, serverCpuSeconds, startMember } from './scaling/fleet.ts';
import type { Spell, SpellFigures } from './scaling/sender.ts';
import { measureSizes } from './scaling/sizes.ts';

const USAGE = 'node bench/scaling.ts [--rounds 5] [--seconds 5] [--connections 32] [--events 100000]';
const { values } = readArguments(USAGE, {
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '32' },
    events: { type: 'string', default: '100000' },
  },
});
const rounds = positive(values.rounds, '--rounds');
const COUNTS = [1, 2, 4, 10];
const MOST = 10;
/** Each gateway has up to 13 connections. */
const MAX_CONNECTIONS = 200;
/** All share two processors: more gateways cannot be faster there, and must not be much slower. */
const LEAST_RATIO = 0.5;
const BUSY_LOAD = 3;
const IDLE_MS = 10_000;
/** At each gateway, before anything is measured. */
const WARM_REQUESTS = 8_000;
const MAX_WARM_UPS = 20;

interface Measured extends SpellFigures {
  /** Of the gateways that got requests, each request. */
  readonly gatewayMicros: number;
  readonly serverMicros: number;
  /** To the server, of all gateways, at the end. */
  readonly connections: number;
}

const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-scaling-'));
const server = await startPostgres({ isDurable: true });
const address = `postgres://postgres@localhost/postgres?host=${encodeURIComponent(server.directory)}`;
const database = await connectDatabase({ address, maxConnections: 1 });
const members: Member[] = [];
let sender: ChildProcess | undefined;
try {
  await main();
} finally {
  sender?.disconnect();
  for (const member of members) await endMember(member);
  await database.close();
  await server.close();
  rmSync(folder, { recursive: true });
}

async function main(): Promise<void> {
  const [load = 0] = loadavg();
  console.log(
    `${availableParallelism()} processors, load ${load.toFixed(1)} before it began${load > BUSY_LOAD ? ': a busy machine, to be measured again' : ''}`,
  );
  await database.query(`ALTER SYSTEM SET max_connections = ${MAX_CONNECTIONS}`);
  await server.kill();
  await server.start();
  for (let at = 0; at < MOST; at++) members.push(await startMember(folder, `gateway-${at}`, address));
  await reportIdle();
  sender = fork(join(import.meta.dirname, 'scaling/sender.ts'));
  const spells = new Map<number, Measured[]>(COUNTS.map((count) => [count, []]));
  let acknowledged = await warmUp();
  for (let round = 1; round <= rounds; round++) {
    for (const count of round % 2 === 0 ? COUNTS : COUNTS.toReversed()) {
      const figures = await spell(count);
      acknowledged += figures.acknowledged;
      spells.get(count)?.push(figures);
    }
    console.error(`round ${round} of ${rounds}`);
  }
  await compareWithStored(acknowledged);
  const ratios = report(spells);
  for (const member of members.splice(0)) await endMember(member);
  await reportSizes();
  const targets = COUNTS.slice(1).map((count, at) => ({
    what: `events a second at ${count} gateways, times one`,
    value: ratios[at + 1] ?? 0,
    atLeast: LEAST_RATIO,
  }));
  if (!printTargets(targets)) process.exitCode = 1;
}

/** The code of all settles. @returns how many were acknowledged */
async function warmUp(): Promise<number> {
  let acknowledged = 0;
  // A busy machine has less.
  for (let turn = 0; turn < MAX_WARM_UPS && acknowledged < MOST * WARM_REQUESTS; turn++)
    acknowledged += (await spell(MOST)).acknowledged;
  console.error(`warm: ${acknowledged} requests`);
  return acknowledged;
}

/** What gateways cost that have nothing to do. */
async function reportIdle(): Promise<void> {
  const [gateways, postgres] = [await cpuSecondsOfAll(members), serverCpuSeconds(server.directory)];
  const beganMs = performance.now();
  await delay(IDLE_MS);
  const share = 100_000 / (performance.now() - beganMs) / members.length;
  const own = ((await cpuSecondsOfAll(members)) - gateways) * share;
  const itsServer = (serverCpuSeconds(server.directory) - postgres) * share;
  console.log(
    `idle: a gateway takes ${own.toFixed(1)} % of a processor, and PostgreSQL ${itsServer.toFixed(1)} % for it; ${await connections()} connections of all ten`,
  );
}

function connections(): Promise<number> {
  return numberOf(
    `SELECT count(*)::integer AS number FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`,
  );
}

async function cpuSecondsOfAll(gateways: readonly Member[]): Promise<number> {
  return (await Promise.all(gateways.map(cpuSecondsOf))).reduce((sum, seconds) => sum + seconds, 0);
}

/** The first `count` of the gateways get requests; the others stay beside them. */
async function spell(count: number): Promise<Measured> {
  const loaded = members.slice(0, count);
  const [gatewaysBefore, serverBefore] = [await cpuSecondsOfAll(loaded), serverCpuSeconds(server.directory)];
  const order: Spell = {
    ports: loaded.map(({ port }) => port),
    connections: positive(values.connections, '--connections') * count,
    seconds: positive(values.seconds, '--seconds'),
  };
  sender?.send(order);
  const [figures] = (await once(sender as ChildProcess, 'message')) as [SpellFigures];
  const gateways = (await cpuSecondsOfAll(loaded)) - gatewaysBefore;
  const postgres = serverCpuSeconds(server.directory) - serverBefore;
  if (figures.refused > 0) throw new Error(`${figures.refused} requests were refused`);
  return {
    ...figures,
    gatewayMicros: (gateways * 1e6) / figures.acknowledged,
    serverMicros: (postgres * 1e6) / figures.acknowledged,
    connections: await connections(),
  };
}

/** @throws Error where one is missing, or was stored twice */
async function compareWithStored(acknowledged: number): Promise<void> {
  const stored = await numberOf('SELECT count(*)::integer AS number FROM countersign.events');
  const different = await numberOf(
    'SELECT count(DISTINCT identity)::integer AS number FROM countersign.events',
  );
  if (stored !== acknowledged || different !== acknowledged)
    throw new Error(
      `${acknowledged} requests were acknowledged, ${stored} stored, ${different} of them different`,
    );
  console.log(`${acknowledged} requests acknowledged, ${stored} stored, each once`);
}

async function numberOf(text: string): Promise<number> {
  const [row] = await database.query(text);
  return Number(row?.['number']);
}

/** @returns events a second, times one gateway's */
function report(spells: ReadonlyMap<number, readonly Measured[]>): readonly number[] {
  const ones = spells.get(1) ?? [];
  return COUNTS.map((count) => {
    const own = spells.get(count) ?? [];
    const median = (read: (figures: Measured) => number): number => quantile(own.map(read), 0.5);
    const ratios = own.map((figures, at) => perSecond(figures) / perSecond(ones[at] ?? figures));
    const ratio = quantile(ratios, 0.5);
    const byCpu = quantile(
      own.map((figures, at) => cpuMicros(ones[at] ?? figures) / cpuMicros(figures)),
      0.5,
    );
    const spread = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
    const cpu = `CPU µs a request: gateways ${median(({ gatewayMicros }) => gatewayMicros).toFixed(0)}, PostgreSQL ${median(({ serverMicros }) => serverMicros).toFixed(0)}, sender ${median(({ cpuSeconds, acknowledged }) => (cpuSeconds * 1e6) / acknowledged).toFixed(0)}`;
    const waits = `p50 ${median(({ latenciesMs }) => latenciesMs.p50).toFixed(1)} ms, p99 ${median(({ latenciesMs }) => latenciesMs.p99).toFixed(1)} ms`;
    console.log(
      `  ${String(count).padStart(2)} gateways  ${ratio.toFixed(2)} (${spread}), by CPU time ${byCpu.toFixed(2)}  (${median(perSecond).toFixed(0)}/s; ${cpu}; ${waits}; ${Math.max(...own.map(({ connections }) => connections))} connections of all ten to PostgreSQL)`,
    );
    return ratio;
  });
}

/** Of gateways and PostgreSQL together. */
function cpuMicros({ gatewayMicros, serverMicros }: Measured): number {
  return gatewayMicros + serverMicros;
}

function perSecond({ acknowledged, seconds }: SpellFigures): number {
  return acknowledged / seconds;
}

async function reportSizes(): Promise<void> {
  const number = positive(values.events, '--events');
  const sizes = await measureSizes(database, address, folder, number);
  console.log(`Bytes, of ${number} events of 1 KB`);
  for (const [name, bytes] of Object.entries(sizes)) console.log(`  ${name.padEnd(15)} ${bytes.toFixed(0)}`);
}
