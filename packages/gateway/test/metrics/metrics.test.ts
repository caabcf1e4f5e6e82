/** `/metrics` of a real gateway: what was sent is what is counted, and nothing of what was sent is in it. */
import { rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { createAdminClient } from '@countersign/api';
import { describe, expect, it } from 'vitest';
import pkg from '../../package.json' with { type: 'json' };
import { openStore } from '../../src/stores/open-store.ts';
import { event } from '../../src/testing/kept-events.ts';
import {
  fullStore,
  hmacHeaders,
  later,
  openSocket,
  SECRET,
  send,
  start,
  startUpstream,
  type TestGateway,
  temporaryDir,
} from '../harness.ts';
import { type ReadFamily, readExposition, valuesOf } from './read-exposition.ts';

const keys = [{ id: 'main', secret: SECRET }];
const gates = {
  one: { path: '/one', provider: 'hmac', keys, respond: { status: 200 }, maxBody: '1KB' },
  kept: { path: '/kept', provider: 'hmac', keys, keep: {} },
  open: { path: '/open', provider: 'none', respond: { status: 204 } },
  failing: { path: '/failing', provider: 'hmac', keys, forward: { to: 'http://127.0.0.1:1' } },
} as const;

const scrape = ({ adminUrl, adminToken }: TestGateway, method = 'GET') =>
  send(`${adminUrl}/metrics`, { method, headers: { authorization: `Bearer ${adminToken}` } });

async function read(gateway: TestGateway): Promise<ReadonlyMap<string, ReadFamily>> {
  return readExposition((await scrape(gateway)).text);
}

const countOf = (families: ReadonlyMap<string, ReadFamily>, name: string, gate: string): number | undefined =>
  families
    .get(name)
    ?.samples.find((sample) => sample.name === `${name}_count` && sample.labels['gate'] === gate)?.value;

describe('/metrics', () => {
  it('counts each request by gate, verdict and reason, and times what it went through', async () => {
    const gateway = await start(gates);
    const { publicUrl } = gateway;
    const signed = (path: string, body: string, headers = hmacHeaders(body)) =>
      send(publicUrl + path, { headers, body });
    for (const body of ['1', '2', '3']) expect((await signed('/one', body)).status).toBe(200);
    for (const body of ['4', '5']) expect((await signed('/kept', body)).status).toBe(200);
    const again = hmacHeaders('6');
    await signed('/kept', '6', again);
    await signed('/kept', '6', again);
    await signed('/one', '7', { ...hmacHeaders('7'), 'x-signature': '0'.repeat(64) });
    await signed('/one', '8', {});
    await signed('/one', 'x'.repeat(2_000));
    await send(`${publicUrl}/one`, { method: 'GET' });
    await signed('/failing', '9');
    await send(`${publicUrl}/open`);
    await send(`${publicUrl}/nowhere`);
    await send(`${publicUrl}/nowhere-else`);
    const families = await read(gateway);
    expect(valuesOf(families, 'countersign_requests_total')).toEqual({
      'one accepted ': 3,
      'one refused signature-mismatch': 1,
      'one refused missing-signature': 1,
      'one refused body-too-large': 1,
      'one refused method-not-allowed': 1,
      'kept accepted ': 3,
      'kept refused replayed': 1,
      'open accepted ': 0,
      'open unsigned ': 1,
      'failing accepted ': 0,
      'failing accepted upstream-failed': 1,
      ' refused ': 0,
      ' refused no-gate': 2,
    });
    const counts = (name: string) =>
      ['one', 'kept', 'open', 'failing'].map((gate) => countOf(families, name, gate));
    expect(counts('countersign_request_duration_seconds')).toEqual([7, 4, 1, 1]);
    // What is refused by its head is not judged.
    expect(counts('countersign_verify_duration_seconds')).toEqual([4, 4, 0, 1]);
    expect(counts('countersign_outcome_duration_seconds')).toEqual([3, 3, 1, 1]);
    expect(valuesOf(families, 'countersign_claims_held')).toEqual({ one: 3, kept: 3, open: 0, failing: 0 });
    expect(valuesOf(families, 'countersign_claims_limit')).toEqual({ '': 1_000_000 });
  });

  it('shows how the store, the process and its listeners fare', async () => {
    const gateway = await start(gates, { limits: { maxConnections: 77 } });
    await send(`${gateway.publicUrl}/kept`, { headers: hmacHeaders('1'), body: '1' });
    await openSocket(gateway.publicPort);
    const families = await read(gateway);
    const value = (name: string): number => valuesOf(families, name)[''] ?? Number.NaN;
    expect(value('countersign_store_up')).toBe(1);
    expect(value('countersign_store_queue_depth')).toBe(0);
    expect(value('countersign_store_queue_age_seconds')).toBe(0);
    expect(value('countersign_store_write_duration_seconds')).toBeGreaterThanOrEqual(1);
    expect(value('countersign_store_commit_duration_seconds')).toBeGreaterThanOrEqual(1);
    expect(value('countersign_store_size_bytes')).toBeGreaterThan(10_000);
    expect(value('countersign_store_log_bytes')).toBeGreaterThan(1_000);
    expect(value('countersign_store_free_bytes')).toBeGreaterThan(1_000_000);
    expect(valuesOf(families, 'countersign_connections_open')).toEqual({ public: 1, admin: 1 });
    expect(value('countersign_connections_limit')).toBe(77);
    expect(value('countersign_body_bytes_in_flight')).toBe(0);
    const nowSeconds = Date.now() / 1000;
    const started = value('process_start_time_seconds');
    expect(started).toBeLessThan(nowSeconds);
    expect(started).toBeGreaterThan(nowSeconds - process.uptime() - 5);
    expect(value('process_resident_memory_bytes')).toBeGreaterThan(20_000_000);
    expect(value('process_cpu_seconds_total')).toBeGreaterThan(0);
    expect(value('countersign_event_loop_busy_seconds_total')).toBeGreaterThan(0);
    expect(valuesOf(families, 'countersign_build_info')).toEqual({
      [`${pkg.version} ${process.version}`]: 1,
    });
    expect(value('countersign_deliveries_overdue')).toBe(0);
  });

  it('shows a request whose outcome is awaited, and what its body takes', async () => {
    const arrived = Promise.withResolvers<ServerResponse>();
    const { url } = await startUpstream((_, response) => arrived.resolve(response));
    const gateway = await start({ slow: { path: '/slow', provider: 'hmac', keys, forward: { to: url } } });
    const body = 'x'.repeat(20_000);
    const answered = send(`${gateway.publicUrl}/slow`, { headers: hmacHeaders(body), body });
    const response = await arrived.promise;
    const inFlight = await read(gateway);
    expect(valuesOf(inFlight, 'countersign_requests_in_flight')).toEqual({ '': 1 });
    expect(valuesOf(inFlight, 'countersign_body_bytes_in_flight')['']).toBeGreaterThanOrEqual(20_000);
    expect(countOf(inFlight, 'countersign_outcome_duration_seconds', 'slow')).toBe(0);
    response.end();
    await answered;
    const after = await read(gateway);
    expect(valuesOf(after, 'countersign_requests_in_flight')).toEqual({ '': 0 });
    expect(valuesOf(after, 'countersign_body_bytes_in_flight')).toEqual({ '': 0 });
    expect(countOf(after, 'countersign_outcome_duration_seconds', 'slow')).toBe(1);
  });

  it('counts the attempts to deliver, and says what waits and what was given up', async () => {
    const arrived = Promise.withResolvers<void>();
    const { url } = await startUpstream((request, response) => {
      response.statusCode = request.url === '/gone' ? 410 : 200;
      response.end();
      if (request.url === '/taken') arrived.resolve();
    });
    const gateway = await start({
      kept: {
        ...gates.kept,
        keep: {
          deliver: [
            { name: 'shop', to: `${url}/taken` },
            { name: 'crm', to: `${url}/gone` },
          ],
        },
      },
    });
    await send(`${gateway.publicUrl}/kept`, { headers: hmacHeaders('1'), body: '1' });
    await arrived.promise;
    const attempts = async () => valuesOf(await read(gateway), 'countersign_delivery_attempts_total');
    await expect.poll(attempts).toEqual({ 'shop delivered': 1, 'crm gone': 1 });
    const states = async () => valuesOf(await read(gateway), 'countersign_destination_state');
    await expect.poll(states).toMatchObject({ 'shop active': 1, 'crm active': 0, 'crm disabled': 1 });
    const leased = async () => valuesOf(await read(gateway), 'countersign_deliveries_leased');
    await expect.poll(leased).toEqual({ shop: 0, crm: 0 });
    const families = await read(gateway);
    expect(valuesOf(families, 'countersign_deliveries_overdue')).toEqual({ '': 0 });
    expect(Object.values(valuesOf(families, 'countersign_deliveries_dead'))).toHaveLength(2);
  });

  it('has deliveries whose destination the configuration does not have any more', async () => {
    const sharedStore = await openStore(':memory:');
    later(() => sharedStore.close());
    for (const n of [1, 2]) await sharedStore.events.keep(event(n), [], [{ destination: 'old' }]);
    for (const deliver of [[], [{ to: 'http://127.0.0.1:9/' }]]) {
      const gateway = await start({ kept: { ...gates.kept, keep: { deliver } } }, { sharedStore });
      const families = await read(gateway);
      expect(valuesOf(families, 'countersign_deliveries_waiting')).toMatchObject({ old: 2 });
      expect(valuesOf(families, 'countersign_deliveries_due_age_seconds')['old']).toBeGreaterThan(0);
      expect(valuesOf(families, 'countersign_deliveries_overdue')).toEqual({ '': 0 });
      expect(Object.keys(valuesOf(families, 'countersign_destination_state'))).not.toContain('old active');
    }
  });

  it('counts the refused requests that are left out', async () => {
    // Sixty at once are kept, then one a second.
    const nowMs = Date.now();
    const gateway = await start(
      { one: { ...gates.one, keepRefused: true }, kept: gates.kept },
      { store: ':memory:', now: () => nowMs },
    );
    for (let i = 0; i < 70; i++) await send(`${gateway.publicUrl}/one`, { body: 'forged' });
    expect(valuesOf(await read(gateway), 'countersign_refused_left_out_total')).toEqual({ one: 10 });
  });

  it('counts the writes that a full store turns away', async () => {
    const gateway = await start(gates, { sharedStore: await fullStore() });
    const answer = await send(`${gateway.publicUrl}/kept`, { headers: hmacHeaders('1'), body: '1' });
    expect(answer.status).toBe(503);
    const rejected = valuesOf(await read(gateway), 'countersign_store_writes_rejected_total');
    expect(rejected).toEqual({ 'queue-full': 1, failed: 0 });
  });

  it('holds nothing of what a stranger sends, however many different things that is', async () => {
    const gateway = await start(gates);
    const shape = (families: ReadonlyMap<string, ReadFamily>) =>
      [...families].flatMap(([name, { samples }]) =>
        samples.map(({ name: sampled, labels }) => `${name} ${sampled} ${JSON.stringify(labels)}`),
      );
    const stranger = async (word: string): Promise<void> => {
      const headers = {
        ...hmacHeaders(word),
        'x-nonce': word,
        'user-agent': word,
        authorization: word,
        [word]: word,
      };
      await send(`${gateway.publicUrl}/one?${word}`, { headers, body: word });
      await send(`${gateway.publicUrl}/${word}`, {
        headers: { host: `${word}.example` },
        method: 'PROPFIND',
      });
    };
    await stranger('stranger0');
    const before = shape(await read(gateway));
    for (let i = 1; i < 100; i++) await stranger(`stranger${i}`);
    const { text } = await scrape(gateway);
    expect(shape(readExposition(text))).toEqual(before);
    for (const secret of ['stranger', SECRET, gateway.adminToken, gateway.dir, '/one'])
      expect(text).not.toContain(secret);
  });

  it('wants the admin token, answers HEAD, and says what it sends', async () => {
    const gateway = await start(gates);
    const bare = await send(`${gateway.adminUrl}/metrics`, { method: 'GET' });
    expect(bare.status).toBe(401);
    expect(bare.text).not.toContain('countersign_requests_total');
    const head = await scrape(gateway, 'HEAD');
    expect([head.status, head.text]).toEqual([200, '']);
    const full = await scrape(gateway);
    expect(full.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(full.headers['cache-control']).toBe('no-store');
    const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
    const text: string = await client.call('metrics');
    expect([...readExposition(text).keys()]).toEqual([...readExposition(full.text).keys()]);
  });

  it('says that the store takes nothing where its file is gone', async () => {
    const gateway = await start(gates);
    for (const end of ['', '-wal', '-shm']) rmSync(`${gateway.dir}/test.db${end}`, { force: true });
    await send(`${gateway.publicUrl}/kept`, { headers: hmacHeaders('1'), body: '1' });
    const families = await read(gateway);
    expect(valuesOf(families, 'countersign_store_up')).toEqual({ '': 0 });
    expect(valuesOf(families, 'countersign_store_size_bytes')).toEqual({});
    expect(valuesOf(families, 'countersign_store_writes_rejected_total')).toMatchObject({ failed: 1 });
  });
});

describe('the room of a store', () => {
  it('is told of a store in memory too, as far as there is any; of a closed one nothing is', async () => {
    const memory = await openStore(':memory:');
    expect(await memory.figures.space()).toMatchObject({ logBytes: undefined, freeBytes: undefined });
    expect((await memory.figures.space()).bytes).toBeGreaterThan(10_000);
    await memory.close();
    expect((await memory.figures.space()).bytes).toBeUndefined();
  });

  it('that is taken and free again is reusable', async () => {
    const store = await openStore(join(temporaryDir(), 'a.db'));
    later(() => store.close());
    const put = (key: string, version: number, length: number) =>
      store.records.put({ space: 'a', key, version, bytes: new Uint8Array(length) });
    const keys = Array.from({ length: 40 }, (_, i) => `${i}`);
    const versions = await Promise.all(keys.map((key) => put(key, 0, 60_000)));
    const { reusableBytes: before = Number.NaN } = await store.figures.space();
    expect(before).toBeLessThan(200_000);
    await Promise.all(keys.map((key, i) => put(key, versions[i] ?? 0, 1)));
    const { reusableBytes = 0 } = await store.figures.space();
    expect(reusableBytes - before).toBeGreaterThan(1_900_000);
  });
});
