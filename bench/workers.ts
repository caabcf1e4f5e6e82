/**
 * Prevents: workers that cost more than they serve. `countersign serve --workers`, one worker and two, each on a PostgreSQL of its own that waits for
 * its disk, with as many connections and all that a sender can send, in turn: CPU time of the first process and its workers a request. A ratio is
 * the median over the rounds.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PostgresServer, startPostgres } from '../packages/core/test/support/postgres-server.ts';
import { freePort } from '../scripts/free-ports.ts';
import { positive, readArguments } from '../scripts/read-arguments.ts';
import { printTargets } from './measure/report.ts';
import { quantile } from './measure/rounds.ts';
import { configurationOf, familyCpuSeconds, serverCpuSeconds } from './scaling/fleet.ts';
import type { Spell, SpellFigures } from './scaling/sender.ts';

const { values } = readArguments('node bench/workers.ts [--rounds 7] [--seconds 5] [--connections 64]', {
  options: {
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '64' },
  },
});
const PROGRAM = join(import.meta.dirname, '../packages/cli/bin/countersign.js');
const COUNTS = [1, 2];
const MOST_RATIO = 1.15;
const BUSY_LOAD = 3;
/** At each, before anything is measured. */
const WARM_REQUESTS = 40_000;
const MAX_WARM_UPS = 20;

interface Served {
  readonly count: number;
  readonly server: PostgresServer;
  readonly child: ChildProcess;
  readonly port: number;
}

interface Measured extends SpellFigures {
  readonly gatewayMicros: number;
  readonly serverMicros: number;
}

const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-workers-'));
const served: Served[] = [];
const sender = fork(join(import.meta.dirname, 'scaling/sender.ts'));
try {
  await main();
} finally {
  sender.disconnect();
  for (const { child, server } of served) {
    if (child.exitCode === null && child.kill()) await once(child, 'exit');
    await server.close();
  }
  rmSync(folder, { recursive: true });
}

async function main(): Promise<void> {
  const [load = 0] = loadavg();
  console.log(
    `${availableParallelism()} processors, load ${load.toFixed(1)} before it began${load > BUSY_LOAD ? ': a busy machine, to be measured again' : ''}`,
  );
  for (const count of COUNTS) served.push(await serve(count));
  for (const subject of served) await warmUp(subject);
  const rounds = positive(values.rounds, '--rounds');
  const spells = served.map((): Measured[] => []);
  for (let round = 1; round <= rounds; round++) {
    for (const subject of round % 2 === 0 ? served : served.toReversed())
      spells[served.indexOf(subject)]?.push(await spell(subject));
    console.error(`round ${round} of ${rounds}`);
  }
  const [ones = [], twos = []] = spells;
  for (const [at, { count }] of served.entries()) report(count, spells[at] ?? []);
  const ratios = twos.map(({ gatewayMicros }, at) => gatewayMicros / (ones[at]?.gatewayMicros ?? Number.NaN));
  const target = {
    what: 'CPU time a request with two workers, times one process',
    value: quantile(ratios, 0.5),
    atMost: MOST_RATIO,
  };
  if (!printTargets([target])) process.exitCode = 1;
}

/** `serve` as an operator runs it; without `--workers` where it is one. */
async function serve(count: number): Promise<Served> {
  const server = await startPostgres({ isDurable: true });
  const port = await freePort();
  const file = join(folder, `workers-${count}.yaml`);
  const store = `postgres://postgres@localhost/postgres?host=${encodeURIComponent(server.directory)}`;
  writeFileSync(file, configurationOf(store, port));
  const workers = count === 1 ? [] : ['--workers', `${count}`];
  const child = spawn(process.execPath, [PROGRAM, 'serve', '--config', file, ...workers], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`serve ended before it listened (${code})`);
  });
  await Promise.race([untilListening(child, port), ended]);
  // Its end is asked for later.
  ended.catch(() => {});
  return { count, server, child, port };
}

/** What it says is read on: a full pipe would stop it. */
async function untilListening({ stderr }: ChildProcess, port: number): Promise<void> {
  await new Promise<void>((resolve) => {
    let said = '';
    stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes(`:${port}`)) resolve();
    });
  });
}

async function warmUp(subject: Served): Promise<void> {
  let acknowledged = 0;
  // A busy machine has less.
  for (let turn = 0; turn < MAX_WARM_UPS && acknowledged < WARM_REQUESTS; turn++)
    acknowledged += (await spell(subject)).acknowledged;
}

async function spell({ port, child, server }: Served): Promise<Measured> {
  const [before, serverBefore] = [familyCpuSeconds(child.pid ?? 0), serverCpuSeconds(server.directory)];
  const order: Spell = {
    ports: [port],
    connections: positive(values.connections, '--connections'),
    seconds: positive(values.seconds, '--seconds'),
  };
  sender.send(order);
  const [figures] = (await once(sender, 'message')) as [SpellFigures];
  if (figures.refused > 0) throw new Error(`${figures.refused} requests were refused`);
  const micros = (seconds: number): number => (seconds * 1e6) / figures.acknowledged;
  return {
    ...figures,
    gatewayMicros: micros(familyCpuSeconds(child.pid ?? 0) - before),
    serverMicros: micros(serverCpuSeconds(server.directory) - serverBefore),
  };
}

function report(count: number, spells: readonly Measured[]): void {
  const median = (read: (figures: Measured) => number): number => quantile(spells.map(read), 0.5);
  const rate = median(({ acknowledged, seconds }) => acknowledged / seconds);
  console.log(
    `  ${count === 1 ? 'one process' : `${count} workers`}  ${rate.toFixed(0)}/s; CPU µs a request: gateway ${median(({ gatewayMicros }) => gatewayMicros).toFixed(0)}, PostgreSQL ${median(({ serverMicros }) => serverMicros).toFixed(0)}; p50 ${median(({ latenciesMs }) => latenciesMs.p50).toFixed(1)} ms, p99 ${median(({ latenciesMs }) => latenciesMs.p99).toFixed(1)} ms`,
  );
}
