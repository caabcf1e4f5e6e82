/** Events and refused requests by the admin API, found by what they are and what they hold. */
import { createAdminClient, type EventPage, type EventQuery, type RefusedQuery } from '@countersign/api';
import type { Evidence } from '@countersign/core';
import { describe, expect, it, vi } from 'vitest';
import type { KeptVerdict } from '../../src/stores/event-store.ts';
import { event } from '../../src/testing/kept-events.ts';
import { hmacHeaders, SECRET, send, start } from '../harness.ts';
import { type DayBench, startDay } from './day-bench.ts';

const idsOf = (events: readonly { readonly id: string }[]): readonly string[] => events.map(({ id }) => id);
const ids = (...numbers: readonly number[]): readonly string[] => numbers.map((n) => event(n).id);
const json = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

type Query = EventQuery;

/** All pages, in their order. */
async function find({ client }: DayBench, query: Query): Promise<readonly string[]> {
  const found: string[] = [];
  for (let before: string | undefined; ; ) {
    const page: EventPage = await client.call('events', { ...query, before });
    found.push(...idsOf(page.events));
    before = page.next;
    if (before === undefined) return found;
  }
}

const EVIDENCE: Evidence = {
  provider: 'hmac',
  bodyBytes: 0,
  signatures: 0,
  comparisons: 0,
  readingsTried: 0,
  nowMs: 0,
};

const REFUSED: KeptVerdict = {
  isMonitored: true,
  refused: { reason: 'signature-mismatch', step: 'compare', message: 'no key fits' },
  evidence: EVIDENCE,
};

describe('events are found', () => {
  it('by verdict and reason', async () => {
    const day = await startDay();
    await day.keep(1, { verdict: { evidence: EVIDENCE } });
    await day.keep(2, { verdict: REFUSED });
    await day.keep(3, { keyId: '' });
    await day.keep(4, { verdict: { reading: '"refused":{}', evidence: EVIDENCE } });
    expect(await find(day, { verdict: 'accepted' })).toEqual(ids(4, 1));
    expect(await find(day, { verdict: 'refused' })).toEqual(ids(2));
    expect(await find(day, { verdict: 'unsigned' })).toEqual(ids(3));
    expect(await find(day, { reason: 'signature-mismatch' })).toEqual(ids(2));
    expect(await find(day, { reason: 'expired' })).toEqual([]);
  });

  it('by the tenant whose key proved them', async () => {
    const day = await startDay();
    await day.keep(1, { tenant: 'acme' });
    await day.keep(2, { tenant: 'globex' });
    await day.keep(3);
    expect(await find(day, { tenant: 'acme' })).toEqual(ids(1));
    expect(await find(day, { tenant: 'initech' })).toEqual([]);
  });

  it('by id and by how an id begins', async () => {
    const day = await startDay();
    for (const n of [1, 2, 0x12, 0x1f]) await day.keep(n);
    await day.keep(5, { id: 'evt_%' });
    expect(await find(day, { id: ids(2)[0] })).toEqual(ids(2));
    expect(await find(day, { id: ids(0x10)[0]?.slice(0, -1), limit: 1 })).toEqual(ids(0x1f, 0x12));
    expect(await find(day, { id: 'evt_' })).toEqual(['evt_%']);
    expect(await find(day, { id: '%' })).toEqual([]);
  });

  it('by time of receipt, in its order, also where the clock was set back; with ties over pages', async () => {
    const day = await startDay();
    const at = Date.parse('2026-11-27T09:00:00Z');
    const minutes = [0, 10, 5, 5, 5, 20];
    for (const [n, minute] of minutes.entries()) await day.keep(n + 1, { receivedMs: at + minute * 60_000 });
    const since = '2026-11-27T09:05:00Z';
    expect(await find(day, { since, limit: 1 })).toEqual(ids(6, 2, 5, 4, 3));
    expect(await find(day, { since, until: '2026-11-27T09:10:00.001Z', limit: 2 })).toEqual(ids(2, 5, 4, 3));
    expect(await find(day, { until: since })).toEqual(ids(1));
  });

  it('by a member of JSON, plain, escaped, in lists, numbers; and by a header with or without its value', async () => {
    const day = await startDay();
    await day.keep(1, { body: json({ data: { object: { id: 'ch_1' } } }) });
    await day.keep(2, { body: Buffer.from('{"data":{"object":{"id":"ch\\u005f1"}}}') });
    await day.keep(3, { body: json({ data: [{ id: 7 }, { id: 'ch_1' }] }) });
    await day.keep(4, { body: json({ other: 'ch_1', long: 'x'.repeat(20_000) }) });
    await day.keep(5, { body: json({ data: { object: { id: 'ch_1' } }, long: 'x'.repeat(20_000) }) });
    await day.keep(6, { body: Buffer.from('ch_1 {'), headers: ['X-Topic', 'a%b', 'x_topic', '1'] });
    expect(await find(day, { member: 'data.object.id', value: 'ch_1' })).toEqual(ids(5, 2, 1));
    expect(await find(day, { member: 'data.*.id', value: 'ch_1', limit: 1 })).toEqual(ids(5, 3, 2, 1));
    expect(await find(day, { member: 'data.*.id', value: '7' })).toEqual(ids(3));
    expect(await find(day, { header: 'x-topic' })).toEqual(ids(6));
    expect(await find(day, { header: 'X-TOPIC', headerValue: 'a%b' })).toEqual(ids(6));
    expect(await find(day, { header: 'x-topic', headerValue: 'a' })).toEqual([]);
    expect(await find(day, { header: 'x-n', headerValue: '3' })).toEqual(ids(3));
  });

  it('by several at once, and by type at any depth', async () => {
    const day = await startDay();
    await day.keep(1, { type: 'rare' });
    await Promise.all(Array.from({ length: 2_100 }, (_, i) => day.keep(i + 2, { type: 'often' })));
    const page = await day.client.call('events', { type: 'rare' });
    expect([idsOf(page.events), page.next]).toEqual([ids(1), undefined]);
    expect(await find(day, { header: 'x-n', headerValue: '1', gate: 'inbox', type: 'rare' })).toEqual(ids(1));
    expect(await find(day, { header: 'x-n', headerValue: '2' })).toEqual(ids(2));
  });

  it('never by what is withheld; what is asked for by halves is refused', async () => {
    const { keep, client, refusal } = await startDay();
    await keep(1, {
      headers: ['Authorization', ''],
      withheld: { names: ['authorization'], sealed: Buffer.from('Bearer secret') },
    });
    const found = await client.call('events', { header: 'authorization' });
    expect(idsOf(found.events)).toEqual(ids(1));
    const byValue = await client.call('events', { header: 'authorization', headerValue: 'Bearer secret' });
    expect(byValue.events).toEqual([]);
    for (const query of [{ member: 'a' }, { value: 'a' }, { headerValue: 'a' }, { words: '- "' }])
      expect((await refusal(client.call('events', query)))[0], JSON.stringify(query)).toBe('invalid-input');
    expect(await refusal(client.call('events', { words: 'a' }))).toEqual([
      'full-text-off',
      'no gate has a full-text index: write fullText: true below the gate’s keep, and what it has kept is indexed as well',
    ]);
    expect(await refusal(client.call('events', { words: 'a', gate: 'nobody' }))).toMatchObject([
      'no-such-gate',
      expect.any(String),
    ]);
  });

  it('not by what is masked', async () => {
    const gateway = await start({
      inbox: {
        path: '/inbox',
        provider: 'none',
        keep: { mask: { headers: ['x-user'], members: ['email'] } },
      },
    });
    const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
    await send(`${gateway.publicUrl}/inbox`, {
      body: '{"email":"ada@example.org","n":"1"}',
      headers: { 'X-User': 'ada' },
    });
    const count = async (query: Query) => (await client.call('events', query)).events.length;
    expect(await count({ member: 'email', value: 'ada@example.org' })).toBe(0);
    expect(await count({ header: 'x-user', headerValue: 'ada' })).toBe(0);
    expect(await count({ member: 'n', value: '1' })).toBe(1);
    expect(await count({ header: 'x-user' })).toBe(1);
    // What the store looks into would show in how many it looks at, and how long that takes.
    const asked = vi.spyOn(gateway.store.events, 'search');
    for (const value of ['ada@example.org', 'bob@example.org']) await count({ member: 'email', value });
    for (const headerValue of ['ada', 'bob']) await count({ header: 'x-user', headerValue });
    const steps = await Promise.all(asked.mock.results.map(({ value }) => value));
    expect(steps.map(({ events }) => events.length)).toEqual([1, 1, 1, 1]);
  });
});

