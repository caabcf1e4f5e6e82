/** What happens at a worker, on its way to another: gathered, bounded, and only while somebody follows it. */
import type { LiveView } from '@countersign/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LiveExchange } from '../../src/workers/live-exchange.ts';
import { LiveRelay } from '../../src/workers/live-relay.ts';
import type { LiveBatch, ToWorker } from '../../src/workers/messages.ts';

const view = (n: number): LiveView => ({
  time: new Date(n).toISOString(),
  gate: 'gate',
  issue: { id: `${n}`, change: 'opened', reason: 'no-valid-key', state: 'open', count: n },
});

describe('a relay', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function opened() {
    const batches: LiveBatch[] = [];
    const relay = new LiveRelay((batch) => batches.push(batch));
    let push: ((view: LiveView) => void) | undefined;
    relay.share((next) => {
      push = next;
      return () => {
        push = undefined;
      };
    });
    const happen = (count: number): void => {
      for (let n = 1; n <= count; n++) push?.(view(n));
    };
    return { relay, batches, happen, isAsked: () => push !== undefined };
  }

  it('asks nothing of the gateway until somebody follows it, and nothing after the last has left', () => {
    const { relay, isAsked } = opened();
    expect(isAsked()).toBe(false);
    relay.follow(true);
    expect(isAsked()).toBe(true);
    relay.follow(false);
    expect(isAsked()).toBe(false);
  });

  it('sends what comes together at once, and the next when that was taken', () => {
    const { relay, batches, happen } = opened();
    relay.follow(true);
    happen(3);
    vi.runAllTimers();
    happen(2);
    vi.runAllTimers();
    expect(batches.map(({ views }) => views.length)).toEqual([3]);
    relay.taken();
    expect(batches.map(({ views }) => views.length)).toEqual([3, 2]);
  });

  it('keeps a bounded number for one that takes nothing, and says how many it has left out', () => {
    const { relay, batches, happen } = opened();
    relay.follow(true);
    happen(1);
    vi.runAllTimers();
    happen(100_000);
    for (let i = 0; i < 10; i++) relay.taken();
    const sent = batches.slice(1).flatMap(({ views }) => views);
    expect(sent.length).toBeLessThanOrEqual(1024);
    expect(batches.map(({ views }) => views.length).every((length) => length <= 256)).toBe(true);
    expect(batches[1]?.lost).toBe(100_000 - sent.length);
    expect(sent.at(-1)).toEqual(view(100_000));
  });

  it('sends all that it has when its worker ends', () => {
    const { relay, batches, happen } = opened();
    relay.follow(true);
    happen(600);
    relay.end();
    expect(batches.flatMap(({ views }) => views)).toHaveLength(600);
  });

  it('begins anew for who follows it after a batch that nobody took', () => {
    const { relay, batches, happen } = opened();
    relay.follow(true);
    happen(1);
    vi.runAllTimers();
    relay.follow(false);
    relay.follow(true);
    happen(2);
    vi.runAllTimers();
    expect(batches.map(({ views }) => views.length)).toEqual([1, 2]);
  });
});

describe('the first process', () => {
  const [first, second, third] = [{ id: 1 }, { id: 2 }, { id: 3 }];
  const batch: LiveBatch = { views: [view(1)], lost: 0 };

  function opened() {
    const told: string[] = [];
    const exchange = new LiveExchange<{ readonly id: number }>(({ id }, message) =>
      told.push(`${id}: ${wordsOf(message)}`),
    );
    for (const worker of [first, second]) exchange.join(worker);
    return { exchange, toldSince: () => told.splice(0) };
  }

  it('tells workers whether they are followed: those there, and those that come', () => {
    const { exchange, toldSince } = opened();
    expect(toldSince()).toEqual([]);
    exchange.follow(first, true);
    exchange.join(third);
    expect(toldSince()).toEqual(['2: followed true', '3: followed true']);
    exchange.follow(first, false);
    expect(toldSince()).toEqual(['2: followed false', '3: followed false']);
  });

  it('passes batches on to who follows, and has the next sent when all have taken it', () => {
    const { exchange, toldSince } = opened();
    exchange.join(third);
    exchange.follow(first, true);
    exchange.follow(third, true);
    toldSince();
    exchange.pass(second, batch);
    expect(toldSince()).toEqual(['1: 1 of 2, lost 0', '3: 1 of 2, lost 0']);
    exchange.take(first, second.id);
    expect(toldSince()).toEqual([]);
    exchange.take(third, second.id);
    expect(toldSince()).toEqual(['2: taken']);
  });

  it('waits for no follower that has gone', () => {
    const { exchange, toldSince } = opened();
    exchange.follow(first, true);
    exchange.pass(second, batch);
    toldSince();
    exchange.leave(first, true);
    expect(toldSince()).toEqual(['2: taken', '2: followed false']);
    exchange.pass(second, batch);
    expect(toldSince()).toEqual(['2: taken']);
  });

  it.each([
    ['says that something is lost where a worker is killed', true, ['1: 0 of 2, lost some']],
    ['says nothing of a worker that has ended in order', false, []],
  ])('%s', (_, isKilled, words) => {
    const { exchange, toldSince } = opened();
    exchange.follow(first, true);
    toldSince();
    exchange.leave(second, isKilled);
    expect(toldSince()).toEqual(words);
  });
});

function wordsOf(message: ToWorker): string {
  if (message.kind === 'followed') return `followed ${message.isFollowed}`;
  if (message.kind === 'happened')
    return `${message.batch.views.length} of ${message.from}, lost ${message.batch.lost}`;
  return message.kind;
}
