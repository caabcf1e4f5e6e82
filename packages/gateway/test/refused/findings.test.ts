/** Why a refused request was refused: a moment later, in the log and in the live stream, for gates that keep them. */
import { createAdminClient, type FindingView } from '@countersign/api';
import { createGate, type Gate } from '@countersign/core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { GateInput } from '../../src/config/config-input.ts';
import { createRefusalFindings } from '../../src/refused/refusal-findings.ts';
import type { RefusedRequest } from '../../src/sealed/sealed-refusals.ts';
import { hmacHeaders, SECRET, send, start } from '../harness.ts';

const gate = (more: Partial<GateInput> = {}): GateInput => ({
  path: '/hook',
  provider: 'hmac',
  keys: [{ secret: SECRET }],
  respond: { status: 204 },
  keepRefused: true,
  ...more,
});

async function findingOf(
  gates: Record<string, GateInput>,
  body: string,
  signed: string,
): Promise<FindingView> {
  const gateway = await start(gates);
  const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
  const stop = new AbortController();
  const { promise: isOpen, resolve: onOpen } = Promise.withResolvers<void>();
  const stream = client.stream('liveVerdicts', {}, { signal: stop.signal, onOpen });
  const sent = isOpen.then(() => send(`${gateway.publicUrl}/hook`, { body, headers: hmacHeaders(signed) }));
  try {
    for await (const part of stream) {
      if (part.kind === 'item' && 'finding' in part.item) return part.item;
    }
  } finally {
    await sent;
    stop.abort();
  }
  throw new Error('the stream ended');
}

describe('a refused request that is kept', () => {
  it('is followed by its cause in the live stream, with the id of its answer and without its proof', async () => {
    const finding = await findingOf({ hook: gate() }, '{"a":1}\n', '{"a":1}');
    expect(finding).toMatchObject({
      gate: 'hook',
      finding: { certainty: 'proved', mend: expect.any(String) },
    });
    expect(finding.finding.id).toBe('body-newline-added');
    expect(finding.requestId).toMatch(/^[0-9a-f]{8}-/);
    expect(JSON.stringify(finding)).not.toContain(SECRET);
  });
});

/** It throws where a request is judged. */
function brokenGate(): Gate {
  return createGate({
    provider: 'hmac',
    keys: [SECRET],
    now: () => {
      throw new Error('the clock is broken');
    },
  });
}

describe('what waits to be explained', () => {
  const request: RefusedRequest = {
    id: 'a-1',
    gate: 'hook',
    receivedMs: 0,
    reason: 'signature-mismatch',
    step: 'compare',
    method: 'POST',
    url: '/hook',
    headers: ['x-signature', 'a'],
    remoteAddress: '',
    bodyBytes: 1,
    body: new Uint8Array(1),
  };

  it('is bounded: of a hundred that come at once sixteen are looked at', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    let count = 0;
    const error = (): void => void count++;
    const findings = createRefusalFindings({ info: () => {}, error });
    findings.add('hook', brokenGate());
    findings.offer({ ...request, bodyLeftOut: 'too-long' });
    for (let i = 0; i < 100; i++) findings.offer(request);
    await vi.advanceTimersByTimeAsync(100_000);
    expect([count, vi.getTimerCount()]).toEqual([16, 0]);
    findings.close();
  });

  it('is dropped at the end', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const lines: object[] = [];
    const findings = createRefusalFindings({ info: () => {}, error: (fields) => void lines.push(fields) });
    findings.add('hook', brokenGate());
    findings.offer(request);
    findings.close();
    findings.offer(request);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(lines).toEqual([]);
  });

  it('is told of where it cannot be explained, and the next one is', async () => {
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    const findings = createRefusalFindings({ info: () => {}, error: (_, text) => resolve(text) });
    findings.add('hook', brokenGate());
    findings.offer(request);
    expect(await promise).toBe('a refused request could not be explained');
    findings.close();
  });
});
