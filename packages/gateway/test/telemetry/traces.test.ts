/** Traces of a real gateway, as a collector gets them. */
import { createHmac } from 'node:crypto';
import { STEPS } from '@countersign/core';
import { describe, expect, it } from 'vitest';
import type { TelemetryInput } from '../../src/config/telemetry-config.ts';
import {
  actionsModule,
  flowentBody,
  hmacHeaders,
  SECRET,
  send,
  start,
  startUpstream,
  type TestGateway,
  type Upstream,
} from '../harness.ts';
import { readExposition, valuesOf } from '../metrics/read-exposition.ts';
import { type Collector, startCollector } from './collector.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const keys = [{ id: 'main', secret: SECRET }];
const one = { path: '/one', provider: 'hmac', keys, respond: { status: 200 } } as const;
const all = (url: string, more: Partial<TelemetryInput> = {}): TelemetryInput => ({
  otlp: url,
  sample: 1,
  ...more,
});

const signed = (gateway: TestGateway, path: string, body: string, headers: Record<string, string> = {}) =>
  send(`${gateway.publicUrl}${path}`, { headers: { ...hmacHeaders(body), ...headers }, body });

/** The values of each header of that name. */
const headersOf = (received: Upstream['received'][number] | undefined, name: string): readonly string[] =>
  (received?.headers ?? []).filter((_, i, flat) => i % 2 === 1 && flat[i - 1]?.toLowerCase() === name);

/** A stop sends what waits. */
async function traced(gateway: TestGateway, collector: Collector): Promise<Collector['spans']> {
  await gateway.drain();
  return collector.spans;
}

describe('a request that is traced', () => {
  it('is a span with one for each step below it, in their order, within its time', async () => {
    const collector = await startCollector();
    const gateway = await start({ one }, { telemetry: all(collector.url) });
    expect((await signed(gateway, '/one', 'x')).status).toBe(200);
    const spans = await traced(gateway, collector);
    const [root, ...steps] = spans;
    expect(root).toMatchObject({ name: 'POST /one', kind: 2, isError: false, parentSpanId: undefined });
    expect(root?.attributes).toMatchObject({
      'http.request.method': 'POST',
      'http.route': '/one',
      'http.response.status_code': 200,
      'countersign.gate': 'one',
      'countersign.verdict': 'accepted',
      'countersign.key_id': 'main',
    });
    expect(steps.map(({ name }) => name)).toEqual(STEPS.filter((step) => step !== 'validate'));
    for (const [i, step] of steps.entries()) {
      expect(step).toMatchObject({ kind: 1, traceId: root?.traceId, parentSpanId: root?.spanId });
      expect(step.endNs).toBe(steps[i + 1]?.startNs ?? root?.endNs);
    }
    expect(steps[0]?.startNs).toBe(root?.startNs);
    const tookMs = Number((root?.endNs ?? 0n) - (root?.startNs ?? 0n)) / 1e6;
    expect(tookMs).toBeGreaterThan(0);
    expect(tookMs).toBeLessThan(10_000);
    expect(Math.abs(Number((root?.startNs ?? 0n) / 1_000_000n) - Date.now())).toBeLessThan(60_000);
    expect(collector.paths).toEqual(['/v1/traces']);
    expect(collector.resource).toMatchObject({ 'service.name': 'countersign' });
  });

  it('says in which step and why it was refused', async () => {
    const collector = await startCollector();
    const gateway = await start({ one }, { telemetry: all(collector.url) });
    await send(`${gateway.publicUrl}/one`, {
      headers: { ...hmacHeaders('x'), 'x-signature': '0'.repeat(64) },
      body: 'x',
    });
    const [root, ...steps] = await traced(gateway, collector);
    expect(root?.attributes).toMatchObject({
      'countersign.verdict': 'refused',
      'countersign.reason': 'signature-mismatch',
      'countersign.step': 'compare',
      'http.response.status_code': 401,
    });
    expect(root?.isError).toBe(false);
    expect(steps.find(({ name }) => name === 'compare')?.attributes).toEqual({
      'countersign.reason': 'signature-mismatch',
    });
    expect(steps.map(({ name }) => name)).not.toContain('act');
  });

  it('is named by its method where it leads to no gate, and is an error where the gateway fails', async () => {
    const collector = await startCollector();
    const failing = {
      path: '/failing',
      provider: 'hmac',
      keys,
      forward: { to: 'http://127.0.0.1:1' },
    } as const;
    const gateway = await start({ failing }, { telemetry: all(collector.url) });
    await send(`${gateway.publicUrl}/some/secret-path`);
    expect((await signed(gateway, '/failing', 'x')).status).toBe(502);
    await traced(gateway, collector);
    expect(collector.traceOf('POST')[0]?.attributes).toMatchObject({ 'countersign.reason': 'no-gate' });
    expect(collector.traceOf('POST /failing')[0]).toMatchObject({
      isError: true,
      attributes: { 'error.type': 'upstream-failed', 'countersign.verdict': 'accepted' },
    });
    expect(collector.bodies.join()).not.toContain('secret-path');
  });

  it('has the steps of each proof of a gate with several, and of one that monitors', async () => {
    const collector = await startCollector();
    const accept = [{ provider: 'github' as const, keys, until: '2035-01-01T00:00:00Z' }];
    const gateway = await start(
      { moving: { ...one, path: '/moving', accept }, watched: { ...one, path: '/watched', mode: 'monitor' } },
      { telemetry: all(collector.url) },
    );
    expect((await signed(gateway, '/moving', 'x')).status).toBe(200);
    expect((await send(`${gateway.publicUrl}/watched`, { body: 'x' })).status).toBe(200);
    await traced(gateway, collector);
    const names = (root: string) => collector.traceOf(root).map(({ name }) => name);
    expect(names('POST /moving')).toEqual(expect.arrayContaining(['compare', 'fresh', 'replay', 'act']));
    expect(names('POST /watched')).toEqual(expect.arrayContaining(['extract', 'act', 'respond']));
  });

  it('holds no body, query, header, proof or secret, and calls the collector with its headers', async () => {
    const collector = await startCollector();
    const token = 'a-token-of-the-collector';
    const telemetry = all(collector.url, { headers: { authorization: `Bearer ${token}` }, service: 'hooks' });
    const gateway = await start({ one }, { telemetry });
    const headers = { 'x-stranger': 'stranger-header', cookie: 'stranger-cookie' };
    await signed(gateway, '/one?token=stranger-query', '{"stranger":"body"}', headers);
    await traced(gateway, collector);
    expect(collector.headers.map(({ authorization }) => authorization)).toEqual([`Bearer ${token}`]);
    expect(collector.resource['service.name']).toBe('hooks');
    for (const word of ['stranger', SECRET, token]) {
      expect(collector.bodies.join()).not.toContain(word);
      if (word !== 'stranger') expect(gateway.log.join()).not.toContain(word);
    }
  });
});

