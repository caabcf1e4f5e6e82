/**
 * Prevents: a gate whose durable answers cost more than a day's work with node:http and SQLite, unseen. A keep gate, and what a careful person
 * writes in its place: the same check, the same rows, the same group commit. All servers live at once and are loaded in turn, a spell each;
 * a ratio is the median over the pairs of spells of one round. What each kept is compared with what was sent.
 */
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endWithUsage, positive, readArguments } from '../scripts/read-arguments.ts';
import { requireLoadTools } from './http/load-tools.ts';
import { type RequestFile, SECRET, writeRequests } from './http/request-file.ts';
import { CONNECTIONS, type Driven, type RunningServer, startServer, warmUp } from './http/run-server.ts';
import { checkAlike, checkKept } from './keep/kept-file.ts';
import { chosenBy } from './measure/options.ts';
import { printTargets, type Target } from './measure/report.ts';
import { quantile } from './measure/rounds.ts';

const USAGE = 'node bench/keep.ts [--rounds 11] [--requests 900000] [--slower-flush MS] [--only NAME,…]';
const { values } = readArguments(USAGE, {
  options: {
    rounds: { type: 'string', default: '11' },
    requests: { type: 'string', default: '900000' },
    'slower-flush': { type: 'string', default: '0' },
    only: { type: 'string' },
  },
});
const rounds = positive(values.rounds, '--rounds');
/** How much longer each fsync takes than the disk needs. */
const slowerFlushMs = Number(values['slower-flush']);
if (!(slowerFlushMs >= 0)) endWithUsage('--slower-flush must be milliseconds', USAGE);
/** A server that waits for the disk once a request answers few in one second of a busy machine. */
const SPELL_SECONDS = 2;
const TMPFS = 0x01021994;

/** One line of the table. */
interface Subject {
  readonly name: string;
  /** Arguments of http/server.ts. */
  readonly server: readonly string[];
  /** Its database; undefined: it keeps nothing. */
  readonly file: string | undefined;
  readonly destinations: readonly string[];
  /** Whose rows its own are compared with. */
  readonly like?: string;
}

interface Measured extends Subject {
  readonly running: RunningServer;
  readonly spells: Driven[];
  answered: number;
  drives: number;
}

const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-keep-'));
const ONE = ['paused'] as const;
const RAW = 'raw node:http, answers 200';
const HAND = 'by hand, group commit';
const TUNED = 'by hand, group commit, with the gateway’s settings';
const GATE = 'gateway, keep';
const QUIET_GATE = 'gateway, keep, no line a request';
const SINGLE = 'by hand, one transaction a request';
const HAND_DELIVERING = `${HAND}, and a delivery`;
const GATE_DELIVERING = `${GATE}, and a delivery`;

const allSubjects: readonly Subject[] = [
  { name: RAW, server: ['raw'], file: undefined, destinations: [] },
  byHand(HAND, 'keep-in-groups', 'hand', []),
  byHand(TUNED, 'keep-in-tuned-groups', 'tuned', []),
  { ...gateway(GATE, 'gate', [], 'info'), like: HAND },
  { ...gateway(QUIET_GATE, 'quiet', [], 'warn'), like: HAND },
  byHand(HAND_DELIVERING, 'keep-in-groups', 'hand-d', ONE),
  { ...gateway(GATE_DELIVERING, 'gate-d', ONE, 'info'), like: HAND_DELIVERING },
  byHand(SINGLE, 'keep-one-by-one', 'single', []),
];
const subjects = chosenBy(allSubjects, values.only);

requireLoadTools('keep', slowerFlushMs > 0);
if (statfsSync(folder).type === TMPFS)
  console.log('Note: the temporary folder is in memory, so that an fsync costs nothing.');
const measured: Measured[] = [];
try {
  await main();
} finally {
  for (const { running } of measured) await running.stop();
  rmSync(folder, { recursive: true });
}

async function main(): Promise<void> {
  const load = writeRequests(join(folder, 'load.http'), positive(values.requests, '--requests'), true);
  for (const subject of subjects) {
    const running = await startServer({
      server: subject.server,
      once: subject.file !== undefined,
      expects: 'success',
      log: join(folder, 'server.log'),
      slowerFlushMs,
    });
    const current: Measured = { ...subject, running: counting(running), spells: [], answered: 0, drives: 0 };
    measured.push(current);
    await warmUp(current.running, load);
    console.error(`warm: ${subject.name}`);
  }
  for (let round = 0; round < rounds; round++) {
    for (const entry of round % 2 === 0 ? measured : measured.toReversed())
      entry.spells.push(await entry.running.drive(load, SPELL_SECONDS));
    console.error(`round ${round + 1} of ${rounds}`);
  }
  for (const { running } of measured) await running.stop();
  check(load);
  report();
}

