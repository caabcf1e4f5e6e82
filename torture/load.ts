/**
 * Prevents: a promise of speed that nobody has measured from end to end. Publishes requests to a real gateway that keeps them and delivers them to a
 * server, at a rate and then at full speed; checks that each has come, and prints how long it took from the moment at which it was meant to be
 * sent. Exits 1 where one has not come.
 */
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { positive, readArguments } from '../scripts/read-arguments.ts';
import { createGatewayProcess } from './engine/gateway-process.ts';
import { createRequestSource } from './engine/sent-request.ts';
import { createWorkFolder } from './engine/work-folder.ts';
import { PERCENTILES_HEAD, type Percentiles, percentilesOf, percentilesText } from './load/latencies.ts';
import { type LoadSink, openLoadSink } from './load/load-sink.ts';
import { type PhaseResult, runPhase } from './load/phase.ts';

const USAGE =
  'npm run load [-- --requests 10000] [--rate 500] [--connections 64] [--bytes 1024] [--seed N] [--json]';
const { values } = readArguments(USAGE, {
  options: {
    requests: { type: 'string', default: '10000' },
    rate: { type: 'string', default: '500' },
    connections: { type: 'string', default: '64' },
    bytes: { type: 'string', default: '1024' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const count = positive(values.requests, '--requests');
const rate = positive(values.rate, '--rate');
const connections = positive(values.connections, '--connections');
const bodyBytes = positive(values.bytes, '--bytes');
const seed = positive(values.seed, '--seed');

/** Of a few hundred, left out of the figures: only then has the gateway's code settled. */
const WARM_UP = 2_000;
/** Nothing comes any more, and something is missing. */
const PATIENCE_MS = 30_000;

interface PhaseFigures {
  readonly name: string;
  readonly requests: number;
  readonly perSecond: number;
  readonly refused: Readonly<Record<string, number>>;
  /** Acknowledged, and not at the sink. */
  readonly missing: number;
  readonly ms: Readonly<Record<'acknowledged' | 'delivered' | 'sentLate', Percentiles>>;
}

const sink = await openLoadSink();
const work = await createWorkFolder({ sink: sink.address });
const gateway = createGatewayProcess({ ...work, onUnasked: (problem) => console.error(problem) });
const phases: PhaseFigures[] = [];
try {
  await gateway.start();
  const requests = createRequestSource({ seed, forgedPercent: 0, bodyBytes });
  const common = { address: work.address, requests, connections };
  const warm = await runPhase({ ...common, first: 0, count: WARM_UP, perSecond: undefined });
  await sink.hasAll(numbersOf(warm), PATIENCE_MS);
  const rows = [
    { name: `${rate} a second`, perSecond: rate },
    { name: 'full speed', perSecond: undefined },
  ];
  for (const [i, { name, perSecond }] of rows.entries()) {
    console.error(`load: ${count} requests, ${name} …`);
    const result = await runPhase({ ...common, first: WARM_UP + i * count, count, perSecond });
    await sink.hasAll(numbersOf(result), PATIENCE_MS);
    phases.push(figuresOf(name, result, sink));
  }
} finally {
  await gateway.stop();
  sink.close();
  work.remove();
}
tell();
if (phases.some(({ missing, refused }) => missing > 0 || Object.keys(refused).length > 0))
  process.exitCode = 1;

function numbersOf({ sent }: PhaseResult): readonly number[] {
  return sent.map(({ n }) => n);
}

function figuresOf(
  name: string,
  { sent, refused, seconds }: PhaseResult,
  { firstUs }: LoadSink,
): PhaseFigures {
  const ms = (us: number): number => us / 1_000;
  const arrived = sent.flatMap(({ n, dueUs }) => {
    const us = firstUs.get(n);
    return us === undefined ? [] : [ms(us - dueUs)];
  });
  return {
    name,
    requests: sent.length,
    perSecond: Math.round(sent.length / seconds),
    refused: Object.fromEntries(refused),
    missing: sent.length - arrived.length,
    ms: {
      acknowledged: percentilesOf(sent.map(({ dueUs, acknowledgedUs }) => ms(acknowledgedUs - dueUs))),
      delivered: percentilesOf(arrived),
      sentLate: percentilesOf(sent.map(({ dueUs, sentUs }) => ms(sentUs - dueUs))),
    },
  };
}

function tell(): void {
  const machine = `${availableParallelism()} CPUs (${cpus()[0]?.model ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GB, ${type()} ${release()}, Node ${process.versions.node}`;
  if (values.json) {
    console.log(JSON.stringify({ machine, connections, bodyBytes, seed, phases }, undefined, 2));
    return;
  }
  console.log(
    `${machine}; sender, gateway and sink on it; ${connections} connections, bodies of ${bodyBytes} bytes`,
  );
  console.log(`milliseconds from the moment of sending to     ${PERCENTILES_HEAD}`);
  for (const { name, requests, perSecond, refused, missing, ms } of phases) {
    console.log(`${name}: ${requests} acknowledged, ${perSecond} a second, ${missing} missing at the sink`);
    for (const [status, times] of Object.entries(refused)) console.log(`  ✗ ${times} answered ${status}`);
    console.log(`  the acknowledgement                         ${percentilesText(ms.acknowledged)}`);
    console.log(`  the delivery                                ${percentilesText(ms.delivered)}`);
    console.log(`  (the sender’s own delay)                    ${percentilesText(ms.sentLate)}`);
  }
}
