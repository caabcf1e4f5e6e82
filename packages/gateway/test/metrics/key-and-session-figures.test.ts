/** What `/metrics` tells of keys, tokens and the process, of a real gateway on a real store. */
import { opendirSync } from 'node:fs';
import { createAdminClient } from '@countersign/api';
import { describe, expect, it } from 'vitest';
import { hmacHeaders, later, SECRET, send, start, type TestGateway, temporaryDir } from '../harness.ts';
import { startBench } from '../sessions/support.ts';
import { type ReadFamily, readExposition, valuesOf } from './read-exposition.ts';

const STORE_KEY = 'ab'.repeat(32);
const START_MS = 1_790_000_000_000;
const HOUR_MS = 3_600_000;
const keys = [
  { id: 'now', secret: SECRET },
  {
    id: 'old',
    secret: `${SECRET} of old`,
    state: 'retiring',
    until: new Date(START_MS + HOUR_MS).toISOString(),
  },
  { id: 'stolen', secret: `${SECRET} that was stolen`, state: 'revoked' },
] as const;
const gates = { one: { path: '/one', provider: 'hmac', keys, respond: { status: 200 } } } as const;

async function read(gateway: TestGateway): Promise<ReadonlyMap<string, ReadFamily>> {
  const headers = { authorization: `Bearer ${gateway.adminToken}` };
  return readExposition((await send(`${gateway.adminUrl}/metrics`, { method: 'GET', headers })).text);
}

describe('keys in /metrics', () => {
  it('are counted by state, and those that prove requests now', async () => {
    let nowMs = START_MS;
    const gateway = await start(gates, { now: () => nowMs, monotonicMs: () => nowMs });
    const before = await read(gateway);
    expect(valuesOf(before, 'countersign_keys')).toEqual({
      'one active': 1,
      'one next': 0,
      'one retiring': 1,
      'one revoked': 1,
    });
    expect(valuesOf(before, 'countersign_keys_usable')).toEqual({ one: 2 });
    expect(valuesOf(before, 'countersign_key_until_timestamp_seconds')).toEqual({
      'one old': (START_MS + HOUR_MS) / 1000,
    });
    nowMs += HOUR_MS;
    expect(valuesOf(await read(gateway), 'countersign_keys_usable')).toEqual({ one: 1 });
  });

  it('show when each proved a request last, also after a restart', async () => {
    let nowMs = START_MS;
    const dir = temporaryDir();
    const gateway = await start(gates, { now: () => nowMs, monotonicMs: () => nowMs, dir });
    expect(valuesOf(await read(gateway), 'countersign_key_unused_seconds')).toEqual({});
    const headers = hmacHeaders('1', nowMs / 1000);
    expect((await send(`${gateway.publicUrl}/one`, { headers, body: '1' })).status).toBe(200);
    nowMs += 90_000;
    const families = await read(gateway);
    expect(valuesOf(families, 'countersign_key_unused_seconds')).toEqual({ 'one now': 90 });
    expect(valuesOf(families, 'countersign_key_requests_total')).toEqual({
      'one now': 1,
      'one old': 0,
      'one stolen': 0,
    });
    await gateway.close();
    nowMs += 10_000;
    const restarted = await read(await start(gates, { now: () => nowMs, monotonicMs: () => nowMs, dir }));
    expect(valuesOf(restarted, 'countersign_key_unused_seconds')).toEqual({ 'one now': 100 });
    expect(valuesOf(restarted, 'countersign_key_requests_total')).toMatchObject({ 'one now': 0 });
  });

  it('change with what an operator changes', async () => {
    const gateway = await start(gates, { storeKey: STORE_KEY });
    const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
    const { etag = '' } = await client.read('gateKeys', { gate: 'one' });
    await client.call('changeKey', { gate: 'one', key: 'old', change: 'revoke' }, { ifMatch: etag });
    expect(valuesOf(await read(gateway), 'countersign_keys')).toMatchObject({
      'one retiring': 0,
      'one revoked': 2,
    });
  });
});

describe('tokens of sessions in /metrics', () => {
  it('show state, age, end and failed log-ins', async () => {
    let nowMs = START_MS;
    const { get, gateway, upstream } = await startBench({}, { now: () => nowMs, monotonicMs: () => nowMs });
    expect(valuesOf(await read(gateway), 'countersign_session_token_state')).toMatchObject({
      'incode none': 1,
      'incode good': 0,
    });
    expect((await get('/fetch-score?interviewId=int-1')).status).toBe(200);
    nowMs += 60_000;
    const good = await read(gateway);
    expect(valuesOf(good, 'countersign_session_token_state')).toMatchObject({
      'incode none': 0,
      'incode good': 1,
    });
    expect(valuesOf(good, 'countersign_session_token_age_seconds')).toEqual({ incode: 60 });
    const { incode: expiry = 0 } = valuesOf(good, 'countersign_session_token_expiry_timestamp_seconds');
    expect(expiry).toBeGreaterThan(nowMs / 1000);
    expect(valuesOf(good, 'countersign_session_login_failures')).toEqual({ incode: 0 });
    nowMs = expiry * 1000;
    upstream.intercept = ({ path }, response) =>
      path.startsWith('/executive') && Boolean(response.writeHead(500).end());
    await get('/fetch-score?interviewId=int-1');
    const failing = await read(gateway);
    expect(valuesOf(failing, 'countersign_session_token_state')).toMatchObject({ 'incode expired': 1 });
    expect(valuesOf(failing, 'countersign_session_login_failures')['incode']).toBeGreaterThan(0);
  });
});

describe('the process in /metrics', () => {
  it.skipIf(process.platform !== 'linux')('counts the files that are open, and how many may be', async () => {
    const gateway = await start(gates);
    const before = valuesOf(await read(gateway), 'process_open_fds')[''] ?? 0;
    const folder = temporaryDir();
    const opened = Array.from({ length: 50 }, () => opendirSync(folder));
    later(() => {
      for (const each of opened) each.closeSync();
    });
    const families = await read(gateway);
    expect((valuesOf(families, 'process_open_fds')[''] ?? 0) - before).toBeGreaterThan(40);
    expect(valuesOf(families, 'process_max_fds')['']).toBeGreaterThan(100);
  });

  it('counts collections of garbage from the first scrape on', async () => {
    const gateway = await start(gates);
    const count = async (): Promise<number> => {
      const samples = (await read(gateway)).get('nodejs_gc_duration_seconds')?.samples ?? [];
      return samples.filter(({ name }) => name.endsWith('_count')).reduce((sum, { value }) => sum + value, 0);
    };
    await count();
    let held: unknown[] = [];
    for (let i = 0; i < 200; i++) held = Array.from({ length: 20_000 }, () => ({ i }));
    expect(held).toHaveLength(20_000);
    await expect.poll(count).toBeGreaterThan(0);
  });

  it('knows the heap', async () => {
    const families = await read(await start(gates));
    const used = valuesOf(families, 'nodejs_heap_size_used_bytes')[''] ?? 0;
    expect(used).toBeGreaterThan(1e6);
    expect(valuesOf(families, 'nodejs_heap_size_total_bytes')['']).toBeGreaterThan(used);
  });
});