/** A server whose acknowledged requests are counted, also those of its warming up. */
function counting(running: RunningServer): RunningServer {
  return {
    ...running,
    async drive(load, seconds) {
      const driven = await running.drive(load, seconds);
      const entry = measured.find((candidate) => candidate.running.stop === running.stop);
      if (entry !== undefined) {
        entry.answered += driven.requests;
        entry.drives++;
      }
      return driven;
    },
  };
}

function check(load: RequestFile): void {
  for (const { file, answered, drives, destinations, like } of measured) {
    if (file === undefined) continue;
    checkKept(file, load, {
      answered,
      unanswered: drives * CONNECTIONS,
      destinations: destinations.length,
    });
    const other = measured.find(({ name }) => name === like)?.file;
    if (other !== undefined) checkAlike(file, other);
  }
  console.error('checked: each acknowledged request is there once, as it was sent, with its rows');
}

function report(): void {
  console.log('Durable answers, one core, 1 KB POST, keep-alive, 64 connections: median over the rounds of');
  console.log('  times the raw server by CPU time, by requests in a second');
  const width = Math.max(...measured.map(({ name }) => name.length));
  for (const { name, spells } of measured) {
    const median = (read: (driven: Driven) => number): number => quantile(spells.map(read), 0.5);
    const absolute = `${(median(perSecond) / 1000).toFixed(1)}k/s, ${(1e6 / median(perCpu)).toFixed(0)} µs CPU, p99 ${median(({ p99Ms }) => p99Ms).toFixed(1)} ms, core ${(100 * median(({ cpuSeconds, seconds }) => cpuSeconds / seconds)).toFixed(0)} % busy`;
    const [cpu, wall] = [ratio(name, RAW, perCpu), ratio(name, RAW, perSecond)].map((value) =>
      value === undefined ? ' – ' : value.toFixed(2),
    );
    console.log(`  ${name.padEnd(width)}  ${cpu}  ${wall}  (${absolute})`);
  }
  const targets: Target[] = [];
  const expect = (what: string, value: number | undefined, atLeast: number): void => {
    if (value !== undefined) targets.push({ what, value, atLeast });
  };
  for (const [gate, hand] of [
    [GATE, HAND],
    [QUIET_GATE, HAND],
    [GATE_DELIVERING, HAND_DELIVERING],
  ] as const) {
    expect(`${gate}, times by hand, by CPU time`, ratio(gate, hand, perCpu), 0.9);
    expect(`${gate}, times by hand, by requests in a second`, ratio(gate, hand, perSecond), 0.9);
  }
  for (const read of [perCpu, perSecond]) {
    const value = ratio(GATE, TUNED, read);
    if (value !== undefined)
      console.log(
        `  ${GATE}, times ${TUNED}, by ${read === perCpu ? 'CPU time' : 'requests in a second'}: ${value.toFixed(2)}`,
      );
  }
  expect(`${GATE}, times one transaction a request`, ratio(GATE, SINGLE, perSecond), 8);
  if (!printTargets(targets)) process.exitCode = 1;
}

function perCpu({ requests, cpuSeconds }: Driven): number {
  return requests / cpuSeconds;
}

function perSecond({ requests, seconds }: Driven): number {
  return requests / seconds;
}

/** The median of a server's figure over another's, round by round. */
function ratio(name: string, base: string, read: (driven: Driven) => number): number | undefined {
  const [own, other] = [name, base].map((title) => measured.find((entry) => entry.name === title)?.spells);
  if (own === undefined || other === undefined) return undefined;
  return quantile(
    own.map((driven, round) => read(driven) / read(other[round] as Driven)),
    0.5,
  );
}

function byHand(name: string, server: string, id: string, destinations: readonly string[]): Subject {
  const file = join(folder, `${id}.db`);
  return { name, server: [server, file, ...destinations], file, destinations };
}

/** Writes a configuration with one gate. */
function gateway(name: string, id: string, destinations: readonly string[], logLevel: string): Subject {
  const config = join(folder, `${id}.yaml`);
  const lines = [
    `listen: { public: '127.0.0.1:0', admin: '127.0.0.1:0' }`,
    `store: 'sqlite:./${id}.db'`,
    `log: { level: ${logLevel} }`,
    ...(destinations.length === 0 ? [] : ['destinations:']),
    ...destinations.map((destination) => `  ${destination}: { to: 'http://127.0.0.1:9/' }`),
    'gates:',
    `  bench: { path: '/actions/:action', provider: github, keys: [{ secret: '${SECRET}' }], keep: { deliver: [${destinations}] } }`,
  ];
  writeFileSync(config, `${lines.join('\n')}\n`);
  return { name, server: ['gateway', config], file: join(folder, `${id}.db`), destinations };
}
