/** A feed on real connections: who gets what, and what is left of it. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { type FeedLimits, LiveFeed } from '../../src/admin/live-feed.ts';
import { StreamReply, sendStream } from '../../src/admin/stream-reply.ts';
import { later } from '../harness.ts';
import { itemsIn, lastIdIn, listenTo } from './listening.ts';

interface Item {
  readonly n: number;
  readonly text?: string;
}

const LIMITS: FeedLimits = { remembered: 4, maxListeners: 2, keepMs: 60_000, heartbeatMs: 60_000 };

async function started(limits: Partial<FeedLimits> = {}, isWanted?: (item: Item) => boolean) {
  const sources: ((item: Item) => void)[] = [];
  const losers: ((count?: number) => void)[] = [];
  const stopped = vi.fn();
  const feed = new LiveFeed<Item>({
    source: (push, lose) => {
      sources.push(push);
      losers.push(lose);
      return stopped;
    },
    limits: { ...LIMITS, ...limits },
  });
  const responses: ServerResponse[] = [];
  const server = createServer((request, response) => {
    responses.push(response);
    const reply = new StreamReply(feed, isWanted);
    if (reply.problem) response.writeHead(503).end(reply.problem.code);
    else sendStream(request, response, reply);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  later(() => {
    server.closeAllConnections();
    server.close();
    feed.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const join = (lastEventId?: string) =>
    listenTo(url, lastEventId === undefined ? {} : { 'last-event-id': lastEventId });
  const push = (...numbers: readonly number[]): void => {
    for (const n of numbers) sources.at(-1)?.({ n });
  };
  const lose = (count?: number): void => losers.at(-1)?.(count);
  return { feed, server, sources, stopped, responses, join, push, lose, url };
}

/** The opening of a stream. */
const OPEN = /^retry: 1000\nid: [0-9a-f]{8}-\d+\n\n/;
const item = (n: number): RegExp => new RegExp(`"n":${n}[,}]`);
const numbersIn = (text: string): readonly number[] => (itemsIn(text) as readonly Item[]).map(({ n }) => n);

