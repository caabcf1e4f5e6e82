/** A load test's figures: what waits is measured from when it was meant to be sent. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { createRequestSource } from '../engine/sent-request.ts';
import { percentilesOf } from '../load/latencies.ts';
import { openLoadSink } from '../load/load-sink.ts';
import { runPhase } from '../load/phase.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function serve(answer: (response: ServerResponse) => void): Promise<number> {
  const server = createServer((request, response) => void request.resume().on('end', () => answer(response)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

it('percentiles are samples: the least that so large a part does not exceed', () => {
  const samples = Array.from({ length: 1_000 }, (_, i) => 1_000 - i);
  expect(percentilesOf(samples)).toEqual({ p50: 500, p90: 900, p99: 990, p999: 999, max: 1_000 });
  expect(percentilesOf([7])).toEqual({ p50: 7, p90: 7, p99: 7, p999: 7, max: 7 });
});

it('what waits for a server that stalls is measured from when it was meant to be sent', async () => {
  const STALL_MS = 300;
  let served = 0;
  const port = await serve((response) => {
    if (served++ === 0) setTimeout(() => response.end(), STALL_MS);
    else response.end();
  });
  const { sent, refused } = await runPhase({
    address: { host: '127.0.0.1', port },
    requests: createRequestSource({ seed: 1, forgedPercent: 0, bodyBytes: 100 }),
    connections: 1,
    first: 0,
    count: 30,
    perSecond: 200,
  });
  expect(refused.size).toBe(0);
  expect(sent.map(({ n }) => n)).toEqual(Array.from({ length: 30 }, (_, n) => n));
  const [first, ...rest] = sent.map(({ dueUs, acknowledgedUs }) => (acknowledgedUs - dueUs) / 1_000);
  expect(first).toBeGreaterThanOrEqual(STALL_MS - 2);
  // All 30 were due within 150 ms: who measures from the sending sees one slow request, and each of these has waited.
  expect(Math.min(...rest)).toBeGreaterThan(100);
});

it('another answer than 200 is counted, and is no latency', async () => {
  const port = await serve((response) => response.writeHead(503, { 'content-length': 0 }).end());
  const { sent, refused } = await runPhase({
    address: { host: '127.0.0.1', port },
    requests: createRequestSource({ seed: 1, bodyBytes: 100 }),
    connections: 2,
    first: 0,
    count: 10,
    perSecond: undefined,
  });
  expect(sent).toEqual([]);
  expect([...refused]).toEqual([[503, 10]]);
});

it('the sink tells what has come, and what has not', async () => {
  const sink = await openLoadSink();
  closing.push(() => sink.close());
  const { host, port } = sink.address;
  for (const n of [1, 2, 2]) {
    await fetch(`http://${host}:${port}/`, { method: 'POST', headers: { 'x-torture-number': `${n}` } });
  }
  expect(await sink.hasAll([1, 2], 10_000)).toBe(true);
  expect(await sink.hasAll([1, 3], 200)).toBe(false);
  expect([...sink.firstUs.keys()]).toEqual([1, 2]);
  expect(sink.deliveries).toBe(3);
});
