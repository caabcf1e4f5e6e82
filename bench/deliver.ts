/**
 * Prevents: deliveries that cost more than the events are worth, and a destination that hangs and slows the others down, unseen.
 * First a backlog, delivered to a sink on the same machine as fast as the gateway can: it and the sink in processes of their own. Then 500 events
 * a second to ten destinations, in turn at a gateway whose ten all answer and at one of whose ten one never does.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { positive, readArguments } from '../scripts/read-arguments.ts';
import { arrived, type SinkProcess, startSink } from './deliver/sink-process.ts';
import { endLoad, sendSteadily } from './deliver/steady-load.ts';
import { SECRET } from './http/request-file.ts';
import { printTargets, type Target } from './measure/report.ts';
import { quantile } from './measure/rounds.ts';

const USAGE =
  'node bench/deliver.ts [--events 20000] [--rounds 5] [--pairs 9] [--seconds 4] [--per-second 500]';
const { values } = readArguments(USAGE, {
  options: {
    events: { type: 'string', default: '20000' },
    rounds: { type: 'string', default: '5' },
    pairs: { type: 'string', default: '9' },
    seconds: { type: 'string', default: '4' },
    'per-second': { type: 'string', default: '500' },
  },
});
const DESTINATIONS = 10;
const HANGS = DESTINATIONS - 1;
const GATE = `provider: github, keys: [{ id: now, secret: '${SECRET}' }]`;
const SIGNING_SECRET = `whsec_${Buffer.from('a key of thirty-two bytes, no more').toString('base64')}`;

/** What backlog.ts tells of a round. */
export interface BacklogFigure {
  readonly figure: { readonly perSecond: number; readonly cpuMicros: number };
  readonly isFirst: boolean;
}

interface LoadedGateway {
  readonly name: string;
  readonly port: number;
  readonly hangs: boolean;
  readonly child: ChildProcess;
  sent: number;
}

const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-deliver-'));
const targets: Target[] = [];
try {
  await measureBacklogs();
  await measureHanging();
} finally {
  endLoad();
  rmSync(folder, { recursive: true });
}
if (!printTargets(targets)) process.exitCode = 1;

async function measureBacklogs(): Promise<void> {
  const events = positive(values.events, '--events');
  const rounds = positive(values.rounds, '--rounds');
  for (const [kind, sign] of [
    ['unsigned', ''],
    ['signed', `, sign: { secret: '${SIGNING_SECRET}' }`],
  ] as const) {
    const sink = await startSink(kind === 'signed' ? SIGNING_SECRET : undefined);
    const destination = `{ name: sink, to: 'http://127.0.0.1:${sink.port}/${kind}'${sign} }`;
    const config = writeConfig(kind, [
      `bench: { path: /bench, ${GATE}, keep: { deliver: [${destination}] } }`,
    ]);
    const child = fork(join(import.meta.dirname, 'deliver/backlog.ts'), [
      config,
      'sink',
      `${events}`,
      `${rounds}`,
    ]);
    const figures: BacklogFigure['figure'][] = [];
    child.on('message', ({ figure, isFirst }: BacklogFigure) => {
      if (!isFirst) figures.push(figure);
    });
    const [code] = (await once(child, 'exit')) as [number];
    if (code !== 0) throw new Error(`the gateway of the ${kind} deliveries ended with ${code}`);
    await arrived(sink, `/${kind}`, events * (rounds + 1));
    await sink.end();
    const cpuMicros = quantile(
      figures.map((figure) => figure.cpuMicros),
      0.5,
    );
    const perSecond = quantile(
      figures.map((figure) => figure.perSecond),
      0.5,
    );
    console.log(
      `  ${kind.padEnd(8)}  ${cpuMicros.toFixed(0)} µs of CPU time a delivery, ${perSecond.toFixed(0)} a second`,
    );
    targets.push({
      what: `${kind} deliveries in a second of CPU time`,
      value: 1e6 / cpuMicros,
      atLeast: 5_000,
    });
  }
}

async function measureHanging(): Promise<void> {
  const pairs = positive(values.pairs, '--pairs');
  const sink = await startSink();
  const gateways = [await startLoaded('all-answer', sink, false), await startLoaded('one-hangs', sink, true)];
  const ratios: number[] = [];
  const p99s: number[][] = [[], []];
  for (let pair = 0; pair <= pairs; pair++) {
    const p99Ms = [0, 0];
    for (const at of pair % 2 === 0 ? [0, 1] : [1, 0])
      p99Ms[at] = quantile(await spell(gateways[at] as LoadedGateway, sink), 0.99);
    // The first settles the code.
    if (pair === 0) continue;
    for (const at of [0, 1]) p99s[at]?.push(Number(p99Ms[at]));
    ratios.push(Number(p99Ms[1]) / Number(p99Ms[0]));
    console.error(`pair ${pair} of ${pairs}: p99 ${p99Ms.map((ms) => ms.toFixed(1)).join(' and ')} ms`);
  }
  for (const { child } of gateways) {
    child.disconnect();
    await once(child, 'exit');
  }
  await sink.end();
  const [allAnswerMs = 0, oneHangsMs = 0] = p99s.map((figures) => quantile(figures, 0.5));
  console.log(
    `  ${values['per-second']} events a second, ten destinations: p99 from sending to arriving ${allAnswerMs.toFixed(1)} ms, with one that hangs the others’ ${oneHangsMs.toFixed(1)} ms`,
  );
  targets.push({
    what: 'the others’ p99 with one of ten hanging, times without',
    value: quantile(ratios, 0.5),
    atMost: 1.2,
  });
}

/** Of the nine others, the same at both. @returns from sending to arriving */
async function spell(gateway: LoadedGateway, sink: SinkProcess): Promise<readonly number[]> {
  const { name, port, hangs } = gateway;
  const perSecond = positive(values['per-second'], '--per-second');
  gateway.sent += await sendSteadily({
    port,
    perSecond,
    seconds: positive(values.seconds, '--seconds'),
    from: gateway.sent,
    pathOf: (serial) => `/g/${serial % DESTINATIONS}`,
  });
  const latenciesMs: number[] = [];
  for (let at = 0; at < DESTINATIONS; at++) {
    if (at === HANGS && hangs) continue;
    const number = Math.floor((gateway.sent + DESTINATIONS - 1 - at) / DESTINATIONS);
    const own = await arrived(sink, `/${name}/${at}`, number);
    if (at !== HANGS) latenciesMs.push(...own);
  }
  return latenciesMs;
}

async function startLoaded(name: string, sink: SinkProcess, hangs: boolean): Promise<LoadedGateway> {
  const gates = Array.from({ length: DESTINATIONS }, (_, at) => {
    const path = at === HANGS && hangs ? '/hang' : `/${name}/${at}`;
    const destination = `{ name: d${at}, to: 'http://127.0.0.1:${sink.port}${path}' }`;
    return `g${at}: { path: /g/${at}, ${GATE}, keep: { deliver: [${destination}] } }`;
  });
  const child = fork(join(import.meta.dirname, 'http/server.ts'), ['gateway', writeConfig(name, gates)]);
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return { name, port, hangs, child, sent: 0 };
}

function writeConfig(name: string, gates: readonly string[]): string {
  const file = join(folder, `${name}.yaml`);
  const lines = [
    `listen: { public: '127.0.0.1:0', admin: '127.0.0.1:0' }`,
    `store: 'sqlite:./${name}.db'`,
    'log: { level: warn }',
    'gates:',
    ...gates.map((gate) => `  ${gate}`),
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}