describe('the traceparent of a request, which nobody has signed', () => {
  const traceparent = `00-${TRACE}-${SPAN}-01`;

  it('is linked, and neither continued nor asked what is recorded', async () => {
    const collector = await startCollector();
    const gateway = await start({ one }, { telemetry: all(collector.url) });
    await signed(gateway, '/one', 'x', { traceparent: `00-${TRACE}-${SPAN}-00` });
    const [root] = await traced(gateway, collector);
    expect(root?.links).toEqual([expect.objectContaining({ traceId: TRACE, spanId: SPAN })]);
    expect(root?.traceId).not.toBe(TRACE);
    const silent = await start({ one }, { telemetry: all(collector.url, { sample: 0 }) });
    await signed(silent, '/one', 'x', { traceparent });
    await silent.drain();
    expect(collector.bodies).toHaveLength(1);
  });

  it('is continued where senders are trusted, and its flag decides', async () => {
    const collector = await startCollector();
    const telemetry = all(collector.url, { sample: 0, trustIncoming: true });
    const gateway = await start({ one }, { telemetry });
    await signed(gateway, '/one', 'x', { traceparent });
    await signed(gateway, '/one', 'y', { traceparent: `00-${TRACE}-${SPAN}-00` });
    await signed(gateway, '/one', 'z');
    const roots = (await traced(gateway, collector)).filter(({ kind }) => kind === 2);
    expect(roots).toHaveLength(1);
    expect(roots[0]).toMatchObject({ traceId: TRACE, parentSpanId: SPAN, links: [] });
  });

  it.each([
    'nonsense',
    '',
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `ff-${TRACE}-${SPAN}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-01-more`,
    `01-${TRACE}-${SPAN}-01-${'x'.repeat(300)}`,
  ])('is as if it were not there where it is none: %j', async (value) => {
    const collector = await startCollector();
    const gateway = await start({ one }, { telemetry: all(collector.url, { trustIncoming: true }) });
    expect((await signed(gateway, '/one', 'x', { traceparent: value })).status).toBe(200);
    const [root] = await traced(gateway, collector);
    expect(root).toMatchObject({ links: [], parentSpanId: undefined });
  });
});

