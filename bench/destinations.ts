/**
 * Prevents: a destination that costs more than the delivery is worth, unseen. Each kind is sent messages of 1 KB, 32 at once, to a receiver in
 * another process that takes all; in turn, so that the machine's weather is the same for all. The base is node:http by hand.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Destination } from '../packages/gateway/src/deliver/destination.ts';
import { createCommandDestination } from '../packages/gateway/src/deliver/destinations/command.ts';
import { createFileDestination } from '../packages/gateway/src/deliver/destinations/file.ts';
import { createHttpDestination } from '../packages/gateway/src/deliver/destinations/http.ts';
import { createNatsDestination } from '../packages/gateway/src/deliver/destinations/nats.ts';
import { messageOf } from '../packages/gateway/src/testing/destination-bench.ts';
import { hasNatsServer, startNats } from '../packages/gateway/test/deliver/nats-server.ts';
import { positive, readArguments } from '../scripts/read-arguments.ts';
import { quantile } from './measure/rounds.ts';

const AT_ONCE = 32;
const TARGET_PER_SECOND = 5_000;
const MESSAGE = messageOf(1, {
  headers: [
    'Content-Type',
    'application/json',
    'webhook-id',
    'msg_1',
    'webhook-timestamp',
    '1760000000',
    'webhook-signature',
    `v1,${'K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4='}`,
  ],
  body: Buffer.alloc(1_024, '{"a":1}'),
});

interface Row {
  readonly name: string;
  readonly messages: number;
  /** Rejects where it is not delivered. */
  readonly send: () => Promise<void>;
}

interface Figure {
  readonly perSecond: number;
  readonly cpuMicros: number;
}

const { values } = readArguments('node bench/destinations.ts [--rounds 7]', {
  options: { rounds: { type: 'string', default: '7' } },
});
const directory = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
const sink = fork(join(import.meta.dirname, 'destinations/sink.ts'));
const [port] = (await once(sink, 'message')) as [number];
const nats = hasNatsServer ? await startNats() : undefined;
await nats?.addStream();

const opened: Destination[] = [];
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
const rows: readonly Row[] = [
  { name: 'node:http by hand', messages: 20_000, send: byHand },
  row(
    'http',
    20_000,
    await createHttpDestination({ url: `http://127.0.0.1:${port}/`, policy: 'configured' }),
  ),
  row('file', 20_000, await createFileDestination({ path: join(directory, 'events.jsonl') })),
  row('command', 200, await createCommandDestination({ command: ['/bin/true'] })),
  ...(nats === undefined
    ? []
    : [row('nats', 5_000, await createNatsDestination({ servers: [nats.url], subject: 'events.{gate}' }))]),
];
if (nats === undefined) console.log('nats is left out: nats-server is not installed');

try {
  await report(positive(values.rounds, '--rounds'));
} finally {
  agent.destroy();
  for (const destination of opened) await destination.close();
  await nats?.close();
  await end(sink);
  rmSync(directory, { recursive: true });
}

function row(name: string, messages: number, destination: Destination): Row {
  opened.push(destination);
  let n = 0;
  const send = async (): Promise<void> => {
    // Another id each, so that no stream takes it for one that it has.
    const event = { ...MESSAGE.event, id: `${name}-${n++}` };
    const result = await destination.send({ ...MESSAGE, event }, AbortSignal.timeout(15_000));
    if (!result.ok) throw new Error(result.problem);
  };
  return { name, messages, send };
}

function byHand(): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = [...MESSAGE.headers, 'Content-Length', `${MESSAGE.body.length}`];
    const call = request({ port, host: '127.0.0.1', method: 'POST', path: '/', agent, headers }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve());
    });
    call.once('error', reject);
    call.end(MESSAGE.body);
  });
}

async function report(rounds: number): Promise<void> {
  const figures = rows.map((): Figure[] => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [at, measured] of rows.entries()) {
      const figure = await measure(measured);
      // The first settles the code.
      if (round > 0) figures[at]?.push(figure);
    }
  }
  const median = (at: number, of: (figure: Figure) => number): number =>
    quantile((figures[at] ?? []).map(of), 0.5);
  const base = median(0, ({ cpuMicros }) => cpuMicros);
  for (const [at, { name }] of rows.entries()) {
    const cpu = median(at, ({ cpuMicros }) => cpuMicros);
    const perSecond = median(at, (figure) => figure.perSecond);
    console.log(
      `  ${name.padEnd(18)}  ${(base / cpu).toFixed(2)}  (${cpu.toFixed(0)} µs CPU a message, ${perSecond.toFixed(0)} a second)`,
    );
  }
  // By CPU time: what is sent in a second of a busy machine says how busy it is.
  const http = 1_000_000 / median(1, ({ cpuMicros }) => cpuMicros);
  const isMet = http >= TARGET_PER_SECOND;
  console.log(
    `${isMet ? 'met' : 'MISSED'}: ${TARGET_PER_SECOND} by HTTP in a second of CPU time (${http.toFixed(0)})`,
  );
  if (!isMet) process.exitCode = 1;
}

async function measure({ messages, send }: Row): Promise<Figure> {
  let left = messages;
  const worker = async (): Promise<void> => {
    while (left-- > 0) await send();
  };
  const cpu = process.cpuUsage();
  const began = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const seconds = (performance.now() - began) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  return { perSecond: messages / seconds, cpuMicros: (user + system) / messages };
}

async function end(child: ChildProcess): Promise<void> {
  child.disconnect();
  await once(child, 'exit');
}
