/** Events by the admin API: lists, search, following, export. */
import type { ExportPage, SearchPage } from '@countersign/api';
import { describe, expect, it } from 'vitest';
import { event } from '../../src/testing/kept-events.ts';
import { send } from '../harness.ts';
import { startDay } from './day-bench.ts';

const idsOf = (events: readonly { readonly id: string }[]): readonly string[] => events.map(({ id }) => id);
const ids = (...numbers: readonly number[]): readonly string[] => numbers.map((n) => event(n).id);

describe('the list of events', () => {
  it('is of one type, of what matched nothing, and pages without a gap while more are kept', async () => {
    const { client, keep } = await startDay();
    for (let n = 1; n <= 9; n++) await keep(n, { type: n % 2 === 0 ? 'even' : 'odd' });
    await keep(10, { type: 'odd' }, []);
    await keep(11, {}, [{ destination: 'a' }]);
    const unmatched = await client.call('events', { unmatched: true });
    expect([idsOf(unmatched.events), unmatched.events[0]?.destinations]).toEqual([ids(10), 0]);
    const paged: string[] = [];
    for (let before: string | undefined, n = 100; ; n++) {
      const page = await client.call('events', { type: 'odd', limit: 2, before });
      paged.push(...idsOf(page.events));
      await keep(n, { type: 'odd' });
      before = page.next;
      if (before === undefined) break;
    }
    expect(paged).toEqual(ids(10, 9, 7, 5, 3, 1));
  });

  it('goes on before an event that is dropped meanwhile, and before no text that is no id', async () => {
    const { client, keep } = await startDay();
    for (const n of [1, 3]) await keep(n);
    const [, two] = [1, 2].map((n) => event(n).id);
    for (const route of ['events', 'searchEvents'] as const) {
      const ask = (before: string) => client.call(route, { text: '{', before });
      expect(idsOf((await ask(two ?? '')).events)).toEqual(ids(1));
      for (const before of ['NONSENSE', '0', `${two}x`, (two ?? '').replace('-7', '-4')])
        await expect(ask(before), before).rejects.toMatchObject({ code: 'no-such-event' });
    }
  });

  it('goes on before an imported event, whose id has a form of its own', async () => {
    const { client, keep } = await startDay();
    await keep(1);
    await keep(2, { id: 'evt_2' });
    expect(idsOf((await client.call('events', { before: 'evt_2' })).events)).toEqual(ids(1));
  });
});

describe('a follower', () => {
  it('gets each event once, in the order in which it was kept, whatever its id and time', async () => {
    const { client, keep } = await startDay();
    for (const n of [5, 3, 9]) await keep(n);
    const first = await client.call('followEvents', { place: 0, limit: 2 });
    expect([idsOf(first.events), first.hasMore]).toEqual([ids(5, 3), true]);
    await keep(1);
    const second = await client.call('followEvents', { place: first.cursor });
    expect([idsOf(second.events), second.hasMore]).toEqual([ids(9, 1), false]);
    const none = await client.call('followEvents', { place: second.cursor });
    const last = event(1).id;
    expect(none).toEqual({
      events: [],
      cursor: second.cursor,
      cursorId: last,
      placeId: last,
      hasMore: false,
    });
  });

  it('of one type goes on behind what it has looked at', async () => {
    const { client, keep } = await startDay();
    for (let n = 1; n <= 5; n++) await keep(n, n === 2 || n === 4 ? { type: 'push' } : {});
    const first = await client.call('followEvents', { place: 0, type: 'push', limit: 1 });
    expect([idsOf(first.events), first.hasMore]).toEqual([ids(2), true]);
    const second = await client.call('followEvents', { place: first.cursor, type: 'push' });
    expect([idsOf(second.events), second.cursor, second.hasMore]).toEqual([ids(4), 5, false]);
  });
});

describe('a cursor', () => {
  it('comes with the id of its event, of the place that was asked for and of the next', async () => {
    const { client, keep } = await startDay();
    for (const n of [1, 2, 3]) await keep(n, { type: n === 2 ? 'push' : 'pull' });
    const first = await client.call('followEvents', { place: 0, type: 'push' });
    expect([first.placeId, first.cursor, first.cursorId]).toEqual([undefined, 3, event(3).id]);
    const second = await client.call('followEvents', { place: 1, limit: 1 });
    expect([second.placeId, second.cursor, second.cursorId]).toEqual([event(1).id, 2, event(2).id]);
  });

  it.each(['followEvents', 'exportEvents'] as const)(
    'beyond the last event is refused: %s',
    async (route) => {
      const { client, keep } = await startDay();
      await keep(1);
      await client.call(route, { place: 1 });
      await expect(client.call(route, { place: 2 })).rejects.toMatchObject({
        status: 409,
        code: 'place-not-reached',
        message: expect.stringContaining(
          'no event has reached this place: it was read of another store, or before this one was put back from a copy',
        ),
      });
    },
  );
});