describe('a trace goes on', () => {
  it('to an upstream, in place of the sender’s traceparent', async () => {
    const collector = await startCollector();
    const upstream = await startUpstream((_request, response) => void response.end());
    const forwarding = { path: '/f', provider: 'hmac', keys, forward: { to: upstream.url } } as const;
    const gateway = await start({ forwarding }, { telemetry: all(collector.url) });
    await signed(gateway, '/f', 'x', { traceparent: `00-${TRACE}-${SPAN}-01`, tracestate: 'a=b' });
    const [root] = await traced(gateway, collector);
    const [received] = upstream.received;
    expect(headersOf(received, 'traceparent')).toEqual([`00-${root?.traceId}-${root?.spanId}-01`]);
    expect(headersOf(received, 'tracestate')).toEqual([]);
  });

  it('to an upstream also where it is not recorded, with a flag that says so; the sender’s passes where traces are off', async () => {
    const upstream = await startUpstream((_request, response) => void response.end());
    const forwarding = { path: '/f', provider: 'hmac', keys, forward: { to: upstream.url } } as const;
    const unrecorded = await start({ forwarding }, { telemetry: all('http://127.0.0.1:1', { sample: 0 }) });
    await signed(unrecorded, '/f', 'x');
    const off = await start({ forwarding });
    await signed(off, '/f', 'x', { traceparent: `00-${TRACE}-${SPAN}-01` });
    const values = upstream.received.flatMap((received) => headersOf(received, 'traceparent'));
    expect(values[0]).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    expect(values[1]).toBe(`00-${TRACE}-${SPAN}-01`);
  });

  it('to an upstream as the sender wrote it where the proof covers it', async () => {
    const collector = await startCollector();
    const upstream = await startUpstream((_request, response) => void response.end());
    const scheme = {
      algorithm: 'hmac-sha256',
      signature: { header: 'x-signature', encoding: 'hex' },
      message: '{header:traceparent}.{body}',
    } as const;
    const forward = { to: upstream.url, keepProof: true };
    const gateway = await start(
      { f: { path: '/f', scheme, keys, forward } },
      { telemetry: all(collector.url) },
    );
    const traceparent = `00-${TRACE}-${SPAN}-01`;
    const signature = createHmac('sha256', SECRET).update(`${traceparent}.x`).digest('hex');
    const headers = { traceparent, 'x-signature': signature };
    expect((await send(`${gateway.publicUrl}/f`, { headers, body: 'x' })).status).toBe(200);
    expect(headersOf(upstream.received[0], 'traceparent')).toEqual([traceparent]);
  });

  it('to an action, which may pass it on', async () => {
    const collector = await startCollector();
    const actions = actionsModule(`export const hello = {
      name: 'hello', description: 'Says its place in a trace.', input: { type: 'object', properties: {} },
      run: (_input, context) => ({ at: context.traceparent ?? 'nowhere' }),
    };`);
    const provider = 'flowent';
    const gate = { path: '/a/:action', provider, keys: [{ secret: SECRET }], answer: { actions } } as const;
    const gateway = await start({ gate }, { telemetry: all(collector.url) });
    const body = flowentBody('hello', {});
    const answer = await send(`${gateway.publicUrl}/a/hello`, {
      headers: { 'content-type': 'application/json' },
      body,
    });
    const [root, ...steps] = await traced(gateway, collector);
    expect(answer.text).toContain(`00-${root?.traceId}-${root?.spanId}-01`);
    expect(steps.map(({ name }) => name)).toEqual(expect.arrayContaining(['validate', 'act']));
  });

  it('to each attempt to deliver, which is a span that is linked to the request’s', async () => {
    const collector = await startCollector();
    let status = 500;
    const shop = await startUpstream((_request, response) => {
      response.writeHead(status).end();
      status = 200;
    });
    const deliver = [{ name: 'shop', to: shop.url, retries: ['1ms'] }];
    const kept = { path: '/kept', provider: 'hmac', keys, keep: { deliver } } as const;
    const gateway = await start({ kept }, { telemetry: all(collector.url) });
    await signed(gateway, '/kept', 'x', { traceparent: `00-${TRACE}-${SPAN}-01` });
    await expect.poll(() => shop.received.length).toBe(2);
    await traced(gateway, collector);
    const [request] = collector.traceOf('POST /kept');
    const attempts = collector.spans.filter(({ name }) => name === 'deliver shop');
    expect(
      attempts.map(({ attributes, isError }) => [
        attributes['countersign.attempt'],
        attributes['http.response.status_code'],
        isError,
      ]),
    ).toEqual([
      [1, 500, true],
      [2, 200, false],
    ]);
    for (const [i, attempt] of attempts.entries()) {
      expect(attempt.links).toEqual([
        expect.objectContaining({ traceId: request?.traceId, spanId: request?.spanId }),
      ]);
      expect(headersOf(shop.received[i], 'traceparent')).toEqual([
        `00-${attempt.traceId}-${attempt.spanId}-01`,
      ]);
    }
  });
});

