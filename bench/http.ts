/**
 * Prevents: a gateway that takes most of a core for what a few lines on node:http do.
 * Each server in a fresh process on one core, wrk on the other; every round measures all of them, and a ratio is
 * to the raw server of the same round.
 */
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { positive, readArguments } from '../scripts/read-arguments.ts';
import { requireLoadTools } from './http/load-tools.ts';
import { hasRedis, startRedis } from './http/redis.ts';
import { type RequestFile, SECRET, writeRequests } from './http/request-file.ts';
import { type Outcome, runServer } from './http/run-server.ts';
import { chosenBy } from './measure/options.ts';
import { printTargets, type Target } from './measure/report.ts';
import { quantile } from './measure/rounds.ts';

const USAGE = 'node bench/http.ts [--rounds 5] [--seconds 3] [--requests 350000] [--only NAME,…]';
const { values } = readArguments(USAGE, {
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    requests: { type: 'string', default: '350000' },
    only: { type: 'string' },
  },
});
const rounds = positive(values.rounds, '--rounds');
const seconds = positive(values.seconds, '--seconds');
const requests = positive(values.requests, '--requests');
/** A server that is the limit has its core for nearly all of the time; a disk's fsync may take some of it. */
const QUIET = 0.85;
const TMPFS = 0x01021994;

/** One line of the table. */
interface Subject {
  readonly name: string;
  /** Arguments of http/server.ts. */
  server(round: number): readonly string[];
  readonly load: 'signed' | 'forged';
  /** Whether a repeat would be refused. */
  readonly once: boolean;
}

const FLOWENT = `flowent, keys: [{ secret: '${SECRET}' }], answer: { actions: ${join(import.meta.dirname, 'http/actions.ts')} }`;
const GITHUB_KEEP = `github, keys: [{ secret: '${SECRET}' }], keep: {}`;

const RAW = 'raw node:http, reads and answers 200';
const FASTIFY = 'Fastify + check by hand';
const PEER = 'Fastify + log line, check, replay, ajv';
const ANSWER = 'gateway, answer';
const REFUSE = 'gateway, refuses forged (GitHub)';
const IN_REDIS = `${ANSWER}, claims in Redis`;
const KEEP = 'gateway, keep (after fsync)';

const allSubjects: readonly Subject[] = [
  { name: RAW, server: () => ['raw'], load: 'signed', once: false },
  { name: 'raw node:http + check by hand', server: () => ['raw-checked'], load: 'signed', once: false },
  { name: REFUSE, server: (round) => gateway(`refuse-${round}`, GITHUB_KEEP), load: 'forged', once: false },
  {
    name: 'gateway, refuses forged (Flowent)',
    server: (round) => gateway(`refuse-f-${round}`, FLOWENT),
    load: 'forged',
    once: false,
  },
  { name: FASTIFY, server: () => ['fastify-checked'], load: 'signed', once: false },
  {
    name: 'Fastify + check by hand + parse',
    server: () => ['fastify-acting'],
    load: 'signed',
    once: false,
  },
  { name: PEER, server: () => ['fastify-answering'], load: 'signed', once: true },
  {
    name: ANSWER,
    server: (round) => gateway(`answer-${round}`, FLOWENT, ':memory:'),
    load: 'signed',
    once: true,
  },
  {
    name: `${ANSWER}, claims in SQLite`,
    server: (round) => gateway(`answer-s-${round}`, FLOWENT),
    load: 'signed',
    once: true,
  },
  ...(hasRedis
    ? [
        {
          name: IN_REDIS,
          server: (round: number) => gateway(`answer-r-${round}`, FLOWENT, ':memory:', claims()),
          load: 'signed',
          once: true,
        } as const,
      ]
    : []),
  { name: KEEP, server: (round) => gateway(`keep-${round}`, GITHUB_KEEP), load: 'signed', once: true },
];
const choice = chosenBy(allSubjects, values.only);
const subjects = allSubjects.filter((subject) => subject.name === RAW || choice.includes(subject));

requireLoadTools('http');
const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
if (!hasRedis)
  console.log('Note: redis-server is not installed, so that nothing is said of claims in Redis.');
const redis = subjects.some(({ name }) => name === IN_REDIS) ? await startRedis(folder) : undefined;
if (statfsSync(folder).type === TMPFS)
  console.log('Note: the temporary folder is in memory, so that an fsync costs nothing.');