describe('search', () => {
  it('finds a text in bodies, URLs and headers, byte for byte, and says where', async () => {
    const { client, keep } = await startDay();
    await keep(1, { body: Buffer.from('{"name":"Zoë"}') });
    await keep(2, { url: '/inbox?of=Zoë' });
    // A header's bytes stand as letters.
    await keep(3, { headers: ['x-of', Buffer.from('Zoë').toString('latin1')] });
    await keep(4, { body: Buffer.from('{"name":"zoë"}') });
    await keep(5, { headers: ['authorization', ''], withheld: { names: ['authorization'] } });
    const { events, searched, next } = await client.call('searchEvents', { text: 'Zoë' });
    expect(
      events.map(({ id, matches, header }) => [id, matches, ...(header === undefined ? [] : [header])]),
    ).toEqual([
      [event(3).id, 'header', 'x-of'],
      [event(2).id, 'url'],
      [event(1).id, 'body'],
    ]);
    expect([searched, next]).toEqual([5, undefined]);
    expect((await client.call('searchEvents', { text: 'Zoë', gate: 'inbox', limit: 1 })).next).toBe(
      event(3).id,
    );
  });

  it('goes on where it stopped, and lets other requests go meanwhile', async () => {
    const { client, gateway, keep } = await startDay();
    const body = Buffer.alloc(200_000, 'a');
    await Promise.all(Array.from({ length: 300 }, (_, i) => keep(i + 1, { body })));
    const ended: string[] = [];
    const search = async () => {
      let [searched, before]: [number, string | undefined] = [0, undefined];
      do {
        const page: SearchPage = await client.call('searchEvents', { text: 'aab', before });
        searched += page.searched;
        before = page.next;
      } while (before !== undefined);
      ended.push('search');
      return searched;
    };
    const other = async () => {
      expect((await send(`${gateway.publicUrl}/inbox`)).status).toBe(200);
      ended.push('other');
    };
    expect((await Promise.all([search(), other()]))[0]).toBe(300);
    expect(ended).toEqual(['other', 'search']);
  });
});

describe('the export', () => {
  it('has every delivery of an event, however many there are', async () => {
    const { client, keep } = await startDay();
    const destinations = Array.from({ length: 101 }, (_, at) => `d${at}`);
    await keep(
      1,
      {},
      destinations.map((destination) => ({ destination })),
    );
    const { events } = await client.call('exportEvents', { place: 0 });
    expect(events[0]?.deliveries.map(({ destination }) => destination)).toEqual(destinations);
  });

  it('has all bytes, the hash of the body and the deliveries, page by page', async () => {
    const { client, keep, attempt } = await startDay();
    const odd = Uint8Array.of(0, 255, 10, 13);
    await keep(1, { body: odd, headers: ['X-A', '\u00ff', 'x-a', ''], type: 'push' }, [
      { destination: 'a' },
      { destination: 'b', isMuted: true },
    ]);
    await attempt('a', { code: 'status' });
    await keep(2, { withheld: { names: ['cookie'], sealed: Uint8Array.of(1) }, headers: ['Cookie', ''] });
    for (let n = 3; n <= 5; n++) await keep(n, { body: Buffer.alloc(700_000) });
    const first = await client.call('exportEvents', { place: 0 });
    expect(idsOf(first.events)).toEqual(ids(1, 2, 3));
    expect(first.events[0]).toEqual({
      id: event(1).id,
      gate: 'inbox',
      receivedAtMs: event(1).receivedMs,
      method: 'POST',
      url: '/hook?n=1',
      headers: [
        ['X-A', '\u00ff'],
        ['x-a', ''],
      ],
      bodyBase64: 'AP8KDQ==',
      bodySha256: 'f474676c75e488e84e18f37502e7fc3e7b8850471fae5251290ff6cc4c8843bc',
      provider: 'hmac',
      keyId: 'main',
      type: 'push',
      deliveries: [
        { destination: 'a', state: 'dead', attempts: 1 },
        { destination: 'b', state: 'muted', attempts: 0 },
      ],
    });
    expect(first.events[1]).toMatchObject({ withheld: ['cookie'], sealedBase64: 'AQ==' });
    const rest: string[] = [];
    for (let { cursor, hasMore }: Pick<ExportPage, 'cursor' | 'hasMore'> = first; hasMore; ) {
      const page: ExportPage = await client.call('exportEvents', { place: cursor });
      rest.push(...idsOf(page.events));
      ({ cursor, hasMore } = page);
    }
    expect(rest).toEqual(ids(4, 5));
  });
});

it('an event shows its place, its verdict and nothing of what is withheld', async () => {
  const { client, keep } = await startDay();
  const evidence = {
    provider: 'hmac',
    bodyBytes: 7,
    signatures: 1,
    comparisons: 1,
    readingsTried: 1,
    nowMs: 5,
  };
  const id = await keep(1, {
    headers: ['Authorization', '', 'x-a', 'a'],
    withheld: { names: ['authorization'], sealed: Uint8Array.of(1, 2) },
    verdict: { reading: 'body', timestampMs: 0, evidence },
  });
  const shown = await client.call('event', { id });
  expect(shown).toMatchObject({
    place: 1,
    verdict: { reading: 'body', timestamp: '1970-01-01T00:00:00.000Z', evidence },
    headers: [
      { name: 'Authorization', value: '', withheld: 'sealed' },
      { name: 'x-a', value: 'a' },
    ],
    deliveries: [],
  });
});