describe('a collector that is away', () => {
  it('is in nobody’s way: requests are answered, spans are dropped and counted, and the log says so once', async () => {
    const collector = await startCollector();
    collector.status = 400;
    const gateway = await start({ one }, { telemetry: all(collector.url) });
    // Two batches and more.
    for (let i = 0; i < 130; i++) expect((await signed(gateway, '/one', `${i}`)).status).toBe(200);
    await expect.poll(() => collector.bodies.length).toBeGreaterThan(0);
    const headers = { authorization: `Bearer ${gateway.adminToken}` };
    const read = async () =>
      readExposition((await send(`${gateway.adminUrl}/metrics`, { method: 'GET', headers })).text);
    await expect
      .poll(async () => valuesOf(await read(), 'countersign_telemetry_spans_total')['dropped'])
      .toBeGreaterThan(500);
    expect(valuesOf(await read(), 'countersign_telemetry_spans_total')['exported']).toBe(0);
    await gateway.drain();
    const warnings = gateway.log.filter((line) =>
      line.includes(
        'the collector does not take traces: check telemetry.otlp and telemetry.headers; spans are dropped meanwhile, and nothing else is affected',
      ),
    );
    expect(warnings).toHaveLength(1);
    expect(JSON.parse(warnings[0] ?? '')).toMatchObject({ problem: 'it refuses them', status: 400 });
  });

  it('gets what it could not take for a while, and the log says that it takes traces again', async () => {
    const collector = await startCollector();
    collector.status = 503;
    const gateway = await start({ one }, { telemetry: all(collector.url) });
    // A batch is full, and is sent at once.
    for (let i = 0; i < 60; i++) await signed(gateway, '/one', `${i}`);
    await expect.poll(() => collector.bodies.length).toBe(1);
    await expect.poll(() => gateway.log.join()).toContain('"status":503');
    collector.status = 200;
    await traced(gateway, collector);
    expect(collector.spans.filter(({ kind }) => kind === 2)).toHaveLength(60);
    expect(gateway.log.join()).toContain('the collector takes traces again');
  });

  it('costs a bounded number of spans, and a stop waits for it a few seconds at most', async () => {
    const gateway = await start({ one }, { telemetry: all('http://127.0.0.1:9') });
    for (let i = 0; i < 15; i++)
      await Promise.all(Array.from({ length: 30 }, (_, k) => signed(gateway, '/one', `${i} ${k}`)));
    const headers = { authorization: `Bearer ${gateway.adminToken}` };
    const { text } = await send(`${gateway.adminUrl}/metrics`, { method: 'GET', headers });
    const families = readExposition(text);
    expect(valuesOf(families, 'countersign_telemetry_spans_waiting')['']).toBeLessThanOrEqual(4_096);
    expect(valuesOf(families, 'countersign_telemetry_spans_total')['dropped']).toBeGreaterThan(0);
    const startedMs = performance.now();
    await gateway.close();
    expect(performance.now() - startedMs).toBeLessThan(6_000);
  });
});