try {
  await main();
} finally {
  await redis?.close();
  rmSync(folder, { recursive: true });
}

async function main(): Promise<void> {
  const outcomes = new Map<string, Outcome[]>(subjects.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    // Anew each round: a Flowent request is good for five minutes.
    const load: Readonly<Record<Subject['load'], RequestFile>> = {
      signed: writeRequests(join(folder, 'signed.http'), requests, true),
      forged: writeRequests(join(folder, 'forged.http'), 20_000, false),
    };
    const order = round % 2 === 0 ? subjects : subjects.toReversed();
    for (const subject of order) {
      const outcome = await runServer({
        server: subject.server(round),
        load: load[subject.load],
        once: subject.once,
        expects: subject.load === 'forged' ? 'refusal' : 'success',
        seconds,
        log: join(folder, 'server.log'),
      });
      outcomes.get(subject.name)?.push(outcome);
      // Gigabytes by the end otherwise.
      rmSync(join(folder, 'server.log'), { force: true });
    }
    console.error(`round ${round + 1} of ${rounds}`);
  }
  report(outcomes);
}

function report(outcomes: ReadonlyMap<string, readonly Outcome[]>): void {
  const base = outcomes.get(RAW) as readonly Outcome[];
  const ratios = new Map<string, number>();
  console.log(
    'HTTP, one core, 1 KB POST, keep-alive: ratio to the raw server of the same round, by CPU time of',
  );
  console.log('the server for a request (median, all rounds), then by requests in a second');
  const width = Math.max(...subjects.map(({ name }) => name.length));
  for (const [name, own] of outcomes) {
    const against = (read: (outcome: Outcome) => number): readonly number[] =>
      own.map((outcome, round) => read(outcome) / read(base[round] as Outcome));
    const perCpu = against((outcome) => outcome.requestsPerSecond / outcome.busy);
    const ratio = quantile(perCpu, 0.5);
    ratios.set(name, ratio);
    const spread = `${Math.min(...perCpu).toFixed(2)}–${Math.max(...perCpu).toFixed(2)}`;
    // Truer where nothing else runs: it counts the waiting for a disk as well.
    const perSecond = quantile(
      against((outcome) => outcome.requestsPerSecond),
      0.5,
    );
    const median = (read: (outcome: Outcome) => number): number => quantile(own.map(read), 0.5);
    const absolute = `${(median((outcome) => outcome.requestsPerSecond) / 1000).toFixed(1)}k/s, p99 ${median((outcome) => outcome.p99Ms).toFixed(1)} ms, core ${(100 * median((outcome) => outcome.busy)).toFixed(0)} % busy`;
    console.log(
      `  ${name.padEnd(width)}  ${ratio.toFixed(2)}  ${spread}  ${perSecond.toFixed(2)}  (${absolute})`,
    );
  }
  const quietest = Math.min(...[...outcomes.values()].flat().map(({ busy }) => busy));
  if (quietest < QUIET) {
    console.log(
      `\nNot a quiet run: a server had its core for ${(100 * quietest).toFixed(0)} % of the time only. By requests in a second it says nothing.`,
    );
  }
  const targets: Target[] = [];
  const expect = (name: string, atLeast: number, what = name, value = ratios.get(name)): void => {
    if (value !== undefined && !Number.isNaN(value)) targets.push({ what, value, atLeast });
  };
  expect(REFUSE, 0.6);
  expect(ANSWER, 0.45);
  const answer = ratios.get(ANSWER) ?? Number.NaN;
  for (const peer of [FASTIFY, PEER])
    expect(ANSWER, 1, `${ANSWER}, times ${peer}`, answer / (ratios.get(peer) ?? Number.NaN));
  expect(KEEP, 0.33);
  if (targets.length > 0 && !printTargets(targets)) process.exitCode = 1;
}

function claims(): string {
  return `claims: ${redis?.address}\n`;
}

/** Writes a configuration with one gate. @param more lines of it */
function gateway(name: string, gate: string, store = `sqlite:./${name}.db`, more = ''): readonly string[] {
  const file = join(folder, `${name}.yaml`);
  writeFileSync(
    file,
    `listen: { public: '127.0.0.1:0', admin: '127.0.0.1:0' }\nstore: '${store}'\n${more}gates:\n  bench: { path: '/actions/:action', provider: ${gate} }\n`,
  );
  return ['gateway', file];
}
