/** A flood of refused requests: what is kept of it is bounded, what is left out is counted, and the store is not worn out. */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { HeaderList } from '@countersign/core';
import { describe, expect, it } from 'vitest';
import { between } from '../../../../scripts/effort.ts';
import type { GateConfig } from '../../src/config/config.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import type { RefusalCause, RefusedCall } from '../../src/refused/refused-request.ts';
import { openRefusedRequests, type RefusedRequests } from '../../src/refused/refused-requests.ts';
import { createSealedRefusals, type SealedRefusals } from '../../src/sealed/sealed-refusals.ts';
import { openStore } from '../../src/stores/open-store.ts';
import { later, SECRET } from '../harness.ts';
import { startMeasured } from '../http/measured-gateway.ts';

const NOW = 1_760_000_000_000;
const MB = 1024 * 1024;

interface Bench {
  readonly requests: RefusedRequests;
  readonly clock: { nowMs: number };
  readonly warnings: string[];
}

function gatesOf(count: number): readonly GateConfig[] {
  const gates = Object.fromEntries(
    Array.from({ length: count }, (_, n) => [
      `g${n}`,
      {
        path: `/g${n}`,
        provider: 'github',
        keys: [{ secret: SECRET }],
        respond: { status: 204 },
        keepRefused: true,
      },
    ]),
  );
  return parseConfig({ gates }, { baseDir: '/', env: {} }).config.gates;
}

async function bench(gates: number, change: (refusals: SealedRefusals) => SealedRefusals = (same) => same) {
  const clock = { nowMs: NOW };
  const now = (): number => clock.nowMs;
  const store = await openStore(':memory:', { now });
  later(() => store.close());
  const warnings: string[] = [];
  const requests = await openRefusedRequests({
    gates: gatesOf(gates),
    refusals: change(createSealedRefusals(store.refused, undefined)),
    apart: undefined,
    isStored: false,
    findings: { offer: () => {} },
    now,
    log: { warn: (_, text) => void warnings.push(text ?? '') },
  });
  later(() => requests.close());
  return { requests, clock, warnings } satisfies Bench;
}

let serial = 0;

function callOf(body: Uint8Array = new Uint8Array(10)): RefusedCall {
  return {
    requestId: `r-${serial++}`,
    request: { method: 'POST', url: '/g0', headers: new HeaderList(['Host', 'a']), body },
    hasBody: true,
    remoteAddress: '127.0.0.1',
  };
}

const MISMATCH: RefusalCause = { reason: 'signature-mismatch', step: 'compare' };

async function keptOf(requests: RefusedRequests, gate: string): Promise<number> {
  await requests.flush();
  return (await requests.list({ gate, limit: 999 })).refusals.length;
}