describe('refused requests are found', () => {
  it('by reason, id, time, text, member and header, but a credential not by its value', async () => {
    const gateway = await start({
      hook: {
        path: '/hook',
        provider: 'hmac',
        keys: [{ secret: SECRET }],
        respond: { status: 204 },
        keepRefused: true,
      },
    });
    const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
    const idOf = async (body: string, headers: Record<string, string>, query = ''): Promise<string> => {
      const answer = await send(`${gateway.publicUrl}/hook${query}`, { body, headers });
      return String(answer.headers['x-request-id']);
    };
    const forged = await idOf('{"order":{"id":"o-1"}}', hmacHeaders('another'), '?shop=Zurich');
    const bare = await idOf('{"order":{"id":"o-2"}}', { 'X-Shop': 'b', Authorization: 'Bearer secret' });
    const found = async (query: RefusedQuery) => idsOf((await client.call('refused', query)).refused);
    const all = await client.call('refused', {});
    const reasonOf = (id: string) => all.refused.find((each) => each.id === id)?.reason ?? '';
    expect(reasonOf(forged)).not.toBe(reasonOf(bare));
    expect(await found({ reason: reasonOf(forged) })).toEqual([forged]);
    expect(await found({ id: bare })).toEqual([bare]);
    expect(await found({ id: bare.slice(0, 8) })).toEqual([bare, forged]);
    expect(await found({ text: 'shop=zurich' })).toEqual([forged]);
    expect(await found({ member: 'order.id', value: 'o-2' })).toEqual([bare]);
    expect(await found({ header: 'x-shop', headerValue: 'b' })).toEqual([bare]);
    expect(await found({ header: 'authorization' })).toEqual([bare]);
    expect(await found({ header: 'authorization', headerValue: 'Bearer secret' })).toEqual([]);
    expect(await found({ since: '2000-01-01T00:00:00Z' })).toEqual([bare, forged]);
    expect(await found({ until: '2000-01-01T00:00:00Z' })).toEqual([]);
    const first = await client.call('refused', { text: 'post', limit: 1 });
    expect([idsOf(first.refused), first.searchedUntil]).toEqual([[bare], undefined]);
    expect(await found({ text: 'post', limit: 1, before: first.next })).toEqual([forged]);
    await expect(client.call('refused', { text: 'post', gate: 'nobody' })).rejects.toMatchObject({
      code: 'no-such-gate',
    });
  });
});
