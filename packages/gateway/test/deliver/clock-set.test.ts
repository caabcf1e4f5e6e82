/** The clock is set while deliveries are under way: nothing that lives in memory lasts longer or shorter for that. */
import { describe, expect, it } from 'vitest';
import { createClockWatch } from '../../src/deliver/clock-watch.ts';
import { createDestinationHealth, type DestinationHealth } from '../../src/deliver/destination-health.ts';
import type { DestinationWords } from '../../src/deliver/destination-words.ts';
import { createOperatorEvents, type OperatorNews } from '../../src/deliver/operator-events.ts';
import type { DestinationCondition } from '../../src/stores/delivery-store.ts';
import { start } from '../harness.ts';
import { receiver, settled } from './receiver.ts';

const NOW = 1_760_000_000_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Of a store that nobody shares. */
const WORDS: Pick<DestinationWords, 'change'> = {
  async change(name, make) {
    const word = make(undefined);
    return word && { name, number: 1, word };
  },
};

interface Bench {
  readonly health: DestinationHealth;
  readonly news: OperatorNews[];
  readonly kept: DestinationCondition[];
  pass(ms: number): void;
}

/** Of a destination that may fail for five days. */
function bench(condition?: DestinationCondition): Bench {
  let monotonicMs = 7;
  const news: OperatorNews[] = [];
  const kept: DestinationCondition[] = [];
  const health = createDestinationHealth({
    name: 'a',
    condition,
    disableAfterMs: 5 * DAY,
    monotonicMs: () => monotonicMs,
    store: { setCondition: async (_, condition) => void kept.push(condition) },
    words: WORDS,
    tell: (one) => void news.push(one),
    onError: (error) => {
      throw error;
    },
  });
  const pass = (ms: number): void => {
    monotonicMs += ms;
  };
  return { health, news, kept, pass };
}

describe('how long a destination has failed', () => {
  it.each([-400 * DAY, -DAY, DAY, 400 * DAY])('is not changed by a clock that is set by %i ms', (stepMs) => {
    const { health, news, pass } = bench();
    health.ill(NOW);
    pass(1_000);
    health.ill(NOW + 1_000 + stepMs);
    expect([health.condition.state, news]).toEqual(['active', []]);
    pass(2.5 * DAY);
    health.ill(NOW + stepMs);
    expect(news).toMatchObject([{ kind: 'destination.failing', percent: 50, failingSinceMs: NOW }]);
    pass(2.5 * DAY);
    health.ill(NOW + stepMs);
    expect(health.condition).toMatchObject({ state: 'disabled', reason: 'failed-for-too-long' });
  });

  it('goes on after a restart where it was, whatever the clock says then', () => {
    const first = bench();
    first.health.ill(NOW);
    first.pass(3 * DAY);
    first.health.ill(NOW + 3 * DAY);
    first.pass(HOUR);
    first.health.note();
    const second = bench(first.kept.at(-1));
    second.health.ill(NOW + 400 * DAY);
    expect([second.health.condition.state, second.news]).toEqual(['active', []]);
    second.pass(2 * DAY - HOUR - 1);
    second.health.ill(NOW);
    expect(second.health.condition).toMatchObject({ state: 'active', failingPercent: 90 });
    second.pass(1);
    second.health.ill(NOW);
    expect(second.health.condition.state).toBe('disabled');
    expect(second.news.map((one) => ('percent' in one ? one.percent : one.kind))).toEqual([
      90,
      100,
      'destination.disabled',
    ]);
  });

  it('is noted from time to time, and only of one that fails', () => {
    const { health, kept, pass } = bench();
    pass(HOUR);
    health.note(MINUTE);
    expect(kept).toEqual([]);
    health.ill(NOW);
    pass(MINUTE - 1);
    health.note(MINUTE);
    expect(kept.map(({ failingForMs }) => failingForMs)).toEqual([0]);
    pass(1);
    health.note(MINUTE);
    expect(kept.map(({ failingForMs }) => failingForMs)).toEqual([0, MINUTE]);
    health.well(NOW);
    pass(HOUR);
    health.note(MINUTE);
    expect(kept.slice(2)).toEqual([{ state: 'active', isMuted: false, sinceMs: 0 }]);
  });

  it('begins anew where an operator has resumed it', async () => {
    const { health, pass } = bench();
    health.ill(NOW);
    pass(6 * DAY);
    health.ill(NOW);
    expect(health.condition.state).toBe('disabled');
    await health.set({ state: 'active' }, NOW);
    health.ill(NOW);
    pass(DAY);
    health.ill(NOW);
    expect(health.condition).toMatchObject({ state: 'active', failingForMs: 0 });
  });
});

