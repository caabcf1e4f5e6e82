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
  const post = () => send(`${gateway.publicUrl}/hook`, { body, headers: hmacHeaders(signed) });
  const sent = isOpen.then(post);
  // A busy machine may find nothing of the first in its tenth of a second.
  // The last one may be under way when the gateway ends.
  const again = setInterval(() => void post().catch(() => {}), 1_000);
  try {
    for await (const part of stream) {
      if (part.kind === 'item' && 'finding' in part.item) return part.item;
    }
  } finally {
    clearInterval(again);
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

describe('a repeat that is refused', () => {
  it('is kept with the claim that it repeats, and its finding names the event and when that came', async () => {
    const keep = gate({ keep: {}, replay: { repeat: 'refuse' } });
    const { respond: _, ...keeping } = keep;
    const gateway = await start({ hook: keeping });
    const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
    const headers = hmacHeaders('{}');
    const post = () => send(`${gateway.publicUrl}/hook`, { body: '{}', headers });
    expect((await post()).status).toBe(200);
    const stop = new AbortController();
    const { promise: isOpen, resolve: onOpen } = Promise.withResolvers<void>();
    const stream = client.stream('liveVerdicts', {}, { signal: stop.signal, onOpen });
    const sent = isOpen.then(post);
    let finding: FindingView | undefined;
    for await (const part of stream) {
      if (part.kind === 'item' && 'finding' in part.item) {
        finding = part.item;
        break;
      }
    }
    stop.abort();
    expect((await sent).status).toBe(409);
    const { events } = await client.call('events', {});
    const [event] = events;
    expect(events).toHaveLength(1);
    expect(finding?.finding).toMatchObject({
      id: 'replay-committed',
      sentence: expect.stringMatching(
        new RegExp(`The first came .* before, at .*Z, and is the event ${event?.id}\\.$`),
      ),
    });
    const view = await client.call('refusedRequest', { id: finding?.requestId ?? '' });
    expect(view).toMatchObject({ reason: 'replayed', repeat: { state: 'committed' } });
    const claim = view.repeat?.claimId ?? '';
    expect(await client.call('claim', { gate: 'hook', claim })).toEqual({
      gate: 'hook',
      claimId: claim,
      takenAt: expect.any(String),
      heldUntil: expect.any(String),
      eventId: event?.id,
    });
    await expect(client.call('claim', { gate: 'hook', claim: '0'.repeat(32) })).rejects.toThrow(
      'the store holds no such claim of the gate',
    );
    await expect(client.call('claim', { gate: 'nosuch', claim })).rejects.toThrow('no gate of this name');
  });
});

describe('requests of one gate that are all off by the same time', () => {
  it('are explained by one clock from the third on', async () => {
    let nowMs = Date.now();
    const gateway = await start({ hook: gate() }, { now: () => nowMs });
    const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
    const stop = new AbortController();
    const ids: string[] = [];
    const post = () =>
      send(`${gateway.publicUrl}/hook`, {
        body: '{}',
        headers: hmacHeaders('{}', Math.floor(nowMs / 1000) - 20 * 60),
      });
    const { promise: isOpen, resolve: onOpen } = Promise.withResolvers<void>();
    const stream = client.stream('liveVerdicts', {}, { signal: stop.signal, onOpen });
    const first = isOpen.then(post);
    for await (const part of stream) {
      if (part.kind !== 'item' || !('finding' in part.item)) continue;
      ids.push(part.item.finding.id);
      if (ids.length === 3) break;
      nowMs += 30_000;
      await post();
    }
    stop.abort();
    expect((await first).status).toBe(401);
    expect(ids).toEqual(['time-captured', 'time-captured', 'time-clock-of-several']);
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
  const claims = { find: () => undefined };
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
    let count = 0;
    const { promise: isLoaded, resolve: onFirst } = Promise.withResolvers<void>();
    const error = (): void => {
      count++;
      onFirst();
    };
    const findings = createRefusalFindings({ log: { info: () => {}, error }, claims });
    findings.add('hook', brokenGate());
    // The code that explains is loaded behind the start.
    findings.offer(request);
    await isLoaded;
    count = 0;
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
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
    const findings = createRefusalFindings({
      log: { info: () => {}, error: (fields) => void lines.push(fields) },
      claims,
    });
    findings.add('hook', brokenGate());
    findings.offer(request);
    findings.close();
    findings.offer(request);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(lines).toEqual([]);
  });

  it('is told of where it cannot be explained, and the next one is', async () => {
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    const findings = createRefusalFindings({
      log: { info: () => {}, error: (_, text) => resolve(text) },
      claims,
    });
    findings.add('hook', brokenGate());
    findings.offer(request);
    expect(await promise).toBe('a refused request could not be explained');
    findings.close();
  });
});
