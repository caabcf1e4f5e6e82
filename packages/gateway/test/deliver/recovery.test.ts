/** That a destination takes events again is told once, after whatever trouble was told: also over a restart, and a resume. */

import { createAdminClient } from '@countersign/api';
import { describe, expect, it } from 'vitest';
import { createDestinationHealth, type DestinationHealth } from '../../src/deliver/destination-health.ts';
import type { DestinationWords } from '../../src/deliver/destination-words.ts';
import type { OperatorNews } from '../../src/deliver/operator-events.ts';
import type { DestinationCondition } from '../../src/stores/delivery-store.ts';
import { openStore } from '../../src/stores/open-store.ts';
import { later, start } from '../harness.ts';
import { receiver, settled } from './receiver.ts';

const NOW = 1_760_000_000_000;
const LIMIT_MS = 1_000;

/** Of a store that nobody shares. */
const WORDS: Pick<DestinationWords, 'change'> = {
  async change(name, make) {
    const word = make(undefined);
    return word && { name, number: 1, word };
  },
};

/** A destination that may fail for a second, with what was kept of it. */
class Bench {
  readonly news: OperatorNews[] = [];
  #monotonicMs = 7;
  #kept: DestinationCondition | undefined;
  health: DestinationHealth = this.restart();

  restart(): DestinationHealth {
    this.health?.note();
    this.health = createDestinationHealth({
      name: 'a',
      condition: this.#kept,
      disableAfterMs: LIMIT_MS,
      monotonicMs: () => this.#monotonicMs,
      store: {
        setCondition: async (_, condition) => {
          this.#kept = condition;
        },
      },
      words: WORDS,
      tell: (one) => void this.news.push(one),
      onError: (error) => {
        throw error;
      },
    });
    return this.health;
  }

  pass(ms: number): void {
    this.#monotonicMs += ms;
  }

  get told(): readonly string[] {
    return this.news.map(({ kind }) => kind.replace('destination.', ''));
  }
}

/** What was told before it takes events again. */
const TROUBLES: Readonly<Record<string, (bench: Bench) => Promise<void> | void>> = {
  failing: (bench) => {
    bench.health.ill(NOW);
    bench.pass(LIMIT_MS / 2);
    bench.health.ill(NOW);
  },
  gone: async (bench) => {
    bench.health.ill(NOW);
    bench.health.disable('gone', NOW);
    await bench.health.set({ state: 'active' }, NOW);
  },
  'failed for too long': async (bench) => {
    bench.health.ill(NOW);
    bench.pass(LIMIT_MS);
    bench.health.ill(NOW);
    await bench.health.set({ state: 'active' }, NOW);
  },
  'gone, resumed, and gone again': async (bench) => {
    await TROUBLES['gone']?.(bench);
    await TROUBLES['gone']?.(bench);
  },
  'failing, paused and resumed': async (bench) => {
    await TROUBLES['failing']?.(bench);
    await bench.health.set({ state: 'paused', reason: 'paused-by-operator' }, NOW);
    await bench.health.set({ state: 'active' }, NOW);
  },
};

describe('a destination that takes events again', () => {
  it.each(
    Object.entries(TROUBLES).flatMap(([name, trouble]) =>
      ['at once', 'after a restart', 'after another failure'].map((how) => ({ name, trouble, how })),
    ),
  )('is told once: $name, $how', async ({ trouble, how }) => {
    const bench = new Bench();
    await trouble(bench);
    if (how === 'after a restart') bench.restart();
    if (how === 'after another failure') bench.health.ill(NOW + 5);
    expect(bench.told).not.toContain('recovered');
    expect(bench.told).not.toEqual([]);
    for (let times = 0; times < 3; times++) bench.health.well(NOW + 10);
    bench.restart().well(NOW + 10);
    expect(bench.told.filter((kind) => kind === 'recovered')).toEqual(['recovered']);
    expect(bench.news.at(-1)).toMatchObject({ failingSinceMs: NOW });
    expect(bench.health.condition).toEqual({ state: 'active', isMuted: false, sinceMs: expect.any(Number) });
  });

  it('is not told where nothing was told before', () => {
    const bench = new Bench();
    bench.health.ill(NOW);
    bench.health.well(NOW);
    expect(bench.told).toEqual([]);
  });

  it('is not told while it is disabled: an attempt was on its way yet', async () => {
    const bench = new Bench();
    bench.health.ill(NOW);
    bench.health.disable('gone', NOW);
    bench.health.well(NOW);
    expect(bench.told).toEqual(['disabled']);
    await bench.health.set({ state: 'active' }, NOW);
    bench.health.well(NOW);
    expect(bench.told).toEqual(['disabled', 'recovered']);
  });
});

it('how much of its time is over is told between attempts, but for all of it: then it has one more attempt', () => {
  const bench = new Bench();
  bench.health.ill(NOW);
  const percents: unknown[] = [];
  for (let part = 0; part < 15; part++) {
    bench.health.look(NOW);
    bench.pass(LIMIT_MS / 10);
    percents.push(...bench.news.splice(0).map((one) => ('percent' in one ? one.percent : one.kind)));
  }
  expect(percents).toEqual([50, 70, 90]);
  expect(bench.health.condition.state).toBe('active');
  bench.health.ill(NOW);
  expect(bench.news).toMatchObject([{ percent: 100 }, { kind: 'destination.disabled' }]);
  bench.health.look(NOW);
  expect(bench.news).toHaveLength(2);
});

it('a receiver that was gone and is there again: the operator hears of both, though it was resumed while no gateway delivered', async () => {
  let status = 410;
  const { url } = await receiver((response) => {
    response.statusCode = status;
    response.end();
  });
  const store = await openStore(':memory:');
  later(() => store.close());
  const gates = (deliver: readonly object[]) => ({
    inbox: { path: '/in', provider: 'none' as const, keep: { deliver } },
  });
  const first = await start(gates([{ name: 'shop', to: url }]) as never, { sharedStore: store });
  const send = ({ publicUrl }: { readonly publicUrl: string }) =>
    fetch(`${publicUrl}/in`, { method: 'POST', body: '{}' });
  await send(first);
  await expect.poll(() => first.log.join('')).toContain('a destination is disabled');
  await first.close();
  const without = await start(gates([]) as never, { sharedStore: store });
  const client = createAdminClient({ baseUrl: without.adminUrl ?? '', token: without.adminToken });
  for (const change of ['pause', 'mute', 'unmute', 'resume'] as const)
    await client.call('changeDestination', { destination: 'shop', change });
  await without.close();
  status = 200;
  const second = await start(gates([{ name: 'shop', to: url }]) as never, { sharedStore: store });
  await settled(store, 'delivered');
  await expect.poll(() => second.log.join('')).toContain('a destination takes deliveries again');
});