it('of events that are given up one a minute is told, and a clock that is set changes that for none', () => {
  let monotonicMs = 0;
  const lines: object[] = [];
  const write = (fields: object): void => void lines.push(fields);
  const tell = createOperatorEvents({
    destination: () => undefined,
    newEventId: () => 'id',
    wake: () => {},
    matching: () => undefined,
    events: { keep: async () => ({ kept: true }) },
    monotonicMs: () => monotonicMs,
    log: { info: write, warn: write, error: write, writesInfo: true, flush: async () => {} },
  });
  const dead = { kind: 'event.exhausted', destination: 'a', eventId: 'e', gate: 'g' } as const;
  for (const nowMs of [NOW, NOW + DAY, NOW - DAY]) tell({ ...dead, nowMs, attempts: 1, code: 'status' });
  expect(lines).toMatchObject([{ others: 0 }]);
  monotonicMs += MINUTE;
  tell({ ...dead, nowMs: NOW - DAY, attempts: 1, code: 'status' });
  expect(lines.slice(1)).toMatchObject([{ others: 2 }]);
});

it.each([
  { passedMs: 5_000, wallMs: 5_000, change: 'none' },
  { passedMs: 5_000, wallMs: 9_999, change: 'none' },
  { passedMs: 5_000, wallMs: 10_001, change: 'forward' },
  { passedMs: 5_000, wallMs: HOUR, change: 'forward' },
  { passedMs: HOUR, wallMs: HOUR, change: 'none' },
  { passedMs: 5_000, wallMs: -5_000, change: 'none' },
  { passedMs: 5_000, wallMs: -5_001, change: 'back' },
  { passedMs: HOUR, wallMs: -DAY, change: 'back' },
])('a clock that goes on by $wallMs ms in $passedMs ms: $change', ({ passedMs, wallMs, change }) => {
  let [nowMs, monotonicMs] = [NOW, 0];
  const look = createClockWatch({ now: () => nowMs, monotonicMs: () => monotonicMs });
  nowMs += wallMs;
  monotonicMs += passedMs;
  expect([look(), look()]).toEqual([change, 'none']);
});

describe('a clock that is set', () => {
  it.each([-DAY, HOUR, 400 * DAY])(
    'by %i ms while a receiver is slow: what is under way is not sent again, and how long it took is true',
    async (stepMs) => {
      let stepped = 0;
      const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
      const { url, received, until } = await receiver((response, number) => {
        if (number === 1) void answered.then(() => response.end());
        else response.end();
      });
      const { store, deliveries, publicUrl } = await start(
        {
          gate: { path: '/a', provider: 'none', keep: { deliver: [{ name: 'a', to: url, concurrency: 4 }] } },
        },
        { now: () => NOW + stepped },
      );
      const send = (body: string) => fetch(`${publicUrl}/a`, { method: 'POST', body });
      await send('slow');
      await until(1);
      stepped = stepMs;
      deliveries.wake('a');
      await send('quick');
      await until(2);
      deliveries.wake('a');
      await settled(store, 'delivered', 1);
      answer();
      const done = await settled(store, 'delivered', 2);
      expect(received.map(({ body }) => body.toString())).toEqual(['slow', 'quick']);
      for (const { place } of done) {
        const [attempt, ...others] = await store.deliveries.attempts(place, 10);
        expect(others).toEqual([]);
        expect(attempt?.tookMs).toBeLessThan(MINUTE);
        expect(attempt?.tookMs).toBeGreaterThanOrEqual(0);
      }
    },
  );
});
