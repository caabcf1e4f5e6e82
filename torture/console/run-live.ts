/** Traffic into a gateway whose Live page is open in a browser, and what the page and the gateway cost meanwhile. */
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { createAdminClient } from '@countersign/api';
import { createGatewayProcess } from '../engine/gateway-process.ts';
import { createRequestSource } from '../engine/sent-request.ts';
import { ADMIN_TOKEN, createWorkFolder } from '../engine/work-folder.ts';
import { openLoadSink } from '../load/load-sink.ts';
import { runPhase } from '../load/phase.ts';
import { type Counts, openWatchedPage, type PageCost, type WatchedPage } from './watched-page.ts';

export interface LiveRunOptions {
  readonly seconds: number;
  readonly perSecond: number;
  readonly seed: number;
  /** How often costs are looked at. */
  readonly samples: number;
  readonly onSample?: (sample: Sample) => void;
}

export interface Sample extends PageCost {
  /** Since the first request. */
  readonly seconds: number;
  readonly gatewayBytes: number;
}

export interface LiveRun {
  readonly samples: readonly Sample[];
  readonly sent: number;
  readonly perSecond: number;
  readonly delivered: number;
  /** What the gateway and the page have counted, by gate. */
  readonly gateway: ReadonlyMap<string, Counts>;
  readonly page: ReadonlyMap<string, Counts>;
  readonly latencies: readonly number[];
  /** Of one core. */
  readonly cpu: { readonly gateway: number; readonly page: number };
}

const CONNECTIONS = 32;
const BODY_BYTES = 1_024;
/** Of a hundred requests. */
const FORGED = 20;
/** As often as anybody could read. */
const LOOK_EVERY_MS = 100;
const CATCHES_UP_WITHIN_MS = 60_000;

export async function runLive({
  seconds,
  perSecond,
  seed,
  samples: count,
  onSample,
}: LiveRunOptions): Promise<LiveRun> {
  const sink = await openLoadSink();
  const work = await createWorkFolder({ sink: sink.address, keepRefused: true });
  const gateway = createGatewayProcess({ ...work, onUnasked: (problem) => console.error(problem) });
  let watched: WatchedPage | undefined;
  try {
    await gateway.start();
    const adminUrl = `http://${work.admin.host}:${work.admin.port}`;
    watched = await openWatchedPage(adminUrl, ADMIN_TOKEN);
    const open = watched;
    const pid = gateway.pid ?? 0;
    const before = { gateway: cpuSecondsOf(pid), page: await open.cpuSeconds() };
    const startedMs = performance.now();
    const since = (): number => (performance.now() - startedMs) / 1_000;
    const sending = runPhase({
      address: work.address,
      requests: createRequestSource({ seed, forgedPercent: FORGED, bodyBytes: BODY_BYTES }),
      connections: CONNECTIONS,
      first: 0,
      count: seconds * perSecond,
      perSecond,
      forSeconds: seconds,
    });
    const samples: Sample[] = [];
    for (let i = 1; i <= count; i++) {
      await wait(Math.max(0, ((seconds * i) / count - since()) * 1_000));
      const sample = { seconds: since(), ...(await open.cost()), gatewayBytes: residentBytesOf(pid) };
      samples.push(sample);
      onSample?.(sample);
    }
    const { sent, refused, seconds: took } = await sending;
    const cpu = {
      gateway: (cpuSecondsOf(pid) - before.gateway) / took,
      page: ((await open.cpuSeconds()) - before.page) / took,
    };
    const client = createAdminClient({ baseUrl: adminUrl, token: ADMIN_TOKEN });
    const gates = await client.call('gates');
    const counted = new Map(
      gates.map(({ name, counts }) => [name, { accepted: counts.accepted, refused: counts.refused }]),
    );
    const total = sent.length + [...refused.values()].reduce((sum, each) => sum + each, 0);
    return {
      samples,
      sent: total,
      perSecond: total / took,
      delivered: sink.deliveries,
      gateway: counted,
      page: await countsOnceOf(open, total),
      latencies: await open.latencies(),
      cpu,
    };
  } finally {
    await watched?.close();
    await gateway.stop();
    sink.close();
    work.remove();
  }
}

/** Once it has counted as many as were sent, or after the time in which it would have. */
async function countsOnceOf(watched: WatchedPage, total: number): Promise<ReadonlyMap<string, Counts>> {
  const untilMs = performance.now() + CATCHES_UP_WITHIN_MS;
  for (;;) {
    const counts = await watched.counts();
    if (totalOf(counts) >= total || performance.now() > untilMs) return counts;
    await wait(LOOK_EVERY_MS);
  }
}

export function totalOf(counts: ReadonlyMap<string, Counts>): number {
  return [...counts.values()].reduce((sum, { accepted, refused }) => sum + accepted + refused, 0);
}

/** Of Linux: what /proc counts in. */
const TICKS_A_SECOND = 100;

function cpuSecondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}

function residentBytesOf(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1_024;
}
