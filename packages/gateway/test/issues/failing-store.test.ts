/** Issues over a store that fails for a while: it is said once, and nothing that was counted is lost. */
import { describe, expect, it, vi } from 'vitest';
import { MINUTE } from '../../src/config/units.ts';
import type { AttemptListener, EndedAttempt } from '../../src/deliver/open-delivery.ts';
import type { IssueNews, OperatorNews } from '../../src/deliver/operator-events.ts';
import { type IssuesOptions, openIssues } from '../../src/issues/issues.ts';
import { Lifecycle } from '../../src/lifecycle.ts';
import { VerdictCounts } from '../../src/metrics/verdict-counts.ts';
import { openStore } from '../../src/stores/open-store.ts';
import { later } from '../harness.ts';

const NOW = 1_760_000_000_000;

async function bench() {
  const store = await openStore(':memory:');
  later(() => store.close());
  const clock = { nowMs: NOW };
  const failing = { puts: false, lists: false };
  const lines: string[] = [];
  const news: OperatorNews[] = [];
  const attempts = new Set<AttemptListener>();
  const counts = new VerdictCounts();
  const lifecycle = new Lifecycle(() => {});
  const fail = async (): Promise<never> => {
    throw new Error('the disk is gone');
  };
  const options: IssuesOptions = {
    store: {
      issues: { ...store.issues, merge: (updates) => (failing.puts ? fail() : store.issues.merge(updates)) },
      deliveries: { list: (query) => (failing.lists ? fail() : store.deliveries.list(query)) },
    },
    places: () => [{ name: 'hook', counts }],
    deliveries: {
      tell: (item) => void news.push(item),
      listen(listener) {
        attempts.add(listener);
        return () => void attempts.delete(listener);
      },
    },
    refused: { listen: () => () => {} },
    findings: { listen: () => () => {} },
    now: () => clock.nowMs,
    log: { error: (_, text) => void lines.push(text ?? '') },
    lifecycle,
  };
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
  later(() => void vi.useRealTimers());
  const issues = await openIssues(options);
  /** Looks of the gateway, with what they have written. */
  const look = async (times = 1): Promise<void> => {
    for (let n = 0; n < times; n++) {
      vi.advanceTimersByTime(900);
      // A write that was begun is done before one that is queued now.
      await store.records.put({
        space: 'test',
        key: String(Math.random()),
        version: 0,
        bytes: new Uint8Array(1),
      });
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const attempted = (code: string): void => {
    const settlement = {
      place: 1,
      lease: 1,
      state: code === 'delivered' ? 'delivered' : 'dead',
      attempt: { startedMs: 0, tookMs: 1, code },
    };
    for (const listener of attempts)
      listener({
        destination: 'shop',
        due: { event: { id: 'event-1' } },
        settlement,
      } as unknown as EndedAttempt);
  };
  const refuse = (id: string): void =>
    counts.count({ verdict: 'refused', reason: 'expired', answer: { status: 401 } }, id);
  return { store, clock, failing, lines, news, counts, lifecycle, issues, look, attempted, refuse };
}

describe('a store that does not take issues', () => {
  it('is told of once, and has all of them when it takes them again', async () => {
    const { store, failing, lines, look, refuse } = await bench();
    failing.puts = true;
    for (let n = 0; n < 5; n++) {
      refuse(`req-${n}`);
      await look(6);
    }
    const text = 'issues are not stored at present: the store does not take them';
    expect(lines).toEqual([text]);
    expect(await store.issues.list()).toEqual([]);
    failing.puts = false;
    await look(7);
    expect(await store.issues.list()).toMatchObject([
      { gate: 'hook', reason: 'expired', count: 5, requestId: 'req-4' },
    ]);
    failing.puts = true;
    refuse('req-5');
    await look();
    expect(lines).toEqual([text, text]);
  });

  it('refuses a change that it does not keep', async () => {
    const { failing, issues, refuse } = await bench();
    refuse('req-1');
    const [{ id = '' } = {}] = issues.list({ limit: 1 });
    failing.puts = true;
    await expect(issues.change(id, { change: 'close', by: 'ada' })).rejects.toThrow('the disk is gone');
  });

  it('closes nothing of a destination while it cannot be asked what waits', async () => {
    const { clock, failing, issues, lines, look, news, attempted } = await bench();
    attempted('timeout');
    clock.nowMs += 1;
    attempted('delivered');
    clock.nowMs += MINUTE;
    failing.lists = true;
    await look();
    expect(lines).toEqual(['the store could not be asked which deliveries wait']);
    expect(issues.count()).toEqual({ open: 1, acknowledged: 0, closed: 0 });
    failing.lists = false;
    clock.nowMs += 10_000;
    await look(2);
    expect(issues.count()).toEqual({ open: 0, acknowledged: 0, closed: 1 });
    expect(news.map(({ kind }) => kind)).toEqual([
      'issue.opened',
      'issue.closed',
    ] satisfies IssueNews['kind'][]);
  });
});

it('a gateway that stops writes what was counted last', async () => {
  const { store, lifecycle, refuse } = await bench();
  refuse('req-1');
  await lifecycle.close();
  expect(await store.issues.list()).toMatchObject([{ count: 1 }]);
});