describe('a feed', () => {
  it('asks nothing of its source until somebody listens', async () => {
    const { sources, join } = await started();
    expect(sources).toHaveLength(0);
    await (await join()).until(OPEN);
    await (await join()).until(OPEN);
    expect(sources).toHaveLength(1);
  });

  it('gives each listener what comes from then on', async () => {
    const { join, push } = await started();
    const first = await join();
    await first.until(OPEN);
    push(1, 2);
    await first.until(item(2));
    const second = await join();
    await second.until(OPEN);
    push(3);
    expect(numbersIn(await first.until(item(3)))).toEqual([1, 2, 3]);
    expect(numbersIn(await second.until(item(3)))).toEqual([3]);
    expect(first.answer.headers).toMatchObject({ 'content-type': 'text/event-stream', connection: 'close' });
  });

  it('gives who comes back what it missed, also where it had nothing yet, and nothing twice', async () => {
    const { join, push } = await started();
    const first = await join();
    const early = lastIdIn(await first.until(OPEN));
    push(1, 2);
    const late = lastIdIn(await first.until(item(2)));
    first.leave();
    push(3);
    expect(numbersIn(await (await join(late)).until(item(3)))).toEqual([3]);
    const all = await (await join(early)).until(item(3));
    expect(numbersIn(all)).toEqual([1, 2, 3]);
    expect(all).not.toContain('lost');
  });

  it.each([
    [3, '{"count":3}'],
    [undefined, '{}'],
  ])('says where its source has left out %s, also to who comes back', async (count, data) => {
    const { join, push, lose } = await started();
    const first = await join();
    push(1);
    const id = lastIdIn(await first.until(item(1)));
    lose(count);
    push(2);
    for (const listener of [first, await join(id)])
      expect(await listener.until(item(2))).toMatch(
        new RegExp(`\n\nevent: lost\ndata: ${data}\n\nid: \\S+\ndata: \\{"n":2\\}`),
      );
  });

  it('says to who chooses, and to who comes back later than it remembers, that its source has left out some', async () => {
    const choosing = await started({}, ({ n }) => n > 1);
    const chooser = await choosing.join();
    await chooser.until(OPEN);
    choosing.lose(3);
    choosing.push(2);
    expect(await chooser.until(item(2))).toContain('event: lost\ndata: {}\n\n');
    const { join, push, lose } = await started();
    const first = await join();
    push(1);
    const id = lastIdIn(await first.until(item(1)));
    lose(3);
    push(2, 3, 4, 5);
    expect(await (await join(id)).until(item(5))).toContain('event: lost\ndata: {}\n\n');
  });

  it('tells who comes back too late how many it has lost', async () => {
    const { join, push } = await started();
    const first = await join();
    push(1);
    const id = lastIdIn(await first.until(item(1)));
    push(2, 3, 4, 5, 6, 7);
    const text = await (await join(id)).until(item(7));
    expect(text).toContain('event: lost\ndata: {"count":2}\n\n');
    expect(numbersIn(text)).toEqual([4, 5, 6, 7]);
  });

  it.each([
    ['a number', '0'],
    ['a dash', '-'],
    ['another start’s', '00000000-1'],
    ['a long one', 'x'.repeat(5000)],
    ['a large one', '9'.repeat(20)],
  ])(
    'gives who comes with an id that is none of its own all that is remembered, and says that more was lost: %s',
    async (_, id) => {
      const { join, push } = await started();
      await (await join()).until(OPEN);
      push(1, 2);
      const text = await (await join(id)).until(item(2));
      expect(text).toContain('event: lost\ndata: {}\n\n');
      expect(numbersIn(text)).toEqual([1, 2]);
    },
  );

  it('an id of the future is none of its own', async () => {
    const { join, push } = await started();
    const first = await join();
    const era = lastIdIn(await first.until(OPEN)).split('-')[0];
    push(1);
    expect(await (await join(`${era}-7`)).until(item(1))).toContain('event: lost\ndata: {}\n\n');
  });

  it('has a listener who chooses pass over the rest, and keeps its place meanwhile', async () => {
    const { join, push } = await started({ heartbeatMs: 20 }, ({ n }) => n % 2 === 0);
    const first = await join();
    push(1, 2, 3, 4, 5);
    const text = await first.until(/^:\nid: [0-9a-f]{8}-5\n\n/m);
    expect(numbersIn(text)).toEqual([2, 4]);
    first.leave();
    push(6);
    expect(numbersIn(await (await join(lastIdIn(text))).until(item(6)))).toEqual([6]);
  });

  it('sends a heartbeat to a listener for whom there is no verdict', async () => {
    const { join } = await started({ heartbeatMs: 5 });
    expect(await (await join()).until(/(:\nid: [0-9a-f]{8}-0\n\n){2}/)).not.toContain('data');
  });

  it('refuses one listener too many, and takes another when one has left', async () => {
    const { join, responses } = await started();
    const first = await join();
    await first.until(OPEN);
    await (await join()).until(OPEN);
    const refused = await join();
    expect(refused.answer.statusCode).toBe(503);
    expect(await refused.until(/./)).toBe('too-many-listeners');
    const gone = once(responses[0] as ServerResponse, 'close');
    first.leave();
    await gone;
    expect((await join()).answer.statusCode).toBe(200);
  });

  it('forgets when everybody has left, and lets go of its source', async () => {
    const { join, push, sources, stopped } = await started({ keepMs: 5 });
    const first = await join();
    push(1);
    const id = lastIdIn(await first.until(item(1)));
    first.leave();
    await expect.poll(() => stopped.mock.calls.length).toBe(1);
    const again = await join(id);
    expect(await again.until(/event: lost\ndata: \{\}\n\n/)).not.toContain(id);
    expect(sources).toHaveLength(2);
    push(2);
    expect(numbersIn(await again.until(item(2)))).toEqual([2]);
  });

  it('keeps its place for who comes back in time', async () => {
    const { join, stopped, push } = await started({ keepMs: 10_000 });
    const first = await join();
    push(1);
    const id = lastIdIn(await first.until(item(1)));
    first.leave();
    push(2);
    expect(numbersIn(await (await join(id)).until(item(2)))).toEqual([2]);
    expect(stopped).not.toHaveBeenCalled();
  });

  it('ends its streams when it is closed, with what they have not had, and takes nobody any more', async () => {
    const { feed, join, push, stopped } = await started();
    const first = await join();
    await first.until(OPEN);
    push(1);
    const ended = once(first.answer, 'end');
    feed.close();
    expect(numbersIn(await first.until(item(1)))).toEqual([1]);
    await ended;
    expect(stopped).toHaveBeenCalledOnce();
    expect(await (await join()).until(/./)).toBe('draining');
  });
});

describe('who reads slowly', () => {
  const BIG = 'x'.repeat(300_000);

  it('holds no memory, waits for nobody, loses what is forgotten, and is told how many', async () => {
    const { join, sources, responses } = await started({ remembered: 8 });
    const fast = await join();
    let last = '';
    fast.answer.on('data', (piece) => {
      last = last.slice(-20) + piece;
    });
    const slow = await join();
    await slow.until(OPEN);
    slow.answer.pause();
    const total = 120;
    for (let n = 1; n <= total; n++) {
      sources[0]?.({ text: BIG, n });
      // Whoever reads gets each one.
      while (!item(n).test(last)) await once(fast.answer, 'data');
      expect(responses[1]?.writableLength).toBeLessThan(3 * BIG.length);
    }
    slow.answer.resume();
    const text = await slow.until(item(total));
    const numbers = numbersIn(text);
    const lost = [...text.matchAll(/^event: lost\ndata: \{"count":(\d+)\}$/gm)].map(([, count]) =>
      Number(count),
    );
    expect(lost.length).toBeGreaterThan(0);
    expect(numbers.length + lost.reduce((sum, count) => sum + count, 0)).toBe(total);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    expect(numbers.slice(-8)).toEqual([113, 114, 115, 116, 117, 118, 119, 120]);
  });

  it('is let go when it takes nothing at all', async () => {
    const { join, sources, responses } = await started({ heartbeatMs: 10 });
    const slow = await join();
    await slow.until(OPEN);
    slow.answer.pause();
    const [response] = responses as [ServerResponse];
    const gone = once(response, 'close');
    while (!response.writableNeedDrain) {
      sources[0]?.({ n: 1, text: BIG });
      await new Promise((resolve) => setImmediate(resolve));
    }
    await gone;
    expect((await join()).answer.statusCode).toBe(200);
  });
});