describe('a flood of 20,000 refused requests', () => {
  it('is kept by sixty at once and one a second, and the rest is counted', async () => {
    const { requests, clock } = await bench(2);
    const [g0, g1] = [requests.ofGate('g0'), requests.ofGate('g1')];
    for (let n = 0; n < 20_000; n++) {
      g0?.offer(callOf(), MISMATCH);
      clock.nowMs += 1;
    }
    // A gate beside it keeps its own.
    g1?.offer(callOf(), MISMATCH);
    expect(await keptOf(requests, 'g0')).toBe(79);
    expect(g0?.leftOut).toBe(20_000 - 79);
    expect(await keptOf(requests, 'g1')).toBe(1);
    expect(g1?.leftOut).toBe(0);
  });

  it('takes no more memory than is said while it waits, however long the bodies are and however many gates there are', async () => {
    const { requests, clock } = await bench(8);
    const body = new Uint8Array(256 * 1024);
    for (let n = 0; n < 2_000; n++) requests.ofGate(`g${n % 8}`)?.offer(callOf(body), MISMATCH);
    const leftOut = Array.from({ length: 8 }, (_, n) => requests.ofGate(`g${n}`)?.leftOut ?? 0);
    const waiting = 2_000 - leftOut.reduce((sum, count) => sum + count, 0);
    expect(waiting * body.length).toBeLessThanOrEqual(4 * MB);
    expect(waiting).toBeGreaterThan(10);
    await requests.flush();
    // There is room again.
    clock.nowMs += 1_000;
    requests.ofGate('g0')?.offer(callOf(body), MISMATCH);
    expect(requests.ofGate('g0')?.leftOut).toBe(leftOut[0]);
  });

  it('leaves of long bodies as many as there is room for, the last ones, and to each gate its own', async () => {
    const { requests, clock } = await bench(2);
    const body = new Uint8Array(250 * 1024);
    requests.ofGate('g1')?.offer(callOf(body), MISMATCH);
    for (let n = 0; n < 60; n++) {
      requests.ofGate('g0')?.offer(callOf(body), MISMATCH);
      clock.nowMs += 1_000;
      await requests.flush();
    }
    const { refusals } = await requests.list({ gate: 'g0', limit: 100 });
    // Half of 16 MB is for each of two gates.
    expect(refusals.length).toBe(Math.floor((8 * MB) / (body.length + 300)));
    expect(refusals[0]?.receivedMs).toBe(NOW + 59_000);
    expect(await keptOf(requests, 'g1')).toBe(1);
    expect(requests.ofGate('g0')?.leftOut).toBe(0);
  });

  it('is not in the way where the store takes nothing: it is counted, and told once', async () => {
    let isFull = true;
    const { requests, warnings, clock } = await bench(1, (refusals) => ({
      ...refusals,
      keep: (...args) => (isFull ? Promise.reject(new Error('full')) : refusals.keep(...args)),
    }));
    const gate = requests.ofGate('g0');
    for (let n = 0; n < 30; n++) gate?.offer(callOf(), MISMATCH);
    await requests.flush();
    expect(gate?.leftOut).toBe(30);
    gate?.offer(callOf(), MISMATCH);
    await requests.flush();
    const text = 'refused requests are not kept at present: the store does not take them';
    expect(warnings).toEqual([text]);
    isFull = false;
    clock.nowMs += 60_000;
    gate?.offer(callOf(), MISMATCH);
    await requests.flush();
    isFull = true;
    gate?.offer(callOf(), MISMATCH);
    await requests.flush();
    expect(warnings).toEqual([text, text]);
  });

  it('leaves a gateway with no more memory than one that keeps nothing', async () => {
    const [kept, nothing] = await Promise.all([true, false].map(heldAfterFlood));
    expect((kept ?? 0) - (nothing ?? 0)).toBeLessThan(4 * MB);
  }, 60_000);
});

/** What a gateway holds once it has refused 20,000 requests of 2 KB; in a short run 5,000. */
async function heldAfterFlood(keepRefused: boolean): Promise<number> {
  const gateway = await startMeasured({
    gates: {
      hook: {
        path: '/hook',
        provider: 'github',
        keys: [{ secret: SECRET }],
        respond: { status: 204 },
        keepRefused,
      },
    },
  });
  const body = 'x'.repeat(2_000);
  const signature = createHmac('sha256', 'another').update(body).digest('hex');
  const request = `POST /hook HTTP/1.1\r\nhost: a\r\nx-hub-signature-256: sha256=${signature}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  const sockets = await Promise.all(Array.from({ length: 10 }, () => open(gateway.port)));
  await Promise.all(sockets.map((socket) => pipeline(socket, request, between(500, 2_000))));
  return (await gateway.measure()).held;
}

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  later(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** Sends so many, 20 ahead of the answers; each is refused. */
async function pipeline(socket: Socket, request: string, count: number): Promise<void> {
  let answers = 0;
  let text = '';
  for (let sent = 0; sent < count; sent += 20) {
    socket.write(request.repeat(20));
    while (answers < sent + 20) {
      const [chunk] = (await once(socket, 'data')) as [Buffer];
      text = text.slice(-12) + chunk.toString('latin1');
      const matches = text.match(/HTTP\/1\.1 401/g)?.length ?? 0;
      answers += matches;
      text = text.replaceAll('HTTP/1.1 401', '');
    }
  }
}
